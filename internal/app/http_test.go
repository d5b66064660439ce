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

// ask sends a request to a server, with headers as `Name: value`.
func ask(t *testing.T, server *httptest.Server, method, path string, headers ...string) (*http.Response, []byte) {
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
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, raw
}

// TestHead sends HEAD wherever GET works and expects the same headers without a body.
func TestHead(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	server := httptest.NewServer(o.App.Server.HTTP())
	defer server.Close()
	upload := o.REST(t, http.MethodPost, "/v1/files?fileName=a.txt", strings.Repeat("text ", 10_000))
	file := "/v1/files/" + upload.Body["id"].(string)
	key := "Authorization: Bearer " + o.Key
	for _, path := range []string{
		"/", "/docs", "/docs/", "/openapi.json", "/livez", "/readyz", "/nothing/here", "/v1/nothing",
		"/v1/accounts", "/v1/accounts?what=1", "/v1/organizations:signUp", file, file + ":content", "/v1/reports/trialBalance?asOf=2026-11-30",
		"/v1/reports:download?report=TRIAL_BALANCE&format=PDF&asOf=2026-11-30",
	} {
		for _, encoding := range []string{"identity", "gzip"} {
			get, body := ask(t, server, http.MethodGet, path, key, "Accept-Encoding: "+encoding)
			head, none := ask(t, server, http.MethodHead, path, key, "Accept-Encoding: "+encoding)
			if len(none) > 0 || head.StatusCode != get.StatusCode {
				t.Errorf("HEAD %s answers %d and %d bytes, GET %d", path, head.StatusCode, len(none), get.StatusCode)
			}
			if head.ContentLength != int64(len(body)) {
				t.Errorf("HEAD %s says %d bytes, GET sends %d", path, head.ContentLength, len(body))
			}
			if diff := cmp.Diff(lasting(get.Header), lasting(head.Header)); diff != "" {
				t.Errorf("HEAD %s (%s) has other headers than GET: %s", path, encoding, diff)
			}
		}
	}
	tag := o.REST(t, http.MethodGet, file, "").Header.Get("ETag")
	same, _ := ask(t, server, http.MethodHead, file, key, "If-None-Match: "+tag)
	if same.StatusCode != http.StatusNotModified {
		t.Errorf("HEAD of what the caller has is answered by %d", same.StatusCode)
	}
	part, _ := ask(t, server, http.MethodHead, file+":content", key, "Range: bytes=0-9")
	if part.StatusCode != http.StatusPartialContent || part.ContentLength != 10 {
		t.Errorf("HEAD of a range is answered by %d and %d bytes", part.StatusCode, part.ContentLength)
	}
}

// lasting are the headers that two answers to one question have in common.
func lasting(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"Date", "X-Request-Id", "Ratelimit-Remaining", "Content-Length"} {
		h.Del(name)
	}
	return h
}

// TestRootLeadsToReference leads a browser to something to read.
func TestRootLeadsToReference(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(apptest.New(t).Server.HTTP())
	defer server.Close()
	for _, path := range []string{"/", "/docs"} {
		if answer, _ := ask(t, server, http.MethodGet, path); answer.Header.Get("Location") != "/docs/" {
			t.Errorf("%s leads to %q by %d", path, answer.Header.Get("Location"), answer.StatusCode)
		}
	}
}

// TestReferenceIsSentOnce checks that a caller who has the OpenAPI document gets 304, and
// others get it compressed or not, as they ask.
func TestReferenceIsSentOnce(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(apptest.New(t).Server.HTTP())
	defer server.Close()
	const path = "/openapi.json"
	for encoding, compressed := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "identity": false, "gzip;q=0": false} {
		answer, body := ask(t, server, http.MethodGet, path, "Accept-Encoding: "+encoding)
		if got := answer.Header.Get("Content-Encoding") == "gzip"; got != compressed {
			t.Errorf("to %q it is sent as %q", encoding, answer.Header.Get("Content-Encoding"))
		}
		if vary := answer.Header.Values("Vary"); !slices.Contains(vary, "Accept-Encoding") {
			t.Errorf("it varies by %q", vary)
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
			t.Errorf("to %q other bytes are sent", encoding)
		}
		tag := answer.Header.Get("ETag")
		again, body := ask(t, server, http.MethodGet, path, "Accept-Encoding: "+encoding, "If-None-Match: "+tag)
		if tag == "" || again.StatusCode != http.StatusNotModified || len(body) > 0 {
			t.Errorf("to a caller with %q it is sent by %d and %d bytes", tag, again.StatusCode, len(body))
		}
	}
}

// TestIndentation lays answers out for those who ask for it, errors too, and leaves files as
// they are.
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
		answer := o.REST(t, http.MethodGet, c.path, "", "Accept: "+c.accept)
		var want bytes.Buffer
		if c.width > 0 {
			if err := json.Indent(&want, bytes.TrimSpace(answer.Raw), "", strings.Repeat(" ", c.width)); err != nil {
				t.Fatalf("%s: %v in %s", c.path, err, answer.Raw)
			}
			want.WriteByte('\n')
		}
		laidOut := strings.Contains(string(answer.Raw), "\n ")
		if laidOut != (c.width > 0) || laidOut && want.String() != string(answer.Raw) {
			t.Errorf("%s for %q is answered by %.300s", c.path, c.accept, answer.Raw)
		}
	}
}

// TestRequestLog writes one line for each request, by its path or its RPC.
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
			t.Fatalf("the log lacks %q:\n%s", want, out.String())
		}
	}
}
