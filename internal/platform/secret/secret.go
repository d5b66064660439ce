// Package secret owns the master key and what is derived from it: sealing
// (AES-256-GCM) and message authentication (HMAC-SHA-256), each purpose under a key
// of its own by HKDF (RFC 5869). It promises that what is sealed for one purpose
// opens for no other. Where the key is kept is decided here too; backing it up is
// left to the operator.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeySize is the length of the master key in bytes.
const KeySize = 32

// ErrBroken is returned when sealed text was altered, cut, or sealed by another key.
var ErrBroken = errors.New("secret: the sealed text does not open")

// Purpose keeps the keys of different uses apart.
type Purpose string

// Master is the master key; its methods are safe for concurrent use.
type Master struct {
	keys map[Purpose]derived
}

type derived struct {
	aead cipher.AEAD
	mac  []byte
}

// The purposes that keys are derived for.
const (
	PageTokens  Purpose = "page tokens"
	Idempotency Purpose = "idempotency"
	Canary      Purpose = "canary"
	APIKeys     Purpose = "API keys"
)

// New derives the keys of every purpose from the master key.
func New(master []byte) (*Master, error) {
	if len(master) != KeySize {
		return nil, fmt.Errorf("the master key must have %d bytes, not %d", KeySize, len(master))
	}
	m := &Master{keys: map[Purpose]derived{}}
	for _, p := range []Purpose{PageTokens, Idempotency, Canary, APIKeys} {
		d, err := derive(master, p)
		if err != nil {
			return nil, err
		}
		m.keys[p] = d
	}
	return m, nil
}

func derive(master []byte, p Purpose) (derived, error) {
	raw, err := hkdf.Key(sha256.New, master, nil, "backoffice "+string(p), 2*KeySize)
	if err != nil {
		return derived{}, err
	}
	block, err := aes.NewCipher(raw[:KeySize])
	if err != nil {
		return derived{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return derived{aead: aead, mac: raw[KeySize:]}, err
}

// Seal encrypts text; bound is authenticated with it and must be given to open it.
func (m *Master) Seal(p Purpose, text, bound []byte) []byte {
	return m.keys[p].aead.Seal(nil, nil, text, bound)
}

// Open decrypts what Seal made, or returns ErrBroken.
func (m *Master) Open(p Purpose, sealed, bound []byte) ([]byte, error) {
	text, err := m.keys[p].aead.Open(nil, nil, sealed, bound)
	if err != nil {
		return nil, ErrBroken
	}
	return text, nil
}

// MAC returns a keyed digest of the parts, each bounded so that no two lists of
// parts give the same input.
func (m *Master) MAC(p Purpose, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, m.keys[p].mac)
	for _, part := range parts {
		fmt.Fprintf(h, "%d:", len(part))
		h.Write(part)
	}
	return h.Sum(nil)
}

// Parse reads a master key written in base64.
func Parse(text string) (*Master, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("the master key must be %d bytes in base64: %w", KeySize, err)
	}
	return New(raw)
}

// File reads the master key at path.
func File(path string) (*Master, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	return Parse(string(text))
}

// FileOrNew reads the master key at path, and makes one there, readable by its owner
// alone, when there is none.
func FileOrNew(path string) (*Master, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, fmt.Errorf("master key: %w", err)
		}
	}
	return File(path)
}

// create makes a key whole or not at all: it is written beside its place and then put
// there, unless a rival was first.
func create(path string) error {
	raw := make([]byte, KeySize)
	_, _ = rand.Read(raw) // never fails, says its documentation
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
