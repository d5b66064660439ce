package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"time"
)

// pointBytes is the size of an uncompressed P-256 point.
const pointBytes = 65

// tokenLife is how long a token is valid. Push services accept at most a day (RFC 8292, section 2).
const tokenLife = 12 * time.Hour

// Key is the key by which push services recognize the server (VAPID, RFC 8292).
type Key struct{ private *ecdsa.PrivateKey }

// NewKey returns a random key.
func NewKey() (Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return Key{private}, err
}

// ParseKey parses what Text returns.
func ParseKey(text string) (Key, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Key{}, err
	}
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	return Key{private}, err
}

// Text returns the private key in Base64 for URLs. It is a secret.
func (k Key) Text() (string, error) {
	raw, err := k.private.Bytes()
	return base64.RawURLEncoding.EncodeToString(raw), err
}

// Public returns the public key in Base64 for URLs, which browsers need to subscribe.
func (k Key) Public() (string, error) {
	raw, err := k.private.PublicKey.Bytes()
	return base64.RawURLEncoding.EncodeToString(raw), err
}

// authorization returns the header that identifies the server to the push service of an endpoint
// (RFC 8292, section 3).
func (k Key) authorization(endpoint *url.URL, contact string, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{
		"aud": originOf(endpoint), "exp": now.Add(tokenLife).Unix(), "sub": contact,
	})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	content := encode([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + encode(claims)
	digest := sha256.Sum256([]byte(content))
	r, s, err := ecdsa.Sign(rand.Reader, k.private, digest[:])
	if err != nil {
		return "", err
	}
	// The signature is both numbers with a fixed size (RFC 7518, section 3.4).
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	public, err := k.Public()
	return "vapid t=" + content + "." + encode(signature) + ", k=" + public, err
}
