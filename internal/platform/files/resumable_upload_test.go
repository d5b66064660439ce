package files_test

import (
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
)

// tus sends requests of the tus protocol as an organization.
type tus struct {
	*apptest.Organization
	t *testing.T
}

func (c tus) send(method, path string, body io.Reader, headers ...string) apptest.Response {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), method, path, body)
	res := c.Send(c.t, r, append([]string{"Tus-Resumable: 1.0.0"}, headers...)...)
	if res.Header.Get("Tus-Resumable") != "1.0.0" {
		c.t.Errorf("%s %s: got no Tus-Resumable header", method, path)
	}
	return res
}

// create creates an upload and returns its path.
func (c tus) create(size int, headers ...string) string {
	c.t.Helper()
	res := c.send(http.MethodPost, "/v1/uploads", nil, append(headers, "Upload-Length: "+strconv.Itoa(size))...)
	if res.Code != http.StatusCreated {
		c.t.Fatalf("got %d %s, want 201", res.Code, res.Raw)
	}
	return res.Header.Get("Location")
}

func (c tus) patch(path string, offset int, body io.Reader, headers ...string) apptest.Response {
	c.t.Helper()
	return c.send(http.MethodPatch, path, body, append([]string{
		"Content-Type: application/offset+octet-stream", "Upload-Offset: " + strconv.Itoa(offset),
	}, headers...)...)
}

// offset returns the number of stored bytes and the file's id.
func (c tus) offset(path string) (int, string) {
	c.t.Helper()
	res := c.send(http.MethodHead, path, nil)
	n, err := strconv.Atoi(res.Header.Get("Upload-Offset"))
	if res.Code != http.StatusOK || err != nil || res.Header.Get("Cache-Control") != "no-store" {
		c.t.Fatalf("HEAD: got %d %v", res.Code, res.Header)
	}
	return n, res.Header.Get("Upload-File-Id")
}

// content downloads a file.
func (c tus) content(fileID string) string {
	c.t.Helper()
	return string(c.REST(c.t, http.MethodGet, "/v1/files/"+fileID+":content", "").Raw)
}

// storedParts returns the names of the parts in the store.
func (c tus) storedParts() []string {
	c.t.Helper()
	org, err := id.Parse("org", c.Organization.Organization.GetId())
	if err != nil {
		c.t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(apptest.FilesFolder(c.t), org.String(), "uploads", "*"))
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// expireAll makes all uploads of the organization expire, and runs the background jobs.
func (c tus) expireAll() {
	c.t.Helper()
	conn, err := pgx.Connect(c.t.Context(), apptest.URL(c.t))
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close(c.t.Context())
	org, err := id.Parse("org", c.Organization.Organization.GetId())
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := conn.Exec(c.t.Context(), `
update platform.uploads
set expire_time = now() - interval '2 hours'
where org_id = $1`, org); err != nil {
		c.t.Fatal(err)
	}
	c.RunJobs(c.t)
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// TestTusUpload uploads a file in parts as a tus client does.
func TestTusUpload(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	metadata := "filename " + encoded("a.txt") + ",filetype " + encoded("text/plain") + ",relativePath,subjectId " +
		encoded(c.Owner.GetId())
	path := c.create(10, "Upload-Metadata: "+metadata)
	if head := c.send(http.MethodHead, path, nil); head.Header.Get("Upload-Length") != "10" ||
		head.Header.Get("Upload-Offset") != "0" || head.Header.Get("Upload-Metadata") != metadata ||
		head.Header.Get("Upload-Expires") == "" {
		t.Errorf("HEAD: got %v", head.Header)
	}
	sum := sha1.Sum([]byte("01234"))
	first := c.patch(path, 0, strings.NewReader("01234"), "Upload-Checksum: sha1 "+
		base64.StdEncoding.EncodeToString(sum[:]))
	if first.Code != http.StatusNoContent || first.Header.Get("Upload-Offset") != "5" {
		t.Fatalf("first part: got %d %v %s", first.Code, first.Header, first.Raw)
	}
	last := c.patch(path, 5, strings.NewReader("56789"))
	fileID := last.Header.Get("Upload-File-Id")
	if last.Code != http.StatusNoContent || last.Header.Get("Upload-Offset") != "10" || fileID == "" {
		t.Fatalf("last part: got %d %v %s", last.Code, last.Header, last.Raw)
	}
	if got := c.content(fileID); got != "0123456789" {
		t.Errorf("got the content %q", got)
	}
	f, err := pb.NewFilesServiceClient(c).GetFile(t.Context(), &pb.GetFileRequest{FileId: fileID})
	if err != nil || f.GetFileName() != "a.txt" || f.GetSha256() != digest("0123456789") {
		t.Errorf("got %v, %v", f, err)
	}
	attached, err := pb.NewFilesServiceClient(c).ListAttachments(t.Context(),
		&pb.ListAttachmentsRequest{Filter: "file_id=" + strconv.Quote(fileID)})
	list := attached.GetAttachments()
	if err != nil || len(list) != 1 || list[0].GetSubjectId() != c.Owner.GetId() {
		t.Errorf("got %v, %v, want the file on the owner", attached, err)
	}
	if n, id := c.offset(path); n != 10 || id != fileID {
		t.Errorf("got %d %s, want the finished upload", n, id)
	}
	if left := c.storedParts(); len(left) > 0 {
		t.Errorf("got the parts %v, want none after the end", left)
	}
}

// TestTusOptions checks that a client learns without a key what the server supports.
func TestTusOptions(t *testing.T) {
	t.Parallel()
	visitor := *apptest.SignUp(t)
	visitor.Key = ""
	res := visitor.REST(t, http.MethodOptions, "/v1/uploads", "")
	if res.Code != http.StatusNoContent || res.Header.Get("Tus-Version") != "1.0.0" ||
		res.Header.Get("Tus-Extension") != "creation,expiration,checksum,termination" ||
		res.Header.Get("Tus-Max-Size") != strconv.Itoa(files.MaxBytes) ||
		res.Header.Get("Tus-Checksum-Algorithm") != "sha1,sha256" {
		t.Errorf("got %d %v", res.Code, res.Header)
	}
}

// TestUploadOverJSON uploads a file in parts without the headers of tus, and over gRPC.
func TestUploadOverJSON(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	made := o.REST(t, http.MethodPost, "/v1/uploads", `{"fileName":"a.txt","sizeBytes":"4"}`)
	uploadID, _ := made.Body["id"].(string)
	part := o.REST(t, http.MethodPatch, "/v1/uploads/"+uploadID+"?offsetBytes=0", "ab",
		"Content-Type: application/offset+octet-stream")
	if made.Code != http.StatusOK || part.Code != http.StatusOK || part.Body["offsetBytes"] != "2" {
		t.Fatalf("got %d %s, then %d %s", made.Code, made.Raw, part.Code, part.Raw)
	}
	service := pb.NewFilesServiceClient(o)
	u, err := service.AppendUpload(t.Context(),
		&pb.AppendUploadRequest{UploadId: uploadID, OffsetBytes: 2, Content: []byte("cd")})
	if err != nil || u.GetFileId() == "" {
		t.Fatalf("got %v, %v, want a file", u, err)
	}
	if got := (tus{o, t}).content(u.GetFileId()); got != "abcd" {
		t.Errorf("got the content %q", got)
	}
}

// TestBrokenPartIsKept checks that the bytes before a broken connection need not be sent again,
// also at another server, unless the part has a checksum.
func TestBrokenPartIsKept(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	path := c.create(8)
	broken1 := c.patch(path, 0, io.MultiReader(strings.NewReader("abc"), broken{}))
	if broken1.Code != http.StatusBadRequest || broken1.Reason() != "BODY_INVALID" {
		t.Errorf("got %d %s, want 400 BODY_INVALID", broken1.Code, broken1.Raw)
	}
	checked := c.patch(path, 3, io.MultiReader(strings.NewReader("def"), broken{}), "Upload-Checksum: sha1 "+
		base64.StdEncoding.EncodeToString(make([]byte, sha1.Size)))
	if n, _ := c.offset(path); n != 3 || checked.Code != http.StatusBadRequest {
		t.Fatalf("got %d stored bytes, want the 3 of the first part", n)
	}
	elsewhere := *c.Organization
	elsewhere.App = apptest.New(t)
	other := tus{&elsewhere, t}
	if res := other.patch(path, 3, strings.NewReader("defgh")); res.Code != http.StatusNoContent ||
		other.content(res.Header.Get("Upload-File-Id")) != "abcdefgh" {
		t.Errorf("got %d %s, want the whole file", res.Code, res.Raw)
	}
}

// TestRefusedParts checks that a refused request stores no bytes.
func TestRefusedParts(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	path := c.create(4, "Upload-Metadata: sha256 "+encoded(digest("abcd")))
	const unknown = "ven_01k9zzzzzzzzzzzzzzzzzzzzzz"
	withMetadata := func(text string) []string { return []string{"Upload-Length: 4", "Upload-Metadata: " + text} }
	wrong := "Upload-Checksum: sha256 " + base64.StdEncoding.EncodeToString(make([]byte, 32))
	for name, test := range map[string]struct {
		method, path, body string
		headers            []string
		code               int
		reason             string
	}{
		"version": {
			"POST", "/v1/uploads", "", []string{"Tus-Resumable: 0.2.2"}, 412, "TUS_VERSION_NOT_SUPPORTED",
		},
		"no length":  {"POST", "/v1/uploads", "", nil, 400, "FIELDS_INVALID"},
		"empty file": {"POST", "/v1/uploads", "", []string{"Upload-Length: 0"}, 400, "FIELDS_INVALID"},
		"too large":  {"POST", "/v1/uploads", "", []string{"Upload-Length: 67108865"}, 413, "BODY_TOO_LARGE"},
		"body":       {"POST", "/v1/uploads", "ab", []string{"Upload-Length: 4"}, 400, "BODY_INVALID"},
		"name": {
			"POST", "/v1/uploads", "", withMetadata("filename " + encoded("a\nb")), 400, "FIELDS_INVALID",
		},
		"not base64": {"POST", "/v1/uploads", "", withMetadata("filename a.txt"), 400, "FIELDS_INVALID"},
		"subject": {
			"POST", "/v1/uploads", "", withMetadata("subjectId " + encoded(unknown)), 400, "REFERENCE_NOT_FOUND",
		},
		"media type": {
			"PATCH", path, "ab", []string{"Content-Type: text/plain", "Upload-Offset: 0"}, 415, "PART_MEDIA_TYPE_WRONG",
		},
		"no offset":      {"PATCH", path, "ab", []string{"Upload-Offset: "}, 400, "FIELDS_INVALID"},
		"other offset":   {"PATCH", path, "ab", []string{"Upload-Offset: 1"}, 409, "UPLOAD_OFFSET_DIFFERS"},
		"beyond the end": {"PATCH", path, "abcde", []string{"Upload-Offset: 0"}, 400, "BODY_INVALID"},
		"checksum":       {"PATCH", path, "ab", []string{"Upload-Offset: 0", wrong}, 460, "PART_CHECKSUM_DIFFERS"},
		"algorithm": {
			"PATCH", path, "ab", []string{"Upload-Offset: 0", "Upload-Checksum: md5 YQ=="}, 400, "FIELDS_INVALID",
		},
		"short checksum": {
			"PATCH", path, "ab", []string{"Upload-Offset: 0", "Upload-Checksum: sha1 YQ=="}, 400, "FIELDS_INVALID",
		},
		"digest": {"PATCH", path, "wxyz", []string{"Upload-Offset: 0"}, 400, "FILE_DIGEST_DIFFERS"},
		"unknown upload": {
			"PATCH", "/v1/uploads/upl_" + unknown[4:], "ab", []string{"Upload-Offset: 0"}, 404, "RECORD_NOT_FOUND",
		},
		"path trick": {"HEAD", "/v1/uploads/upl_..%5C..%5Cetc", "", nil, 404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			headers := append([]string{"Content-Type: application/offset+octet-stream"}, test.headers...)
			res := tus{c.Organization, t}.send(test.method, test.path, strings.NewReader(test.body), headers...)
			if res.Code != test.code || res.Reason() != test.reason {
				t.Errorf("got %d %s, want %d %s", res.Code, res.Raw, test.code, test.reason)
			}
		})
	}
	if n, _ := c.offset(path); n != 0 || len(c.storedParts()) > 0 {
		t.Errorf("got %d stored bytes and the parts %v, want none", n, c.storedParts())
	}
}

// TestUploadBelongsToItsPerson checks that neither another person nor another organization can
// read, continue or end an upload.
func TestUploadBelongsToItsPerson(t *testing.T) {
	t.Parallel()
	owner, stranger := apptest.SignUp(t), apptest.SignUp(t)
	person, err := pb.NewIdentityServiceClient(owner).CreatePerson(t.Context(),
		&pb.CreatePersonRequest{Person: &pb.Person{DisplayName: "Colleague"}})
	if err != nil {
		t.Fatal(err)
	}
	path := tus{owner, t}.create(4)
	for _, o := range []*apptest.Organization{stranger, owner.AsPerson(t, person.GetId(), pb.ApiKey_OWNER)} {
		service := pb.NewFilesServiceClient(o)
		uploadID := filepath.Base(path)
		_, get := service.GetUpload(t.Context(), &pb.GetUploadRequest{UploadId: uploadID})
		_, write := service.AppendUpload(t.Context(), &pb.AppendUploadRequest{UploadId: uploadID, Content: []byte("a")})
		_, end := service.DeleteUpload(t.Context(), &pb.DeleteUploadRequest{UploadId: uploadID})
		for _, err := range []error{get, write, end} {
			apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
		}
	}
}
