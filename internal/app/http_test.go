package app_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"backoffice/gen/openapi"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/logging"
	"backoffice/internal/platform/module"
)

// sendTo sends a request to a server, with headers as `Name: value`.
func sendTo(t *testing.T, server *httptest.Server, method, path string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	client := *server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, raw
}

// TestHeadMatchesGet sends HEAD and GET to the same paths and expects the same headers.
func TestHeadMatchesGet(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	server := httptest.NewServer(o.App.Server.HTTP())
	defer server.Close()
	upload := o.REST(t, http.MethodPost, "/v1/files?fileName=a.txt", strings.Repeat("text ", 10_000))
	file := "/v1/files/" + upload.Body["id"].(string)
	key := "Authorization: Bearer " + o.Key
	for _, path := range []string{
		"/", "/docs", "/docs/", "/openapi.json", "/livez", "/readyz", "/nothing/here", "/v1/nothing",
		"/v1/accounts", "/v1/accounts?what=1", "/v1/organizations:signUp", file, file + ":content",
		"/v1/reports/trialBalance?asOf=2026-11-30",
		"/v1/reports:download?report=TRIAL_BALANCE&format=PDF&asOf=2026-11-30",
	} {
		for _, encoding := range []string{"identity", "gzip"} {
			get, body := sendTo(t, server, http.MethodGet, path, key, "Accept-Encoding: "+encoding)
			head, headBody := sendTo(t, server, http.MethodHead, path, key, "Accept-Encoding: "+encoding)
			if len(headBody) > 0 || head.StatusCode != get.StatusCode {
				t.Errorf("HEAD %s: got %d and %d bytes, GET got %d", path, head.StatusCode, len(headBody), get.StatusCode)
			}
			if head.ContentLength != int64(len(body)) {
				t.Errorf("HEAD %s: got Content-Length %d, GET got %d bytes", path, head.ContentLength, len(body))
			}
			if diff := cmp.Diff(stableHeaders(get.Header), stableHeaders(head.Header)); diff != "" {
				t.Errorf("HEAD %s (%s): got other headers than GET: %s", path, encoding, diff)
			}
		}
	}
	tag := o.REST(t, http.MethodGet, file, "").Header.Get("ETag")
	same, _ := sendTo(t, server, http.MethodHead, file, key, "If-None-Match: "+tag)
	if same.StatusCode != http.StatusNotModified {
		t.Errorf("HEAD with the current ETag: got %d, want 304", same.StatusCode)
	}
	part, _ := sendTo(t, server, http.MethodHead, file+":content", key, "Range: bytes=0-9")
	if part.StatusCode != http.StatusPartialContent || part.ContentLength != 10 {
		t.Errorf("HEAD of a range: got %d and %d bytes", part.StatusCode, part.ContentLength)
	}
}

// stableHeaders returns the headers that are equal in all responses to the same request.
func stableHeaders(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"Date", "X-Request-Id", "Ratelimit-Remaining", "Content-Length"} {
		h.Del(name)
	}
	return h
}

// TestRootRedirectsToReference checks that / and /docs redirect to the API reference.
func TestRootRedirectsToReference(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(apptest.New(t).Server.HTTP())
	defer server.Close()
	for _, path := range []string{"/", "/docs"} {
		if response, _ := sendTo(t, server, http.MethodGet, path); response.Header.Get("Location") != "/docs/" {
			t.Errorf("%s: got a redirect to %q with %d", path, response.Header.Get("Location"), response.StatusCode)
		}
	}
}

// TestReferenceIsCachedAndCompressed checks that the OpenAPI document is compressed on request, and
// that a caller who has it gets 304.
func TestReferenceIsCachedAndCompressed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(apptest.New(t).Server.HTTP())
	defer server.Close()
	const path = "/openapi.json"
	for encoding, compressed := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "identity": false,
		"gzip;q=0": false} {
		response, body := sendTo(t, server, http.MethodGet, path, "Accept-Encoding: "+encoding)
		if got := response.Header.Get("Content-Encoding") == "gzip"; got != compressed {
			t.Errorf("Accept-Encoding %q: got %q", encoding, response.Header.Get("Content-Encoding"))
		}
		if vary := response.Header.Values("Vary"); !slices.Contains(vary, "Accept-Encoding") {
			t.Errorf("got Vary %q, want Accept-Encoding", vary)
		}
		if compressed {
			reader, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(reader); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(body, openapi.JSON) {
			t.Errorf("Accept-Encoding %q: got another document", encoding)
		}
		tag := response.Header.Get("ETag")
		again, body := sendTo(t, server, http.MethodGet, path, "Accept-Encoding: "+encoding, "If-None-Match: "+tag)
		if tag == "" || again.StatusCode != http.StatusNotModified || len(body) > 0 {
			t.Errorf("If-None-Match %q: got %d and %d bytes, want 304", tag, again.StatusCode, len(body))
		}
	}
}

// TestIndentation checks that responses, including errors, are indented on request and files are
// not.
func TestIndentation(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	upload := o.REST(t, http.MethodPost, "/v1/files", `{"a":1}`, "Content-Type: application/json")
	file := "/v1/files/" + upload.Body["id"].(string)
	for _, c := range []struct {
		path, accept string
		width        int
	}{
		{"/v1/accounts", "", 0},
		{"/v1/accounts", "application/json", 0},
		{"/v1/accounts", "application/json; indent=0", 0},
		{"/v1/accounts", "application/json; indent=x", 0},
		{"/v1/accounts", "text/html, application/json;indent=2", 2},
		{"/v1/accounts", "application/json; indent=1000", 8},
		{"/v1/nothing", "application/problem+json; indent=4", 4},
		{file, "application/json; indent=2", 2},
		{file + ":content", "application/json; indent=2", 0},
	} {
		response := o.REST(t, http.MethodGet, c.path, "", "Accept: "+c.accept)
		var want bytes.Buffer
		if c.width > 0 {
			if err := json.Indent(&want, bytes.TrimSpace(response.Raw), "", strings.Repeat(" ", c.width)); err != nil {
				t.Fatalf("%s: %v in %s", c.path, err, response.Raw)
			}
			want.WriteByte('\n')
		}
		indented := strings.Contains(string(response.Raw), "\n ")
		if indented != (c.width > 0) || indented && want.String() != string(response.Raw) {
			t.Errorf("%s with Accept %q: got %.300s", c.path, c.accept, response.Raw)
		}
	}
}

// TestRequestLog checks that the log has one line for each request except health checks.
func TestRequestLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	a := apptest.New(t, func(o *module.Options) { o.Log = logging.New(&out, logging.Text, slog.LevelInfo) })
	o := apptest.SignUpTo(t, a)
	out.Reset()
	o.REST(t, http.MethodGet, "/v1/accounts?filter=secret", "")
	o.REST(t, http.MethodHead, "/v1/nothing", "")
	o.REST(t, http.MethodGet, "/readyz", "")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, want := range []string{" GET /v1/accounts 400 ", " HEAD /v1/nothing 404 "} {
		if len(lines) != 2 || !strings.Contains(lines[i], want) {
			t.Fatalf("got the log\n%s, want 2 lines, one with %q", out.String(), want)
		}
	}
}

// TestOnlyConfiguredOriginsAreAllowed checks the CORS headers.
func TestOnlyConfiguredOriginsAreAllowed(t *testing.T) {
	t.Parallel()
	preflight := []string{"Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: authorization,if-match"}
	open := apptest.SignUpTo(t, apptest.New(t,
		func(o *module.Options) { o.Origins = []string{"https://app.acme.example"} }))
	closed := apptest.SignUp(t)
	for origin, want := range map[string]string{"https://app.acme.example": "https://app.acme.example",
		"https://evil.example": ""} {
		a := open.REST(t, "OPTIONS", "/v1/persons", "", append(preflight, "Origin: "+origin)...)
		if got := a.Header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: got the allowed origin %q, want %q", origin, got, want)
		}
		if a := closed.REST(t, "GET", "/v1/clock", "", "Origin: "+origin); a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is allowed without configured origins", origin)
		}
	}
}

// TestLargeResponsesAreCompressed checks that a large response is compressed on request.
func TestLargeResponsesAreCompressed(t *testing.T) {
	t.Parallel()
	a := apptest.SignUp(t).REST(t, "GET", "/v1/accounts", "", "Accept-Encoding: gzip")
	if a.Header.Get("Content-Encoding") != "gzip" || len(a.Raw) == 0 || a.Raw[0] != 0x1f {
		t.Errorf("got %v and %d bytes, want gzip", a.Header, len(a.Raw))
	}
}
