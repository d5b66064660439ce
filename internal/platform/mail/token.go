package mail

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/secret"
)

// replyPrefix begins the address of a reply. With a token it has 64 characters, the most that an
// address may have before the @ (RFC 5321, 4.5.3.1.1).
const replyPrefix = "reply+"

// tokenUse is what a token allows. A token for one use is not valid for another.
type tokenUse string

const (
	replyToken       tokenUse = "reply"
	unsubscribeToken tokenUse = "unsubscribe"
)

// Sizes of the parts of a token in bytes: the organization, the key of the mail, and the MAC.
const (
	organizationBytes = 16
	keyBytes          = 8
	macBytes          = 12
)

// tokenEncoding has one case, because mail servers may change the case of an address.
var tokenEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newToken returns the token of a mail of an organization. Only the server can make one.
func newToken(keys *secret.Master, use tokenUse, organization uuid.UUID, key int64) string {
	content := binary.BigEndian.AppendUint64(bytes.Clone(organization[:]), uint64(key))
	return tokenEncoding.EncodeToString(append(content, keys.MAC(secret.MailTokens, []byte(use), content)[:macBytes]...))
}

// parseToken returns the organization and the key of the mail in a token. ok is false if the server
// did not make the token for this use.
func parseToken(keys *secret.Master, use tokenUse, token string) (organization uuid.UUID, key int64, ok bool) {
	raw, err := tokenEncoding.DecodeString(strings.ToLower(token))
	if err != nil || len(raw) != organizationBytes+keyBytes+macBytes {
		return organization, 0, false
	}
	content, mac := raw[:organizationBytes+keyBytes], raw[organizationBytes+keyBytes:]
	for _, expected := range keys.MACs(secret.MailTokens, []byte(use), content) {
		ok = ok || hmac.Equal(mac, expected[:macBytes])
	}
	copy(organization[:], content)
	return organization, int64(binary.BigEndian.Uint64(content[organizationBytes:])), ok
}

// errNoOrganization says that an organization in a token or Message-ID does not exist.
var errNoOrganization = errors.New("mail: there is no such organization")

// callOf returns the call in which a request from outside changes an organization's mails. It fails
// with errNoOrganization if the organization does not exist, and otherwise so that the request is
// repeated later.
func (s *Service) callOf(ctx context.Context, organization uuid.UUID) (*call.Call, error) {
	c, err := s.systemCall(ctx, organization)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, errNoOrganization
	}
	if err != nil {
		return nil, repeatLater(err)
	}
	c.RequestID, c.Method = call.From(ctx).RequestID, call.From(ctx).Method
	return c, nil
}

// repeatLater returns a failure as one after which the request should be repeated.
func repeatLater(err error) error {
	if fault.From(err).Code == codes.Unavailable {
		return err
	}
	later := fault.Busy(optionsv1.Reason_TEMPORARILY_UNAVAILABLE, "The request could not be processed. Repeat it later.")
	later.Cause = err
	return later
}
