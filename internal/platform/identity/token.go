package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"strings"

	"backoffice/internal/platform/secret"
)

// token is a complete API key, such as `bo_live_00…`. The prefix is followed by a cell code of 2
// characters, a public id of 16, `_`, a secret of 52, a proof of 8 and a checksum of 7. The proof
// is a MAC under the master key, so a key that this deployment never issued is refused without a
// query. The checksum needs no key, so a scanner of published code can recognize a real key.
type token struct {
	cell, publicID, secret string
}

// homeCell is the cell of every key until a deployment has several.
const homeCell = "00"

const (
	livePrefix    = "bo_live_"
	testPrefix    = "bo_test_"
	publicIDBytes = 10
	secretBytes   = 32
	proofBytes    = 5
	cellLen       = 2
	publicIDLen   = 16
	secretLen     = 52
	proofLen      = 8
	checksumLen   = 7
)

// encoding is Crockford's base32 alphabet in lower case.
var encoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func newToken() token {
	return token{cell: homeCell, publicID: randomText(publicIDBytes), secret: randomText(secretBytes)}
}

func randomText(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails
	return encoding.EncodeToString(raw)
}

// format returns the complete key, which is shown only once.
func (t token) format(keys *secret.Master, test bool) string {
	prefix := livePrefix
	if test {
		prefix = testPrefix
	}
	return prefix + t.cell + t.publicID + "_" + t.secret + t.proofs(keys, prefix)[0] + t.checksum()
}

// proofs returns the MACs which prove that the holder of the master key issued the token under the
// prefix: that of the master key, then that of the previous one.
func (t token) proofs(keys *secret.Master, prefix string) (proofs []string) {
	for _, mac := range keys.MACs(secret.APIKeys, []byte(prefix), []byte(t.cell), []byte(t.publicID), []byte(t.secret)) {
		proofs = append(proofs, encoding.EncodeToString(mac[:proofBytes]))
	}
	return proofs
}

func (t token) checksum() string {
	sum := crc32.ChecksumIEEE([]byte(t.publicID + t.secret))
	return encoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum))
}

// hash returns the digest of the secret, which is what is stored. The secret has 256 random bits,
// so a fast digest is as safe as a slow password hash.
func (t token) hash() []byte {
	sum := sha256.Sum256([]byte(t.secret))
	return sum[:]
}

// parseToken parses an API key. ok is false unless the holder of the master key issued it.
func parseToken(keys *secret.Master, s string) (t token, ok bool) {
	prefix := livePrefix
	body, ok := strings.CutPrefix(s, prefix)
	if !ok {
		prefix = testPrefix
		body, ok = strings.CutPrefix(s, prefix)
	}
	if !ok || len(body) != cellLen+publicIDLen+1+secretLen+proofLen+checksumLen {
		return t, false
	}
	t.cell, body = body[:cellLen], body[cellLen:]
	t.publicID, body = body[:publicIDLen], body[publicIDLen:]
	if body[0] != '_' {
		return t, false
	}
	t.secret, body = body[1:1+secretLen], body[1+secretLen:]
	if subtle.ConstantTimeCompare([]byte(body[proofLen:]), []byte(t.checksum())) != 1 {
		return t, false
	}
	for _, proof := range t.proofs(keys, prefix) {
		if hmac.Equal([]byte(body[:proofLen]), []byte(proof)) {
			return t, true
		}
	}
	return t, false
}
