// Package signature checks and makes signatures of requests as Standard Webhooks define them
// (https://www.standardwebhooks.com): an HMAC-SHA-256 over the id, the time and the body of the
// request. Which requests are signed, and with which key, is left to the callers.
package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
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
	seconds, err := strconv.ParseInt(h.Get(timestampHeader), 10, 64)
	if err != nil || len(secret) == 0 || now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	expected := sum(secret, h.Get(idHeader), h.Get(timestampHeader), body)
	for _, entry := range strings.Fields(h.Get(signatureHeader)) {
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
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + seconds + "."))
	mac.Write(body)
	return mac.Sum(nil)
}
