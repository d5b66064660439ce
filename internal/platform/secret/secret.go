// Package secret owns the master key and the keys derived from it. It seals text (AES-256-GCM)
// and computes message authentication codes (HMAC-SHA-256). HKDF (RFC 5869) derives a separate
// key for each purpose, so text sealed for one purpose cannot be opened for another. After the
// master key was replaced, what the previous key sealed can still be opened. The package also
// stores the master key in a file; the operator backs it up.
package secret

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeySize is the length of the master key in bytes.
const KeySize = 32

// ErrBroken means that sealed text was altered, truncated or sealed with another key.
var ErrBroken = errors.New("secret: sealed text cannot be opened: it was altered or sealed with another key")

// Purpose names a use of the master key. Each purpose has separate keys.
type Purpose string

// Master holds the keys derived from a master key. Its methods are safe for concurrent use.
type Master struct {
	keys map[Purpose]purposeKeys
	// previous is the master key that this one replaced, or nil.
	previous *Master
	// kms encrypts keysets instead of the master key, if it is not nil.
	kms *awsKMS
}

// purposeKeys are the keys of one purpose: one for sealing and one for MACs.
type purposeKeys struct {
	aead cipher.AEAD
	mac  []byte
}

// The purposes of keys. Stored data depends on these values, so they never change.
const (
	PageTokens  Purpose = "page tokens"
	Idempotency Purpose = "idempotency"
	Canary      Purpose = "canary"
	APIKeys     Purpose = "API keys"
	Keysets     Purpose = "keysets"
	Digests     Purpose = "digests"
	MailTokens  Purpose = "mail tokens"
	Links       Purpose = "links"
	// DocumentLinks are the tokens of public links to documents.
	DocumentLinks Purpose = "document links"
	// ProviderEvents are the tokens of the paths to which payment providers send events.
	ProviderEvents Purpose = "payment provider events"
	// TestCheckouts are the tokens of pages of the payment provider for tests.
	TestCheckouts Purpose = "test checkouts"
)

var purposes = []Purpose{PageTokens, Idempotency, Canary, APIKeys, Keysets, Digests, MailTokens, Links,
	DocumentLinks, ProviderEvents, TestCheckouts}

// New derives the keys of every purpose from a master key of KeySize bytes.
func New(master []byte) (*Master, error) {
	if len(master) != KeySize {
		return nil, fmt.Errorf("the master key must have %d bytes, got %d", KeySize, len(master))
	}
	m := &Master{keys: map[Purpose]purposeKeys{}}
	for _, p := range purposes {
		d, err := deriveKeys(master, p)
		if err != nil {
			return nil, err
		}
		m.keys[p] = d
	}
	return m, nil
}

// Replacing returns a copy of m that also opens what the previous master key sealed.
func (m *Master) Replacing(previous *Master) *Master {
	return &Master{keys: m.keys, previous: previous, kms: m.kms}
}

func deriveKeys(master []byte, p Purpose) (purposeKeys, error) {
	raw, err := hkdf.Key(sha256.New, master, nil, "backoffice "+string(p), 2*KeySize)
	if err != nil {
		return purposeKeys{}, err
	}
	block, err := aes.NewCipher(raw[:KeySize])
	if err != nil {
		return purposeKeys{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return purposeKeys{aead: aead, mac: raw[KeySize:]}, err
}

// Seal encrypts and authenticates text. It also authenticates bound, which Open must be given
// again.
func (m *Master) Seal(p Purpose, text, bound []byte) []byte {
	return m.keys[p].aead.Seal(nil, nil, text, bound)
}

// Open decrypts text that Seal returned for the same purpose and bound, under this master key or
// the previous one. It fails with ErrBroken.
func (m *Master) Open(p Purpose, sealed, bound []byte) ([]byte, error) {
	text, err := m.keys[p].aead.Open(nil, nil, sealed, bound)
	switch {
	case err == nil:
		return text, nil
	case m.previous != nil:
		return m.previous.Open(p, sealed, bound)
	}
	return nil, ErrBroken
}

// MAC returns a keyed digest of the parts. Each part is hashed with its length, so two
// different lists of parts never have the same input.
func (m *Master) MAC(p Purpose, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, m.keys[p].mac)
	for _, part := range parts {
		fmt.Fprintf(h, "%d:", len(part))
		h.Write(part)
	}
	return h.Sum(nil)
}

// MACs returns the digests of the parts under this master key and the previous one, to compare with
// a digest that either of them made.
func (m *Master) MACs(p Purpose, parts ...[]byte) [][]byte {
	digests := [][]byte{m.MAC(p, parts...)}
	if m.previous != nil {
		digests = append(digests, m.previous.MACs(p, parts...)...)
	}
	return digests
}

// AEAD is the authenticated encryption of one purpose.
type AEAD struct {
	master  *Master
	purpose Purpose
}

// For returns the authenticated encryption of a purpose.
func (m *Master) For(p Purpose) AEAD { return AEAD{m, p} }

// KeyID identifies the key that encrypts, without revealing it.
func (a AEAD) KeyID() string {
	if a.usesKMS() {
		return awsKMSScheme + a.master.kms.keyARN
	}
	return hex.EncodeToString(a.master.MAC(a.purpose, []byte("key id"))[:8])
}

// usesKMS reports whether a key management service encrypts for the purpose.
func (a AEAD) usesKMS() bool { return a.master.kms != nil && a.purpose == Keysets }

// Encrypt is Seal. With a key management service, it encrypts keysets there.
func (a AEAD) Encrypt(ctx context.Context, text, bound []byte) ([]byte, error) {
	if a.usesKMS() {
		return a.master.kms.encrypt(ctx, text, bound)
	}
	return a.master.Seal(a.purpose, text, bound), nil
}

// Decrypt is Open. With a key management service, it decrypts keysets there, unless the master key
// encrypted them.
func (a AEAD) Decrypt(ctx context.Context, sealed, bound []byte) ([]byte, error) {
	text, err := a.master.Open(a.purpose, sealed, bound)
	if err != nil && a.usesKMS() {
		return a.master.kms.decrypt(ctx, sealed, bound)
	}
	return text, err
}

// Parse parses a master key in base64.
func Parse(text string) (*Master, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("the master key must be %d bytes in base64: %w", KeySize, err)
	}
	return New(raw)
}

// ReadFile reads the master key from the file at path.
func ReadFile(path string) (*Master, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	return Parse(string(text))
}

// ReadOrCreateFile reads the master key from the file at path. If the file does not exist, it
// creates one with a new key, readable by its owner only.
func ReadOrCreateFile(path string) (*Master, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := createKeyFile(path); err != nil {
			return nil, fmt.Errorf("master key: %w", err)
		}
	}
	return ReadFile(path)
}

// createKeyFile creates a key file atomically: it writes a temporary file in the same folder and
// links it to path. It keeps a file that another process created first.
func createKeyFile(path string) error {
	raw := make([]byte, KeySize)
	_, _ = rand.Read(raw) // documented never to fail
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "master-*.key")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = fmt.Fprintln(f, base64.StdEncoding.EncodeToString(raw))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
