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

// TestRanges sends parts of a file down.
func TestRanges(t *testing.T) {
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
		answer := o.REST(t, http.MethodGet, path, "", c.headers...)
		if answer.Code != c.code || string(answer.Raw) != c.body {
			t.Errorf("%q is answered by %d %q", c.headers, answer.Code, answer.Raw)
		}
	}
	if answer := o.REST(t, http.MethodGet, path, "", "Range: bytes=20-30"); answer.Code != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a range behind the end is answered by %d", answer.Code)
	}
}

// TestDownload refuses what is not there or too large for one message.
func TestDownload(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	client := pb.NewFilesServiceClient(o)
	small := post(t, o, "/v1/files", strings.NewReader("small"), "Content-Type: text/plain")
	if body, err := client.DownloadFile(t.Context(), &pb.DownloadFileRequest{FileId: small.Body["id"].(string)}); err != nil || string(body.GetData()) != "small" || body.GetContentType() != "text/plain" {
		t.Errorf("got %v, %v", body, err)
	}
	large := post(t, o, "/v1/files", strings.NewReader(strings.Repeat("x", 3<<20+1)))
	if _, err := client.DownloadFile(t.Context(), &pb.DownloadFileRequest{FileId: large.Body["id"].(string)}); apptest.Reason(err) != optionsv1.Reason_FILE_TOO_LARGE {
		t.Errorf("got %v", err)
	}
	if answer := o.REST(t, http.MethodGet, "/v1/files/fil_01k9zzzzzzzzzzzzzzzzzzzzzz:content", ""); answer.Code != 404 || answer.Reason() != "RECORD_NOT_FOUND" {
		t.Errorf("got %d %s", answer.Code, answer.Raw)
	}
	other := apptest.SignUpTo(t, o.App)
	if answer := other.REST(t, http.MethodGet, "/v1/files/"+small.Body["id"].(string)+":content", ""); answer.Code != 404 {
		t.Errorf("another organization's file is answered by %d", answer.Code)
	}
	if _, err := pb.NewFilesServiceClient(other).GetFile(t.Context(), &pb.GetFileRequest{FileId: small.Body["id"].(string)}); status.Code(err) != codes.NotFound {
		t.Errorf("got %v", err)
	}
}

// TestSweep holds bytes to stay while a file points to them, and to go when none has for
// long.
func TestSweep(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	first := post(t, o, "/v1/files", strings.NewReader("shared")).Body["id"].(string)
	second := post(t, o, "/v1/files", strings.NewReader("shared")).Body["id"].(string)
	if names := kept(t, o); len(names) != 1 || names[0] != digest("shared") {
		t.Fatalf("kept are %v", names)
	}
	sweep := func(want int, why string) {
		t.Helper()
		server, _ := apptest.Databases(t)
		if err := files.New(server, files.Folder(apptest.FilesFolder(t))).Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if names := kept(t, o); len(names) != want {
			t.Errorf("%s: kept are %v", why, names)
		}
	}
	client := pb.NewFilesServiceClient(o)
	for _, f := range []string{first, second} {
		lieIdle(t, o)
		sweep(1, "a file points to it")
		if _, err := client.DeleteFile(t.Context(), &pb.DeleteFileRequest{FileId: f}); err != nil {
			t.Fatal(err)
		}
	}
	post(t, o, "/v1/files", strings.NewReader("shared"), "Authorization: Bearer none")
	sweep(0, "none has for long")
	if f := post(t, o, "/v1/files", strings.NewReader("shared")); f.Code != 200 {
		t.Fatalf("got %d %s", f.Code, f.Raw)
	} else if down := o.REST(t, http.MethodGet, "/v1/files/"+f.Body["id"].(string)+":content", ""); string(down.Raw) != "shared" {
		t.Errorf("sent again and down: %q", down.Raw)
	}
	if _, err := client.DeleteFile(t.Context(), &pb.DeleteFileRequest{FileId: list(t, client)}); err != nil {
		t.Fatal(err)
	}
	sweep(1, "it was sent a moment ago")
}

func list(t *testing.T, client pb.FilesServiceClient) string {
	t.Helper()
	page, err := client.ListFiles(t.Context(), &pb.ListFilesRequest{})
	if err != nil || len(page.GetFiles()) != 1 {
		t.Fatalf("got %v, %v", page, err)
	}
	return page.GetFiles()[0].GetId()
}

// lieIdle makes an organization's bytes as old as if nobody had sent them for long.
func lieIdle(t *testing.T, o *apptest.Organization) {
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
	if _, err := conn.Exec(t.Context(), "update platform.blobs set touch_time = touch_time - interval '1 day' where org_id = $1", org); err != nil {
		t.Fatal(err)
	}
}
