// Package id owns the text form of identifiers: a type's prefix, an underscore and a UUIDv7
// as 26 characters of lower-case Crockford base32. Each identifier has exactly one text form,
// and identifiers sort by creation time. Each resource chooses its prefix.
package id

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// encodedLen is the number of base32 characters for 128 bits; the two leading bits are zero.
const encodedLen = 26

// New returns a fresh UUIDv7.
func New() uuid.UUID {
	return uuid.Must(uuid.NewV7())
}

// EarliestAt returns the smallest UUIDv7 of a time. Identifiers from then on are not smaller.
func EarliestAt(t time.Time) (u uuid.UUID) {
	milliseconds := uint64(t.UnixMilli()) << 16
	binary.BigEndian.PutUint64(u[:8], milliseconds)
	u[6], u[8] = 0x70, 0x80
	return u
}

// Format returns u with the prefix, such as `ven_01k9…`. It returns "" for the nil UUID.
func Format(prefix string, u uuid.UUID) string {
	if u == uuid.Nil {
		return ""
	}
	out := make([]byte, len(prefix)+1+encodedLen)
	copy(out, prefix)
	out[len(prefix)] = '_'
	encode(out[len(prefix)+1:], u)
	return string(out)
}

func encode(out []byte, u uuid.UUID) {
	var acc uint
	bits, next := 0, len(out)-1
	for i := len(u) - 1; i >= 0; i-- {
		acc |= uint(u[i]) << bits
		for bits += 8; bits >= 5; bits -= 5 {
			out[next] = alphabet[acc&31]
			acc >>= 5
			next--
		}
	}
	out[0] = alphabet[acc&31]
}

// Parse parses an identifier with the given prefix. Its error messages are fit to show to an
// API caller.
func Parse(prefix, s string) (uuid.UUID, error) {
	body, ok := strings.CutPrefix(s, prefix+"_")
	if !ok {
		return uuid.Nil, fmt.Errorf("must be an identifier that begins with %q", prefix+"_")
	}
	u, ok := decode(body)
	if !ok || u == uuid.Nil {
		const message = "must be %q followed by %d characters of lower-case Crockford base32"
		return uuid.Nil, fmt.Errorf(message, prefix+"_", encodedLen)
	}
	return u, nil
}

// ParseEach reads an identifier of each record, all of the prefix's type. It fails at the first
// that cannot be read.
func ParseEach[R any](prefix string, records []R, of func(R) string) ([]uuid.UUID, error) {
	keys := make([]uuid.UUID, len(records))
	for i, r := range records {
		var err error
		if keys[i], err = Parse(prefix, of(r)); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func decode(s string) (u uuid.UUID, ok bool) {
	if len(s) != encodedLen || s[0] > '7' {
		return u, false
	}
	var acc uint
	bits, next := 0, len(u)-1
	for i := len(s) - 1; i >= 0; i-- {
		digit := strings.IndexByte(alphabet, s[i])
		if digit < 0 {
			return u, false
		}
		acc |= uint(digit) << bits
		if bits += 5; bits >= 8 && next >= 0 {
			u[next] = byte(acc)
			acc >>= 8
			bits -= 8
			next--
		}
	}
	return u, true
}
