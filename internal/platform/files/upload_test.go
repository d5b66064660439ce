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

// post sends a POST request with headers such as `Name: value`.
func post(t *testing.T, o *apptest.Organization, path string, body io.Reader, headers ...string) apptest.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, body)
	return o.Send(t, r, headers...)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// storedBlobs returns the names of an organization's blobs in the store.
func storedBlobs(t *testing.T, o *apptest.Organization) (names []string) {
	t.Helper()
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(apptest.FilesFolder(t), org.String(), "??", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		names = append(names, filepath.Base(name))
	}
	return names
}

// TestUpload uploads files as a raw body and as a form, and downloads them unchanged.
func TestUpload(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	form := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Kontoauszug 1.csv\"\r\n" +
		"Content-Type: text/csv\r\n\r\na;b\r\n--b--\r\n"
	for name, c := range map[string]struct {
		path, body, header       string
		content, file, mediaType string
	}{
		"raw body": {
			"/v1/files?fileName=a.ofx", "<OFX>", "Content-Type: application/x-ofx", "<OFX>", "a.ofx", "application/x-ofx",
		},
		"media type of curl": {
			"/v1/files", "a=b", "Content-Type: application/x-www-form-urlencoded", "a=b", "", "text/plain",
		},
		"JSON as a file": {
			"/v1/files?fileName=a.json", "{}", "Content-Type: application/json", "{}", "a.json", "application/json",
		},
		"form": {
			"/v1/files?sha256=" + digest("a;b"), form, "Content-Type: multipart/form-data; boundary=b",
			"a;b", "Kontoauszug 1.csv", "text/csv",
		},
	} {
		t.Run(name, func(t *testing.T) {
			res := post(t, o, c.path, strings.NewReader(c.body), c.header)
			if res.Code != http.StatusOK || res.Body["sha256"] != digest(c.content) || res.Body["fileName"] != c.file ||
				res.Body["mediaType"] != c.mediaType {
				t.Fatalf("got %d %s", res.Code, res.Raw)
			}
			fileID := res.Body["id"].(string)
			down := o.REST(t, http.MethodGet, "/v1/files/"+fileID+":content", "")
			if string(down.Raw) != c.content || down.Header.Get("Content-Type") != c.mediaType ||
				!strings.HasPrefix(down.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("downloaded %v %q, want the uploaded file", down.Header, down.Raw)
			}
			f, err := pb.NewFilesServiceClient(o).GetFile(t.Context(), &pb.GetFileRequest{FileId: fileID})
			if err != nil || f.GetSizeBytes() != int64(len(c.content)) {
				t.Errorf("got %v, %v, want %d bytes", f, err, len(c.content))
			}
		})
	}
}

// TestRefusedUploadsLeaveNothing checks that a refused upload stores neither a file nor a blob.
func TestRefusedUploadsLeaveNothing(t *testing.T) {
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
		"empty body":        {"/v1/files", strings.NewReader(""), "", 400, "FILE_EMPTY"},
		"other digest":      {"/v1/files?sha256=" + digest("x"), strings.NewReader("y"), "", 400, "FILE_DIGEST_DIFFERS"},
		"malformed digest":  {"/v1/files?sha256=xyz", strings.NewReader("y"), "", 400, "FIELDS_INVALID"},
		"unknown parameter": {"/v1/files?name=a", strings.NewReader("y"), "", 400, "QUERY_PARAMETER_INVALID"},
		"content in query":  {"/v1/files?content=YQ==", strings.NewReader("y"), "", 400, "QUERY_PARAMETER_INVALID"},
		"name of two lines": {"/v1/files?fileName=a%0Ab", strings.NewReader("y"), "", 400, "FIELDS_INVALID"},
		"interrupted body":  {"/v1/files", io.MultiReader(strings.NewReader("half"), broken{}), "", 400, "BODY_INVALID"},
		"interrupted form":  {"/v1/files", strings.NewReader(part), form, 400, "BODY_INVALID"},
		"form of two files": {"/v1/files", strings.NewReader(part + part + "--b--\r\n"), form, 400, "BODY_INVALID"},
		"empty form":        {"/v1/files", strings.NewReader("--b--\r\n"), form, 400, "BODY_INVALID"},
		"too large":         {"/v1/files", io.LimitReader(zeros{}, files.MaxBytes+1), "", 413, "BODY_TOO_LARGE"},
	} {
		t.Run(name, func(t *testing.T) {
			res := post(t, o, c.path, c.body, c.header)
			if res.Code != c.code || res.Reason() != c.reason {
				t.Errorf("got %d %s, want %d %s", res.Code, res.Raw, c.code, c.reason)
			}
		})
	}
	if names := storedBlobs(t, o); len(names) > 0 {
		t.Errorf("got the blobs %v, want none", names)
	}
	list, err := pb.NewFilesServiceClient(o).ListFiles(t.Context(), &pb.ListFilesRequest{})
	if err != nil || len(list.GetFiles()) > 0 {
		t.Errorf("got %v, %v, want no files", list, err)
	}
}

// broken is a body whose Read fails.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the line is down") }

// zeros is an endless body of zeros.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// unread is a body that fails the test if it is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// TestBodyIsReadOnlyAfterAdmission checks that the server does not read the body of a caller
// without a key or without the permission.
func TestBodyIsReadOnlyAfterAdmission(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	stranger, reader := *o, o.WithRole(t, pb.ApiKey_AUDITOR)
	stranger.Key = ""
	for _, c := range []struct {
		caller *apptest.Organization
		code   int
		reason string
	}{{&stranger, 401, "CREDENTIAL_MISSING"}, {reader, 403, "PERMISSION_MISSING"}} {
		res := post(t, c.caller, "/v1/files", unread{t}, "Accept: application/problem+json")
		if res.Code != c.code || res.Body["reason"] != c.reason ||
			res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("got %d %v %s, want %d %s", res.Code, res.Header, res.Raw, c.code, c.reason)
		}
	}
}

// TestRetriedUpload checks that a retry with the same idempotency key and bytes returns the same
// file, and that other bytes are refused.
func TestRetriedUpload(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	const key = "Idempotency-Key: k1"
	first := post(t, o, "/v1/files", strings.NewReader("a"), key)
	again := post(t, o, "/v1/files", strings.NewReader("a"), key)
	if first.Code != 200 || again.Body["id"] != first.Body["id"] || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("got %s, then %s, want the same file", first.Raw, again.Raw)
	}
	other := post(t, o, "/v1/files", strings.NewReader("b"), key)
	if other.Code != 409 || other.Reason() != "IDEMPOTENCY_KEY_REUSED" {
		t.Errorf("other bytes: got %d %s, want 409 IDEMPOTENCY_KEY_REUSED", other.Code, other.Raw)
	}
}

// TestUploadUsesBoundedMemory uploads the largest possible file. Its content must not be held in
// memory as a whole.
func TestUploadUsesBoundedMemory(t *testing.T) {
	o := apptest.SignUp(t)
	// The first upload loads what is read only once, such as the OpenAPI document that responses
	// are compared with.
	post(t, o, "/v1/files", strings.NewReader("first"))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/files", io.LimitReader(zeros{}, files.MaxBytes))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	res := o.Send(t, r)
	runtime.ReadMemStats(&after)
	if res.Code != 200 || res.Body["sizeBytes"] != "67108864" {
		t.Fatalf("got %d %s, want 64 MiB", res.Code, res.Raw)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > files.MaxBytes/8 {
		t.Errorf("the upload allocated %d bytes of memory, want at most %d", allocated, files.MaxBytes/8)
	}
}
