// Package pushtest is a push service for tests: an HTTP server that checks who sends, decrypts the
// messages as a browser does (RFC 8291), and fails, stalls or redirects as it is told. It shares no
// code with the sender.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Request is a request that the service received.
type Request struct {
	Path   string
	Header http.Header
	// Body is decrypted if it was sent to a browser.
	Body []byte
}

// Service is a push service, and a server of webhooks.
type Service struct {
	// URL is the address of the service.
	URL string

	mu       sync.Mutex
	received []Request
	answers  map[string][]int
	header   http.Header
	browsers map[string]*browser
	stalled  chan struct{}
	problems []error
}

// Stall is an answer that never comes.
const Stall = -1

// browser is a subscriber.
type browser struct {
	private   *ecdh.PrivateKey
	auth      []byte
	serverKey string
}

// New starts a service that ends with the test.
func New(t testing.TB) *Service {
	s := &Service{answers: map[string][]int{}, browsers: map[string]*browser{}, header: http.Header{},
		stalled: make(chan struct{})}
	server := httptest.NewServer(s)
	s.URL = server.URL
	t.Cleanup(func() {
		close(s.stalled)
		server.Close()
		for _, err := range s.problems {
			t.Errorf("the push service: %v", err)
		}
	})
	return s
}

// Subscribe adds a browser that accepts messages signed with the server's key. It returns the keys
// p256dh and auth of the subscription at a path.
func (s *Service) Subscribe(t testing.TB, path, serverKey string) (publicKey, authSecret string) {
	t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{private: private, auth: make([]byte, 16), serverKey: serverKey}
	_, _ = rand.Read(b.auth)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsers[path] = b
	return encoding.EncodeToString(private.PublicKey().Bytes()), encoding.EncodeToString(b.auth)
}

var encoding = base64.RawURLEncoding

// Answer sets the statuses of the next responses at a path; later ones are 201. The headers go
// with them, as `Name: value`.
func (s *Service) Answer(path string, statuses []int, headers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[path] = statuses
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		s.header.Set(name, value)
	}
}

// Received returns the requests at a path so far.
func (s *Service) Received(path string) (out []Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.received {
		if r.Path == path {
			out = append(out, r)
		}
	}
	return out
}

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	s.mu.Lock()
	b := s.browsers[r.URL.Path]
	if err == nil && b != nil {
		body, err = b.open(s.URL, r.Header, body)
	}
	if err != nil {
		s.problems = append(s.problems, err)
	}
	s.received = append(s.received, Request{r.URL.Path, r.Header, body})
	status := http.StatusCreated
	if next := s.answers[r.URL.Path]; len(next) > 0 {
		status, s.answers[r.URL.Path] = next[0], next[1:]
	}
	header := s.header.Clone()
	s.mu.Unlock()
	if status == Stall {
		select {
		case <-s.stalled:
		case <-r.Context().Done():
		}
		return
	}
	if status != http.StatusCreated {
		for name, values := range header {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(status)
}

// open checks the headers of a message and decrypts it.
func (b *browser) open(origin string, h http.Header, body []byte) ([]byte, error) {
	if h.Get("Content-Encoding") != "aes128gcm" || h.Get("TTL") == "" {
		return nil, fmt.Errorf("the headers are %v", h)
	}
	if err := b.checkToken(origin, h.Get("Authorization")); err != nil {
		return nil, err
	}
	return b.decrypt(body)
}

// checkToken checks the token that identifies the server (RFC 8292).
func (b *browser) checkToken(origin, authorization string) error {
	parameters, is := strings.CutPrefix(authorization, "vapid t=")
	token, key, found := strings.Cut(parameters, ", k=")
	parts := strings.Split(token, ".")
	if !is || !found || len(parts) != 3 {
		return fmt.Errorf("the authorization is %q", authorization)
	}
	if key != b.serverKey {
		return errors.New("the key is not the one that the browser subscribed with")
	}
	point, err := encoding.DecodeString(key)
	if err != nil {
		return err
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return err
	}
	signature, err := encoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return errors.New("the signature has not 64 bytes")
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	r, v := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(public, digest[:], r, v) {
		return errors.New("the signature is wrong")
	}
	return checkClaims(origin, parts[1])
}

func checkClaims(origin, part string) error {
	raw, err := encoding.DecodeString(part)
	if err != nil {
		return err
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(raw, &claims); err != nil {
		return err
	}
	left := time.Until(time.Unix(claims.Exp, 0))
	if claims.Aud != origin || claims.Sub == "" || left <= 0 || left > 24*time.Hour {
		return fmt.Errorf("the claims are %s", raw)
	}
	return nil
}

// decrypt decrypts a body of one record (RFC 8188, RFC 8291).
func (b *browser) decrypt(body []byte) ([]byte, error) {
	if len(body) < 21 || int(body[20]) != 65 || len(body) < 86 ||
		binary.BigEndian.Uint32(body[16:20]) < uint32(len(body)-86) {
		return nil, fmt.Errorf("the body of %d bytes has no valid header", len(body))
	}
	salt, point, record := body[:16], body[21:86], body[86:]
	sender, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		return nil, err
	}
	shared, err := b.private.ECDH(sender)
	if err != nil {
		return nil, err
	}
	info := "WebPush: info\x00" + string(b.private.PublicKey().Bytes()) + string(point) + "\x01"
	secret := digest(digest(b.auth, shared), []byte(info))
	random := digest(salt, secret)
	key := digest(random, []byte("Content-Encoding: aes128gcm\x00\x01"))[:16]
	nonce := digest(random, []byte("Content-Encoding: nonce\x00\x01"))[:12]
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	text, err := seal.Open(nil, nonce, record, nil)
	if err != nil {
		return nil, err
	}
	text = []byte(strings.TrimRight(string(text), "\x00"))
	if len(text) == 0 || text[len(text)-1] != 2 {
		return nil, errors.New("the record does not end with a delimiter")
	}
	return text[:len(text)-1], nil
}

func digest(key, text []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	return mac.Sum(nil)
}
