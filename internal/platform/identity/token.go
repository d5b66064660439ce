package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// token is an API key in full: `bo_live_` or `bo_test_`, a public id of 16
// characters, `_`, a secret of 52 and a checksum of 7, so that a scanner of
// published code can tell a real key from a look-alike.
type token struct {
	publicID, secret string
}

const (
	livePrefix    = "bo_live_"
	testPrefix    = "bo_test_"
	publicIDBytes = 10
	secretBytes   = 32
	publicIDLen   = 16
	secretLen     = 52
	checksumLen   = 7
)

var spelling = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func newToken() token {
	return token{publicID: randomText(publicIDBytes), secret: randomText(secretBytes)}
}

func randomText(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails, says its documentation
	return spelling.EncodeToString(raw)
}

// String is the key in full, which is shown once.
func (t token) String(test bool) string {
	prefix := livePrefix
	if test {
		prefix = testPrefix
	}
	return prefix + t.publicID + "_" + t.secret + t.checksum()
}

func (t token) checksum() string {
	sum := crc32.ChecksumIEEE([]byte(t.publicID + t.secret))
	return spelling.EncodeToString(binary.BigEndian.AppendUint32(nil, sum))
}

// hash is what is kept of the secret. It has 256 bits of chance, so that a plain
// digest is as good as a slow one.
func (t token) hash() []byte {
	sum := sha256.Sum256([]byte(t.secret))
	return sum[:]
}

// parseToken reads an API key; ok is false when it cannot be one.
func parseToken(s string) (t token, ok bool) {
	body, ok := strings.CutPrefix(s, livePrefix)
	if !ok {
		body, ok = strings.CutPrefix(s, testPrefix)
	}
	if !ok || len(body) != publicIDLen+1+secretLen+checksumLen || body[publicIDLen] != '_' {
		return t, false
	}
	t = token{publicID: body[:publicIDLen], secret: body[publicIDLen+1 : publicIDLen+1+secretLen]}
	given := body[publicIDLen+1+secretLen:]
	return t, subtle.ConstantTimeCompare([]byte(given), []byte(t.checksum())) == 1
}
