package files_test

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/module"
)

// wantUsage compares the usage of an organization.
func wantUsage(t *testing.T, o *apptest.Organization, stored, uploading int64) {
	t.Helper()
	u, err := pb.NewFilesServiceClient(o).GetFileUsage(t.Context(), &pb.GetFileUsageRequest{})
	if err != nil || u.GetStoredBytes() != stored || u.GetUploadingBytes() != uploading {
		t.Errorf("got %v, %v, want %d stored and %d uploading", u, err, stored, uploading)
	}
}

// signUpWithQuota signs up to a server with a quota.
func signUpWithQuota(t *testing.T, quota int64) *apptest.Organization {
	t.Helper()
	return apptest.SignUpTo(t, apptest.New(t, func(o *module.Options) { o.FileQuota = quota }))
}

// TestUsageCountsContentOnce checks that identical files count once, from the first to the last.
func TestUsageCountsContentOnce(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	wantUsage(t, o, 0, 0)
	var ids []string
	for range 2 {
		ids = append(ids, post(t, o, "/v1/files", strings.NewReader("12345")).Body["id"].(string))
		wantUsage(t, o, 5, 0)
	}
	post(t, o, "/v1/files", strings.NewReader("123"))
	for i, fileID := range ids {
		wantUsage(t, o, 8, 0)
		if _, err := pb.NewFilesServiceClient(o).DeleteFile(t.Context(), &pb.DeleteFileRequest{FileId: fileID}); err != nil {
			t.Fatal(i, err)
		}
	}
	wantUsage(t, o, 3, 0)
	post(t, o, "/v1/files", strings.NewReader("12345")) // its bytes are still in the store
	wantUsage(t, o, 8, 0)
}

// TestUsageCountsUnfinishedUploads checks that an upload counts with its whole size until it is
// finished, ended or expired.
func TestUsageCountsUnfinishedUploads(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	finished, ended, expired := c.create(10), c.create(20), c.create(40)
	wantUsage(t, c.Organization, 0, 70)
	c.patch(finished, 0, io.MultiReader(strings.NewReader("01234"), broken{}))
	wantUsage(t, c.Organization, 0, 70)
	c.patch(finished, 5, strings.NewReader("56789"))
	wantUsage(t, c.Organization, 10, 60)
	if res := c.send(http.MethodDelete, ended, nil); res.Code != http.StatusNoContent {
		t.Fatal(res.Code)
	}
	wantUsage(t, c.Organization, 10, 40)
	c.patch(expired, 0, strings.NewReader("01234"))
	c.expireAll()
	wantUsage(t, c.Organization, 10, 0)
	made, err := pb.NewFilesServiceClient(c).CreateUpload(t.Context(),
		&pb.CreateUploadRequest{Upload: &pb.Upload{SizeBytes: 7}, ValidateOnly: true})
	if err != nil {
		t.Error(made, err)
	}
	wantUsage(t, c.Organization, 10, 0)
}

// TestQuota checks that all ways to store a file are refused beyond the quota, and that nothing is
// left behind.
func TestQuota(t *testing.T) {
	t.Parallel()
	c := tus{signUpWithQuota(t, 10), t}
	if res := post(t, c.Organization, "/v1/files", strings.NewReader("01234567890")); res.Code != 400 ||
		res.Reason() != "FILE_QUOTA_EXCEEDED" {
		t.Errorf("got %d %s, want FILE_QUOTA_EXCEEDED", res.Code, res.Raw)
	}
	if names := storedBlobs(t, c.Organization); len(names) != 0 {
		t.Errorf("got %v in the store, want nothing", names)
	}
	path := c.create(6)
	service := pb.NewFilesServiceClient(c)
	_, err := service.CreateUpload(t.Context(), &pb.CreateUploadRequest{Upload: &pb.Upload{SizeBytes: 5}})
	apptest.WantRefused(t, err, optionsv1.Reason_FILE_QUOTA_EXCEEDED)
	_, err = service.UploadFile(t.Context(), &pb.UploadFileRequest{Content: []byte("01234")})
	apptest.WantRefused(t, err, optionsv1.Reason_FILE_QUOTA_EXCEEDED)
	if _, err = service.UploadFile(t.Context(), &pb.UploadFileRequest{Content: []byte("0123")}); err != nil {
		t.Error(err)
	}
	if res := c.patch(path, 0, strings.NewReader("012345")); res.Code != http.StatusNoContent {
		t.Errorf("the end of the upload: got %d %s", res.Code, res.Raw)
	}
	wantUsage(t, c.Organization, 10, 0)
	if _, err = service.UploadFile(t.Context(), &pb.UploadFileRequest{Content: []byte("012345")}); err != nil {
		t.Errorf("content that is stored already: got %v", err)
	}
}

// TestConcurrentUploadsStayWithinTheQuota sends 32 uploads at once, at once or in parts, of which
// 10 fit.
func TestConcurrentUploadsStayWithinTheQuota(t *testing.T) {
	t.Parallel()
	o := signUpWithQuota(t, 109)
	service := pb.NewFilesServiceClient(o)
	var stored, refused atomic.Int32
	var group sync.WaitGroup
	for i := range 32 {
		group.Go(func() {
			content := []byte(fmt.Sprintf("content %02d", i))
			var err error
			if i%2 == 0 {
				_, err = service.UploadFile(t.Context(), &pb.UploadFileRequest{Content: content})
			} else {
				var u *pb.Upload
				u, err = service.CreateUpload(t.Context(), &pb.CreateUploadRequest{Upload: &pb.Upload{SizeBytes: 10}})
				if err == nil {
					_, err = service.AppendUpload(t.Context(), &pb.AppendUploadRequest{UploadId: u.GetId(), Content: content})
				}
			}
			switch {
			case err == nil:
				stored.Add(1)
			case apptest.Reason(err) == optionsv1.Reason_FILE_QUOTA_EXCEEDED:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	group.Wait()
	if stored.Load() != 10 || refused.Load() != 22 {
		t.Errorf("got %d stored and %d refused, want 10 and 22", stored.Load(), refused.Load())
	}
	wantUsage(t, o, 100, 0)
	if names := storedBlobs(t, o); len(names) != 10 {
		t.Errorf("got %d blobs in the store, want 10", len(names))
	}
}

// TestFailedUploadDoesNotCount attaches a file to a record that is deleted while the parts of the
// file are sent. The content is stored and then not used.
func TestFailedUploadDoesNotCount(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	person := newPerson(t, c.Organization)
	path := c.create(5, "Upload-Metadata: subjectId "+encoded(person))
	_, err := pb.NewIdentityServiceClient(c).DeletePerson(t.Context(), &pb.DeletePersonRequest{PersonId: person})
	if err != nil {
		t.Fatal(err)
	}
	if res := c.patch(path, 0, strings.NewReader("01234")); res.Reason() != "REFERENCE_NOT_FOUND" {
		t.Fatalf("got %d %s, want REFERENCE_NOT_FOUND", res.Code, res.Raw)
	}
	wantUsage(t, c.Organization, 0, 0)
	_, err = pb.NewFilesServiceClient(c).DeleteUpload(t.Context(), &pb.DeleteUploadRequest{UploadId: filepath.Base(path)})
	if err != nil {
		t.Fatal(err)
	}
	wantUsage(t, c.Organization, 0, 0)
	ageBlobs(t, c.Organization)
	server, _ := apptest.Databases(t)
	if err := files.New(server, files.Folder(apptest.FilesFolder(t)), 0).Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantUsage(t, c.Organization, 0, 0)
}
