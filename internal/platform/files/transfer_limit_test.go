package files_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"backoffice/internal/app/apptest"
)

// panickingBody is a body whose Read panics.
type panickingBody struct{}

func (panickingBody) Read([]byte) (int, error) { panic("lost") }

// TestConcurrentUploadsAreLimitedPerOrganization checks that slow uploads leave room for other
// organizations and other requests, and that every upload frees its slot, even after a panic.
func TestConcurrentUploadsAreLimitedPerOrganization(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o, other := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	d, _ := apptest.Databases(t)
	slots := int(d.Pool().Config().MaxConns) / 4
	interrupt := holdUploads(t, o, slots)
	res := post(t, o, "/v1/files", strings.NewReader("a"))
	if res.Code != http.StatusServiceUnavailable || res.Reason() != "ORGANIZATION_BUSY" {
		t.Errorf("one upload too many: got %d %s, want 503 ORGANIZATION_BUSY", res.Code, res.Raw)
	}
	if res.Header.Get("Retry-After") != "1" || !strings.Contains(string(res.Raw), "RetryInfo") {
		t.Errorf("one upload too many: got %v %s, want a retry delay", res.Header, res.Raw)
	}
	if res := post(t, other, "/v1/files", strings.NewReader("a")); res.Code != http.StatusOK {
		t.Errorf("an upload of another organization: got %d %s, want 200", res.Code, res.Raw)
	}
	if res := o.REST(t, http.MethodGet, "/v1/reports/trialBalance", ""); res.Code != http.StatusOK {
		t.Errorf("a report during the uploads: got %d %s, want 200", res.Code, res.Raw)
	}
	interrupt()
	for range slots + 1 {
		if res := post(t, o, "/v1/files", panickingBody{}); res.Code != http.StatusInternalServerError {
			t.Errorf("a panic: got %d %s, want 500", res.Code, res.Raw)
		}
		sent := post(t, o, "/v1/files", strings.NewReader("a"))
		if sent.Code != http.StatusOK {
			t.Fatalf("an upload after the others: got %d %s, want 200", sent.Code, sent.Raw)
		}
		path := "/v1/files/" + sent.Body["id"].(string) + ":content"
		if res := o.REST(t, http.MethodGet, path, ""); string(res.Raw) != "a" {
			t.Errorf("a download: got %s, want a", res.Raw)
		}
	}
}

// holdUploads starts uploads that send half of a file and then wait. The returned function
// interrupts them and waits until they have failed.
func holdUploads(t *testing.T, o *apptest.Organization, n int) (interrupt func()) {
	t.Helper()
	var uploads, begun sync.WaitGroup
	var lines []*io.PipeWriter
	for range n {
		body, line := io.Pipe()
		lines = append(lines, line)
		begun.Go(func() { _, _ = line.Write([]byte("half")) })
		uploads.Go(func() {
			if res := post(t, o, "/v1/files", body); res.Code != http.StatusBadRequest {
				t.Errorf("an interrupted upload: got %d %s, want 400", res.Code, res.Raw)
			}
		})
	}
	begun.Wait() // the server is reading every body, so each upload has a slot
	return func() {
		for _, line := range lines {
			_ = line.CloseWithError(io.ErrUnexpectedEOF)
		}
		uploads.Wait()
	}
}
