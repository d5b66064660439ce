// Package signature checks and makes signatures of requests as Standard Webhooks define them
// (https://www.standardwebhooks.com): an HMAC-SHA-256 over the id, the time and the body of the
// request. Which requests are signed, and with which key, is left to the callers.
package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed request.
const (
	idHeader        = "Webhook-Id"
	timestampHeader = "Webhook-Timestamp"
	signatureHeader = "Webhook-Signature"
)

// tolerance is how far the time of a request may differ from ours, which limits replays.
const tolerance = 5 * time.Minute

// minSecretBytes is the size of the shortest secret that Standard Webhooks allow.
const minSecretBytes = 24

// ParseSecret parses a secret: at least 24 bytes in Base64, optionally with the prefix `whsec_`.
func ParseSecret(text string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "whsec_"))
	if err != nil || len(raw) < minSecretBytes {
		return nil, errors.New("must be at least 24 bytes in Base64, optionally after whsec_")
	}
	return raw, nil
}

// IsValid reports whether a request with a body was signed with the secret. No request is valid
// without a secret. The signature header may contain several signatures, one of which must match.
func IsValid(secret []byte, h http.Header, body []byte, now time.Time) bool {
	c, ok := NewCheck(secret, h, now)
	if !ok {
		return false
	}
	_, _ = c.Write(body)
	return c.IsValid()
}

// Check is the check of a signature of a body that is written to it piece by piece.
type Check struct {
	hash.Hash
	given []string
}

// NewCheck begins the check of a request with the headers. ok is false if no body can make it
// valid: there is no secret or no signature, or the request is too old.
func NewCheck(secret []byte, h http.Header, now time.Time) (c *Check, ok bool) {
	seconds, err := strconv.ParseInt(h.Get(timestampHeader), 10, 64)
	given := strings.Fields(h.Get(signatureHeader))
	if err != nil || len(secret) == 0 || len(given) == 0 || now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return nil, false
	}
	return &Check{begin(secret, h.Get(idHeader), h.Get(timestampHeader)), given}, true
}

// IsValid reports whether the request was signed with the secret.
func (c *Check) IsValid() bool {
	expected := c.Sum(nil)
	for _, entry := range c.given {
		version, text, _ := strings.Cut(entry, ",")
		given, err := base64.StdEncoding.DecodeString(text)
		if version == "v1" && err == nil && hmac.Equal(given, expected) {
			return true
		}
	}
	return false
}

// Sign adds the headers that sign a request with an id and a body.
func Sign(secret []byte, h http.Header, id string, body []byte, now time.Time) {
	seconds := strconv.FormatInt(now.Unix(), 10)
	h.Set(idHeader, id)
	h.Set(timestampHeader, seconds)
	h.Set(signatureHeader, "v1,"+base64.StdEncoding.EncodeToString(sum(secret, id, seconds, body)))
}

func sum(secret []byte, id, seconds string, body []byte) []byte {
	mac := begin(secret, id, seconds)
	mac.Write(body)
	return mac.Sum(nil)
}

// begin returns the MAC of a request without its body.
func begin(secret []byte, id, seconds string) hash.Hash {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + seconds + "."))
	return mac
}
