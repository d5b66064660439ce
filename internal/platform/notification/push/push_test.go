package push

import (
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/mail/signature"
	"backoffice/internal/platform/notification/pushtest"
)

func decode(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestEncryptionMatchesTheStandard compares with the example of RFC 8291, appendix A.
func TestEncryptionMatchesTheStandard(t *testing.T) {
	t.Parallel()
	local, err := ecdh.P256().NewPrivateKey(decode(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	to, err := ParseSubscription(
		"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
		"BTBZMqHH6r4Tts7J_aSIgg==")
	if err != nil {
		t.Fatal(err)
	}
	got, err := encrypt([]byte("When I grow up, I want to be a watermelon"), to, local, decode(t,
		"DGv6ra1nlYgDCS1FRnbzlw"))
	want := "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr" +
		"u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	if err != nil || base64.RawURLEncoding.EncodeToString(got) != want {
		t.Errorf("got %s, %v, want %s", base64.RawURLEncoding.EncodeToString(got), err, want)
	}
	if _, err := encrypt(make([]byte, MaxBrowserBody+1), to, local, make([]byte, saltBytes)); err == nil {
		t.Error("accepts a text that is too long")
	}
	if body, err := encrypt(make([]byte, MaxBrowserBody), to, local, make([]byte, saltBytes)); err != nil ||
		len(body) != recordSize {
		t.Errorf("got %d bytes, %v, want %d", len(body), err, recordSize)
	}
}

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700:4700::1111": true, "127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "255.255.255.255": false,
		"224.0.0.1": false, "198.18.0.1": false, "192.0.2.1": false, "::1": false, "::": false, "fe80::1": false,
		"fc00::1": false, "fd12::1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:8.8.8.8": true,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:db8::1": false,
	} {
		if got := IsPublic(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
	for _, endpoint := range []string{
		"http://example.com/", "ftp://example.com/", "https:///x", "https://user@example.com/", "//example.com", "%",
	} {
		if err := CheckEndpoint(endpoint, false); !errors.Is(err, errUnusable) {
			t.Errorf("%s: got %v", endpoint, err)
		}
	}
	for _, endpoint := range []string{"https://127.0.0.1/", "https://[::1]:8443/", "https://10.0.0.1/"} {
		if err := CheckEndpoint(endpoint, false); !errors.Is(err, ErrPrivateAddress) {
			t.Errorf("%s: got %v", endpoint, err)
		}
	}
	if err := CheckEndpoint("https://updates.push.example/wpush/v2/x", false); err != nil {
		t.Error(err)
	}
}

// TestNamesOfPrivateAddressesAreNotReached connects by a name, which no check of the URL refuses.
func TestNamesOfPrivateAddressesAreNotReached(t *testing.T) {
	t.Parallel()
	s := pushtest.New(t)
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	err := NewHTTP(Options{}).Send(t.Context(), Message{ID: "ntf_1", Endpoint: "https://localhost" + port + "/in",
		Secret: []byte("x")})
	var failure *Failure
	if !errors.As(err, &failure) || !errors.Is(err, ErrPrivateAddress) || failure.IsTemporary() {
		t.Errorf("got %v", err)
	}
	if got := s.Received("/in"); len(got) != 0 {
		t.Errorf("the server received %v", got)
	}
}

func TestWebhooksAreSigned(t *testing.T) {
	t.Parallel()
	s := pushtest.New(t)
	secret, err := ParseWebhookSecret(NewWebhookSecret())
	if err != nil {
		t.Fatal(err)
	}
	m := Message{ID: "ntf_1", Endpoint: s.URL + "/in", Body: []byte(`{"a":1}`), Secret: secret}
	if err := NewHTTP(Options{AllowPrivate: true}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	r := s.Received("/in")[0]
	if !signature.IsValid(secret, r.Header, r.Body, calendar.System().Now()) || r.Header.Get("Webhook-Id") != "ntf_1" {
		t.Errorf("got %v", r)
	}
	if signature.IsValid([]byte("another secret of 24 byte"), r.Header, r.Body, calendar.System().Now()) {
		t.Error("another secret is accepted")
	}
}

func TestAnswersDecideWhatHappensNext(t *testing.T) {
	t.Parallel()
	s := pushtest.New(t)
	h := NewHTTP(Options{AllowPrivate: true, Timeout: 300 * time.Millisecond})
	for path, c := range map[string]struct {
		status          int
		gone, temporary bool
	}{
		"/gone":     {http.StatusGone, true, false},
		"/missing":  {http.StatusNotFound, true, false},
		"/busy":     {http.StatusTooManyRequests, false, true},
		"/failing":  {http.StatusBadGateway, false, true},
		"/stalled":  {pushtest.Stall, false, true},
		"/refused":  {http.StatusBadRequest, false, false},
		"/redirect": {http.StatusTemporaryRedirect, false, false},
	} {
		s.Answer(path, []int{c.status}, "Retry-After: 120", "Location: "+s.URL+"/elsewhere")
		err := h.Send(t.Context(), Message{ID: "ntf_1", Endpoint: s.URL + path, Secret: []byte("x")})
		var failure *Failure
		if !errors.As(err, &failure) || failure.IsGone() != c.gone || failure.IsTemporary() != c.temporary {
			t.Errorf("%s: got %v", path, err)
		} else if c.status > 0 && failure.RetryAfter != 2*time.Minute {
			t.Errorf("%s: got the pause %s", path, failure.RetryAfter)
		}
	}
	if len(s.Received("/elsewhere")) != 0 {
		t.Error("a redirect was followed")
	}
	if err := h.Send(t.Context(), Message{Endpoint: s.URL + "/fine", Secret: []byte("x")}); err != nil {
		t.Error(err)
	}
}

func TestKeysSurviveTheirText(t *testing.T) {
	t.Parallel()
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := key.Text()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	public, _ := key.Public()
	if got, err := again.Public(); err != nil || got != public || len(decode(t, got)) != pointBytes {
		t.Errorf("got %q, %v, want %q", got, err, public)
	}
	if _, err := ParseKey("short"); err == nil {
		t.Error("accepts a text that is no key")
	}
	u, _ := url.Parse("https://push.example:8443/x?y")
	if got := originOf(u); got != "https://push.example:8443" {
		t.Errorf("got the origin %q", got)
	}
}

func TestDatesOfRetryAfterAreUnderstood(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 30, 12, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "90": 90 * time.Second, "-5": 0, "soon": 0, "Mon, 30 Nov 2026 12:05:00 GMT": 5 * time.Minute,
		"Mon, 30 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
}
