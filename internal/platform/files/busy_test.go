package files_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"backoffice/internal/app/apptest"
)

// panics is a body whose reader has a bug.
type panics struct{}

func (panics) Read([]byte) (int, error) { panic("lost") }

// TestTransfersOfAnOrganizationAreBounded checks that uploads that take long leave room for
// other organizations and for other requests, and that all give their places back.
func TestTransfersOfAnOrganizationAreBounded(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o, other := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	d, _ := apptest.Databases(t)
	places := int(d.Pool().Config().MaxConns) / 4
	var uploads, begun sync.WaitGroup
	var lines []*io.PipeWriter
	for range places {
		body, line := io.Pipe()
		lines = append(lines, line)
		begun.Go(func() { _, _ = line.Write([]byte("half")) })
		uploads.Go(func() {
			if answer := post(t, o, "/v1/files", body); answer.Code != http.StatusBadRequest {
				t.Errorf("an upload that broke off ends with %s", answer.Raw)
			}
		})
	}
	begun.Wait() // each is being read, and so has a place
	answer := post(t, o, "/v1/files", strings.NewReader("a"))
	if answer.Code != http.StatusServiceUnavailable || answer.Reason() != "ORGANIZATION_BUSY" || answer.Header.Get("Retry-After") != "1" || !strings.Contains(string(answer.Raw), "RetryInfo") {
		t.Errorf("one too many ends with %d %v %s", answer.Code, answer.Header, answer.Raw)
	}
	if answer := post(t, other, "/v1/files", strings.NewReader("a")); answer.Code != http.StatusOK {
		t.Errorf("another organization gets %s", answer.Raw)
	}
	if answer := o.REST(t, http.MethodGet, "/v1/reports/trialBalance", ""); answer.Code != http.StatusOK {
		t.Errorf("a report beside the uploads gets %s", answer.Raw)
	}
	for _, line := range lines {
		_ = line.CloseWithError(io.ErrUnexpectedEOF)
	}
	uploads.Wait()
	for range places + 1 {
		if answer := post(t, o, "/v1/files", panics{}); answer.Code != http.StatusInternalServerError {
			t.Errorf("a panic ends with %s", answer.Raw)
		}
		sent := post(t, o, "/v1/files", strings.NewReader("a"))
		if sent.Code != http.StatusOK {
			t.Fatalf("after the others have ended, an upload gets %s", sent.Raw)
		}
		if answer := o.REST(t, http.MethodGet, "/v1/files/"+sent.Body["id"].(string)+":content", ""); string(answer.Raw) != "a" {
			t.Errorf("a download gets %s", answer.Raw)
		}
	}
}
