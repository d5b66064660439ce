package push

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Subscription is what a browser says about itself when it subscribes to pushes, and how the server
// identifies itself.
type Subscription struct {
	// PublicKey is p256dh, an uncompressed P-256 point. AuthSecret is auth, 16 bytes.
	PublicKey, AuthSecret []byte
	// Key is the server's key, with which the browser subscribed.
	Key Key
	// Contact is how the push service reaches the operator of the server: an https or mailto URL.
	Contact string
}

const (
	authSecretBytes = 16
	saltBytes       = 16
	// recordSize is the size of the only record of a push (RFC 8188, section 2.1). Push services
	// accept 4096 bytes.
	recordSize = 4096
	// overhead is what a record adds to the text: the header with the point, the tag and a
	// delimiter.
	overhead = saltBytes + 4 + 1 + pointBytes + 16 + 1
	// MaxBrowserBody is the size of the longest body that a browser can be sent.
	MaxBrowserBody = recordSize - overhead
	// timeToLive is how long the push service keeps a message for a browser that is not online.
	timeToLive = 24 * time.Hour
)

// ParseSubscription reads the keys of a subscription, in Base64 for URLs with or without padding.
// It returns the name of the key that is wrong in a *KeyError.
func ParseSubscription(publicKey, authSecret string) (*Subscription, error) {
	point, err := decodeKey(publicKey)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	if err != nil {
		return nil, &KeyError{PublicKey: true}
	}
	auth, err := decodeKey(authSecret)
	if err != nil || len(auth) != authSecretBytes {
		return nil, &KeyError{}
	}
	return &Subscription{PublicKey: point, AuthSecret: auth}, nil
}

// KeyError is the refusal of a key of a subscription.
type KeyError struct {
	// PublicKey is true if p256dh is wrong, false if auth is.
	PublicKey bool
}

// Error implements error.
func (e *KeyError) Error() string {
	if e.PublicKey {
		return "must be an uncompressed P-256 point in Base64 for URLs"
	}
	return "must be 16 bytes in Base64 for URLs"
}

func decodeKey(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(string(bytes.TrimRight([]byte(text), "=")))
}

// newBrowserRequest returns the request that hands a message to the push service of a browser (RFC
// 8030, section 5).
func newBrowserRequest(ctx context.Context, m Message, now time.Time) (*http.Request, error) {
	local, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // documented never to fail
	body, err := encrypt(m.Body, m.Browser, local, salt)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnusable, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.Endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnusable, err)
	}
	authorization, err := m.Browser.Key.authorization(req.URL, m.Browser.Contact, now)
	if err != nil {
		return nil, err
	}
	urgency := "normal"
	if m.Urgent {
		urgency = "high"
	}
	req.Header.Set("Authorization", authorization)
	req.Header.Set("Content-Encoding", "aes128gcm")
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("TTL", strconv.Itoa(int(timeToLive.Seconds())))
	req.Header.Set("Urgency", urgency)
	return req, nil
}

// encrypt encrypts a text for a browser (RFC 8291, section 3.4) as one record (RFC 8188). local is
// a key for this message only.
func encrypt(text []byte, to *Subscription, local *ecdh.PrivateKey, salt []byte) ([]byte, error) {
	if len(text) > MaxBrowserBody {
		return nil, errors.New("the text is too long")
	}
	remote, err := ecdh.P256().NewPublicKey(to.PublicKey)
	if err != nil {
		return nil, err
	}
	shared, err := local.ECDH(remote)
	if err != nil {
		return nil, err
	}
	point := local.PublicKey().Bytes()
	seal, nonce, err := deriveKeys(shared, to.AuthSecret, to.PublicKey, point, salt)
	if err != nil {
		return nil, err
	}
	header := binary.BigEndian.AppendUint32(slices.Clone(salt), recordSize)
	header = append(append(header, byte(len(point))), point...)
	// 2 ends the text of the last record.
	return seal.Seal(header, nonce, append(slices.Clone(text), 2), nil), nil
}

// deriveKeys derives the cipher and the nonce of a record from the secret that both sides share.
func deriveKeys(shared, auth, receiver, sender, salt []byte) (seal cipher.AEAD, nonce []byte, err error) {
	info := "WebPush: info\x00" + string(receiver) + string(sender)
	secret, err := hkdf.Key(sha256.New, shared, auth, info, sha256.Size)
	if err != nil {
		return nil, nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, nil, err
	}
	if nonce, err = hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12); err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	seal, err = cipher.NewGCM(block)
	return seal, nonce, err
}

// originOf returns the origin of a URL (RFC 6454, section 6.1).
func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }
