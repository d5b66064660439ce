//go:build oracle

package files_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
)

// bucketTest is an organization on a server that keeps files in a bucket.
type bucketTest struct {
	tus
	store  files.Store
	client *minio.Client
}

func newBucketTest(t *testing.T) bucketTest {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	endpoint := files.StartS3(t, "backoffice")
	store, err := files.StoreAt("s3://backoffice?region=us-east-1&path_style=true&endpoint=" + endpoint)
	if err != nil {
		t.Fatal(err)
	}
	client, err := minio.New(strings.TrimPrefix(endpoint, "http://"), &minio.Options{
		Creds: credentials.NewStaticV4("key", "secret", ""), Region: "us-east-1", BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		t.Fatal(err)
	}
	a := apptest.New(t, func(o *module.Options) { o.Files = store })
	return bucketTest{tus{apptest.SignUpTo(t, a), t}, store, client}
}

// objects returns the names of all objects in the bucket, and of uploads to the bucket that are not
// complete.
func (b bucketTest) objects() (names []string) {
	b.t.Helper()
	for o := range b.client.ListObjects(b.t.Context(), "backoffice", minio.ListObjectsOptions{Recursive: true}) {
		if o.Err != nil {
			b.t.Fatal(o.Err)
		}
		_, name, _ := strings.Cut(o.Key, "/") // without the organization
		names = append(names, name)
	}
	for o := range b.client.ListIncompleteUploads(b.t.Context(), "backoffice", "", true) {
		if minio.ToErrorResponse(o.Err).Code == "NoSuchUpload" {
			break // the server's answer if there has never been one
		}
		names = append(names, "incomplete "+o.Key)
	}
	return names
}

func (b bucketTest) wantObjects(when string, want ...string) {
	b.t.Helper()
	if got := b.objects(); len(got) != len(want) || len(want) > 0 && !slices.Equal(got, want) {
		b.t.Errorf("%s: got the objects %q, want %q", when, got, want)
	}
}

func blob(content string) string { return digest(content)[:2] + "/" + digest(content) }

// TestUploadsToBucket uploads files to a bucket: at once, in parts, cut off half-way, ended and
// expired. The bucket contains the files alone, and nothing once they are deleted.
func TestUploadsToBucket(t *testing.T) {
	b := newBucketTest(t)
	once := post(t, b.Organization, "/v1/files", strings.NewReader("at once"))
	if once.Code != http.StatusOK || b.content(once.Body["id"].(string)) != "at once" {
		t.Fatalf("got %d %s", once.Code, once.Raw)
	}
	cut := post(t, b.Organization, "/v1/files", io.MultiReader(strings.NewReader("half"), broken{}))
	if cut.Code != http.StatusBadRequest {
		t.Errorf("cut off: got %d", cut.Code)
	}
	b.wantObjects("after a broken body", blob("at once"))

	path := b.create(10)
	b.patch(path, 0, strings.NewReader("0123"))
	b.patch(path, 4, io.MultiReader(strings.NewReader("45"), broken{}))
	if n, _ := b.offset(path); n != 6 || len(b.objects()) != 3 {
		t.Errorf("got %d bytes in %q, want 6 in two parts", n, b.objects())
	}
	last := b.patch(path, 6, strings.NewReader("6789"))
	if got := b.content(last.Header.Get("Upload-File-Id")); got != "0123456789" {
		t.Fatalf("got %d %s and the content %q", last.Code, last.Raw, got)
	}
	stored := []string{blob("at once"), blob("0123456789")}
	slices.Sort(stored)
	b.wantObjects("after the last part", stored...)

	ended, expired := b.create(10), b.create(10)
	for _, p := range []string{ended, expired} {
		if res := b.patch(p, 0, strings.NewReader("part")); res.Code != http.StatusNoContent {
			t.Fatalf("got %d %s", res.Code, res.Raw)
		}
	}
	b.send(http.MethodDelete, ended, nil)
	b.expireAll()
	b.wantObjects("after one upload was ended and one expired", stored...)
	b.checkAllIsRemoved()
}

// TestThumbnailsInBucket makes thumbnails of a photo in a bucket, and removes them with it.
func TestThumbnailsInBucket(t *testing.T) {
	b := newBucketTest(t)
	res := post(t, b.Organization, "/v1/files", strings.NewReader(sidewaysPhoto(t, 300, 200)))
	b.RunJobs(t)
	got := b.REST(t, http.MethodGet, "/v1/files/"+res.Body["id"].(string)+":thumbnail", "")
	if got.Code != http.StatusOK || len(b.objects()) != 4 {
		t.Errorf("got %d and the objects %q, want the photo and three thumbnails", got.Code, b.objects())
	}
	b.checkAllIsRemoved()
}

// checkAllIsRemoved deletes all files, removes unused contents, and checks that the bucket is
// empty.
func (b bucketTest) checkAllIsRemoved() {
	b.t.Helper()
	client := pb.NewFilesServiceClient(b)
	list, err := client.ListFiles(b.t.Context(), &pb.ListFilesRequest{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, f := range list.GetFiles() {
		if _, err := client.DeleteFile(b.t.Context(), &pb.DeleteFileRequest{FileId: f.GetId()}); err != nil {
			b.t.Fatal(err)
		}
	}
	ageBlobs(b.t, b.Organization)
	server, _ := apptest.Databases(b.t)
	if err := files.New(server, b.store, 0).Sweep(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.wantObjects("after all files were deleted")
	conn, err := pgx.Connect(b.t.Context(), apptest.URL(b.t))
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close(b.t.Context())
	org, err := id.Parse("org", b.Organization.Organization.GetId())
	if err != nil {
		b.t.Fatal(err)
	}
	var rows int
	if err := conn.QueryRow(b.t.Context(), `
select count(*)
from platform.blobs
where org_id = $1`, org).Scan(&rows); err != nil || rows != 0 {
		b.t.Errorf("got %d rows of blobs, %v, want none", rows, err)
	}
}
