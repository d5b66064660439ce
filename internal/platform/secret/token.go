package secret

import (
	"crypto/hmac"
	"encoding/base32"
	"strings"

	"github.com/google/uuid"
)

// Sizes of the parts of a token in bytes: the organization, the record, and the MAC.
const (
	organizationBytes = 16
	recordBytes       = 16
	macBytes          = 16
)

// tokenEncoding has one case, because people type tokens and mail programs change their case.
var tokenEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Token returns a token that opens a record of an organization to whoever has it. Only the server
// can make one, so that none is stored.
func (m *Master) Token(p Purpose, organization, record uuid.UUID) string {
	content := append(organization[:], record[:]...)
	return tokenEncoding.EncodeToString(append(content, m.MAC(p, content)[:macBytes]...))
}

// ParseToken returns the organization and the record of a token. ok is false if the server did not
// make the token for the purpose.
func (m *Master) ParseToken(p Purpose, token string) (organization, record uuid.UUID, ok bool) {
	raw, err := tokenEncoding.DecodeString(strings.ToLower(token))
	if err != nil || len(raw) != organizationBytes+recordBytes+macBytes {
		return organization, record, false
	}
	content, mac := raw[:organizationBytes+recordBytes], raw[organizationBytes+recordBytes:]
	for _, expected := range m.MACs(p, content) {
		ok = ok || hmac.Equal(mac, expected[:macBytes])
	}
	copy(organization[:], content)
	copy(record[:], content[organizationBytes:])
	return organization, record, ok
}
