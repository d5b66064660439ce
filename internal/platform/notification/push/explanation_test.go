package push

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestFailuresAreExplained sends to endpoints that fail in different ways. The explanations say
// what is wrong, and nothing of what the network reports.
func TestFailuresAreExplained(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	trusted := httptest.NewTLSServer(http.NotFoundHandler())
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Path[1:])
		w.WriteHeader(status)
	}))
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	defer func() { trusted.Close(); plain.Close() }()
	sender := NewHTTP(Options{AllowPrivate: true, Timeout: 200 * time.Millisecond})
	for endpoint, want := range map[string]string{
		slow.URL:           "The endpoint did not answer in time.",
		plain.URL + "/301": "The endpoint redirects to another address (HTTP 301), which is not followed.",
		plain.URL + "/401": "The endpoint refused the credentials of the message (HTTP 401).",
		plain.URL + "/413": "The endpoint refused the message as too large (HTTP 413).",
		plain.URL + "/429": "The endpoint receives too many messages (HTTP 429).",
		plain.URL + "/400": "The endpoint refused the message (HTTP 400).",
		plain.URL + "/503": "The endpoint is not available at the moment (HTTP 503).",
		trusted.URL:        "The certificate of the endpoint is not valid.",
		strings.Replace(plain.URL, "http:", "https:", 1): "The endpoint could not establish a TLS connection.",
		"http://" + closed.Addr().String():               "The endpoint could not be reached.",
		"http://acme.invalid":                            "The host name of the endpoint does not exist.",
		"ftp://acme.example":                             "The endpoint or the keys of the device cannot be used.",
	} {
		var failure *Failure
		err := sender.Send(t.Context(), Message{
			ID: "ntf_1", Endpoint: endpoint, Body: []byte("{}"), Secret: make([]byte, 24)})
		if !errors.As(err, &failure) {
			t.Errorf("%s: got %v, want a failure", endpoint, err)
			continue
		}
		if got := failure.Explain(); got != want {
			t.Errorf("%s: %v is explained as %q, want %q", endpoint, err, got, want)
		}
	}
	public := NewHTTP(Options{})
	var failure *Failure
	err = public.Send(t.Context(), Message{Endpoint: "https://10.0.0.1/", Body: []byte("{}")})
	if !errors.As(err, &failure) || failure.Explain() != "The endpoint has no public address." {
		t.Errorf("got %v", err)
	}
}
