package files_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
)

// TestDownloadRanges downloads parts of a file.
func TestDownloadRanges(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	path := "/v1/files/" + post(t, o, "/v1/files", strings.NewReader("0123456789")).Body["id"].(string) + ":content"
	tag := `"` + digest("0123456789") + `"`
	for _, c := range []struct {
		headers []string
		code    int
		body    string
	}{
		{[]string{"Range: bytes=2-4"}, 206, "234"},
		{[]string{"Range: bytes=-3"}, 206, "789"},
		{[]string{"Range: bytes=2-4", "If-Range: " + tag}, 206, "234"},
		{[]string{"Range: bytes=2-4", `If-Range: "other"`}, 200, "0123456789"},
		{[]string{"Range: bytes=2-4", "Accept-Encoding: gzip"}, 206, "234"},
		{[]string{"If-None-Match: " + tag}, 304, ""},
	} {
		res := o.REST(t, http.MethodGet, path, "", c.headers...)
		if res.Code != c.code || string(res.Raw) != c.body {
			t.Errorf("%q: got %d %q, want %d %q", c.headers, res.Code, res.Raw, c.code, c.body)
		}
	}
	res := o.REST(t, http.MethodGet, path, "", "Range: bytes=20-30")
	if res.Code != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a range after the end: got %d, want 416", res.Code)
	}
}

// TestDownload downloads a small file over gRPC. It refuses a file that is too large for one
// message, that does not exist, or that belongs to another organization.
func TestDownload(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	client := pb.NewFilesServiceClient(o)
	small := post(t, o, "/v1/files", strings.NewReader("small"), "Content-Type: text/plain")
	smallID := small.Body["id"].(string)
	body, err := client.DownloadFile(t.Context(), &pb.DownloadFileRequest{FileId: smallID})
	if err != nil || string(body.GetData()) != "small" || body.GetContentType() != "text/plain" {
		t.Errorf("got %v, %v, want the file", body, err)
	}
	large := post(t, o, "/v1/files", strings.NewReader(strings.Repeat("x", 3<<20+1)))
	_, err = client.DownloadFile(t.Context(), &pb.DownloadFileRequest{FileId: large.Body["id"].(string)})
	if apptest.Reason(err) != optionsv1.Reason_FILE_TOO_LARGE {
		t.Errorf("a large file: got %v, want FILE_TOO_LARGE", err)
	}
	res := o.REST(t, http.MethodGet, "/v1/files/fil_01k9zzzzzzzzzzzzzzzzzzzzzz:content", "")
	if res.Code != 404 || res.Reason() != "RECORD_NOT_FOUND" {
		t.Errorf("a file that does not exist: got %d %s, want 404 RECORD_NOT_FOUND", res.Code, res.Raw)
	}
	other := apptest.SignUpTo(t, o.App)
	if res := other.REST(t, http.MethodGet, "/v1/files/"+smallID+":content", ""); res.Code != 404 {
		t.Errorf("a file of another organization: got %d, want 404", res.Code)
	}
	_, err = pb.NewFilesServiceClient(other).GetFile(t.Context(), &pb.GetFileRequest{FileId: smallID})
	if status.Code(err) != codes.NotFound {
		t.Errorf("a file of another organization: got %v, want NotFound", err)
	}
}

// TestSweep checks that bytes are kept while a file references them or after a recent upload, and
// removed when no file has referenced them for an hour.
func TestSweep(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	first := post(t, o, "/v1/files", strings.NewReader("shared")).Body["id"].(string)
	second := post(t, o, "/v1/files", strings.NewReader("shared")).Body["id"].(string)
	if names := storedBlobs(t, o); len(names) != 1 || names[0] != digest("shared") {
		t.Fatalf("got the blobs %v, want one", names)
	}
	sweep := func(want int, why string) {
		t.Helper()
		server, _ := apptest.Databases(t)
		if err := files.New(server, files.Folder(apptest.FilesFolder(t)), 0).Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if names := storedBlobs(t, o); len(names) != want {
			t.Errorf("%s: got the blobs %v, want %d", why, names, want)
		}
	}
	client := pb.NewFilesServiceClient(o)
	for _, f := range []string{first, second} {
		ageBlobs(t, o)
		sweep(1, "a file references the blob")
		if _, err := client.DeleteFile(t.Context(), &pb.DeleteFileRequest{FileId: f}); err != nil {
			t.Fatal(err)
		}
	}
	post(t, o, "/v1/files", strings.NewReader("shared"), "Authorization: Bearer none")
	sweep(0, "no file has referenced the blob for an hour")
	f := post(t, o, "/v1/files", strings.NewReader("shared"))
	if f.Code != 200 {
		t.Fatalf("got %d %s", f.Code, f.Raw)
	}
	down := o.REST(t, http.MethodGet, "/v1/files/"+f.Body["id"].(string)+":content", "")
	if string(down.Raw) != "shared" {
		t.Errorf("a download after another upload: got %q, want shared", down.Raw)
	}
	if _, err := client.DeleteFile(t.Context(), &pb.DeleteFileRequest{FileId: onlyFile(t, client)}); err != nil {
		t.Fatal(err)
	}
	sweep(1, "the blob was uploaded a moment ago")
}

// onlyFile returns the id of the organization's only file.
func onlyFile(t *testing.T, client pb.FilesServiceClient) string {
	t.Helper()
	page, err := client.ListFiles(t.Context(), &pb.ListFilesRequest{})
	if err != nil || len(page.GetFiles()) != 1 {
		t.Fatalf("got %v, %v", page, err)
	}
	return page.GetFiles()[0].GetId()
}

// ageBlobs sets the touch_time of an organization's blobs back by a day.
func ageBlobs(t *testing.T, o *apptest.Organization) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `
update platform.blobs
set touch_time = touch_time - interval '1 day'
where org_id = $1`, org); err != nil {
		t.Fatal(err)
	}
}
