package files_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
)

// post sends a body up as a server's caller does, with headers as `Name: value`.
func post(t *testing.T, o *apptest.Organization, path string, body io.Reader, headers ...string) apptest.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, body)
	return o.Send(t, r, headers...)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// kept are the blobs of an organization in the store.
func kept(t *testing.T, o *apptest.Organization) (names []string) {
	t.Helper()
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(apptest.FilesFolder(t), org.String(), "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		names = append(names, filepath.Base(name))
	}
	return names
}

// TestUpload sends files up in each of the ways there are, and finds them as they were.
func TestUpload(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	form := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Kontoauszug 1.csv\"\r\nContent-Type: text/csv\r\n\r\na;b\r\n--b--\r\n"
	for name, c := range map[string]struct {
		path, body, header       string
		content, file, mediaType string
	}{
		"raw":            {"/v1/files?fileName=a.ofx", "<OFX>", "Content-Type: application/x-ofx", "<OFX>", "a.ofx", "application/x-ofx"},
		"as curl sends":  {"/v1/files", "a=b", "Content-Type: application/x-www-form-urlencoded", "a=b", "", "application/octet-stream"},
		"JSON is a file": {"/v1/files?fileName=a.json", "{}", "Content-Type: application/json", "{}", "a.json", "application/json"},
		"form":           {"/v1/files?sha256=" + digest("a;b"), form, "Content-Type: multipart/form-data; boundary=b", "a;b", "Kontoauszug 1.csv", "text/csv"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := post(t, o, c.path, strings.NewReader(c.body), c.header)
			if answer.Code != http.StatusOK || answer.Body["sha256"] != digest(c.content) || answer.Body["fileName"] != c.file || answer.Body["mediaType"] != c.mediaType {
				t.Fatalf("got %d %s", answer.Code, answer.Raw)
			}
			down := o.REST(t, http.MethodGet, "/v1/files/"+answer.Body["id"].(string)+":content", "")
			if string(down.Raw) != c.content || down.Header.Get("Content-Type") != c.mediaType || !strings.HasPrefix(down.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("sent down: %v %q", down.Header, down.Raw)
			}
			f, err := pb.NewFilesServiceClient(o).GetFile(t.Context(), &pb.GetFileRequest{FileId: answer.Body["id"].(string)})
			if err != nil || f.GetSizeBytes() != int64(len(c.content)) {
				t.Errorf("its record is %v, %v", f, err)
			}
		})
	}
}

// TestRefusedUploads holds what is refused to leave nothing behind.
func TestRefusedUploads(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	part := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\na\r\n"
	const form = "Content-Type: multipart/form-data; boundary=b"
	for name, c := range map[string]struct {
		path   string
		body   io.Reader
		header string
		code   int
		reason string
	}{
		"nothing":           {"/v1/files", strings.NewReader(""), "", 400, "FILE_EMPTY"},
		"another digest":    {"/v1/files?sha256=" + digest("x"), strings.NewReader("y"), "", 400, "FILE_DIGEST_DIFFERS"},
		"no digest":         {"/v1/files?sha256=xyz", strings.NewReader("y"), "", 400, "FIELDS_INVALID"},
		"unknown parameter": {"/v1/files?name=a", strings.NewReader("y"), "", 400, "QUERY_PARAMETER_INVALID"},
		"content in query":  {"/v1/files?content=YQ==", strings.NewReader("y"), "", 400, "QUERY_PARAMETER_INVALID"},
		"a name of lines":   {"/v1/files?fileName=a%0Ab", strings.NewReader("y"), "", 400, "FIELDS_INVALID"},
		"broken off":        {"/v1/files", io.MultiReader(strings.NewReader("half"), broken{}), "", 400, "BODY_INVALID"},
		"form broken off":   {"/v1/files", strings.NewReader(part), form, 400, "BODY_INVALID"},
		"form of two":       {"/v1/files", strings.NewReader(part + part + "--b--\r\n"), form, 400, "BODY_INVALID"},
		"form of nothing":   {"/v1/files", strings.NewReader("--b--\r\n"), form, 400, "BODY_INVALID"},
		"too large":         {"/v1/files", io.LimitReader(zeros{}, files.MaxBytes+1), "", 413, "BODY_TOO_LARGE"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := post(t, o, c.path, c.body, c.header)
			if answer.Code != c.code || answer.Reason() != c.reason {
				t.Errorf("got %d %s", answer.Code, answer.Raw)
			}
		})
	}
	if names := kept(t, o); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
	if list, err := pb.NewFilesServiceClient(o).ListFiles(t.Context(), &pb.ListFilesRequest{}); err != nil || len(list.GetFiles()) > 0 {
		t.Errorf("got %v, %v", list, err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the line is down") }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// unread fails a test if it is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// TestStrangersSendNothing holds a body to be left unread until its sender is admitted.
func TestStrangersSendNothing(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	stranger, reader := *o, o.WithRole(t, pb.ApiKey_AUDITOR)
	stranger.Key = ""
	for _, c := range []struct {
		who    *apptest.Organization
		code   int
		reason string
	}{{&stranger, 401, "CREDENTIAL_MISSING"}, {reader, 403, "PERMISSION_MISSING"}} {
		answer := post(t, c.who, "/v1/files", unread{t}, "Accept: application/problem+json")
		if answer.Code != c.code || answer.Body["reason"] != c.reason || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("got %d %s", answer.Code, answer.Raw)
		}
	}
}

// TestRetriedUpload holds a key to name one file, by its bytes too.
func TestRetriedUpload(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	const key = "Idempotency-Key: k1"
	first := post(t, o, "/v1/files", strings.NewReader("a"), key)
	again := post(t, o, "/v1/files", strings.NewReader("a"), key)
	if first.Code != 200 || again.Body["id"] != first.Body["id"] || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("got %s, then %s", first.Raw, again.Raw)
	}
	if other := post(t, o, "/v1/files", strings.NewReader("b"), key); other.Code != 409 || other.Reason() != "IDEMPOTENCY_KEY_REUSED" {
		t.Errorf("got %d %s", other.Code, other.Raw)
	}
}

// TestUploadInBoundedMemory sends up as much as may be, which is never whole in memory.
func TestUploadInBoundedMemory(t *testing.T) {
	o := apptest.SignUp(t)
	// What is read once, such as the reference that answers are held to, is not counted.
	post(t, o, "/v1/files", strings.NewReader("first"))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/files", io.LimitReader(zeros{}, files.MaxBytes))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	answer := o.Send(t, r)
	runtime.ReadMemStats(&after)
	if answer.Code != 200 || answer.Body["sizeBytes"] != "67108864" {
		t.Fatalf("got %d %s", answer.Code, answer.Raw)
	}
	if spent := after.TotalAlloc - before.TotalAlloc; spent > files.MaxBytes/8 {
		t.Errorf("it took %d bytes of memory", spent)
	}
}
