package files_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
)

// sidewaysPhoto returns a JPEG of a size whose left half is red and whose right half is blue, taken
// with the camera turned: its right side is down.
func sidewaysPhoto(t *testing.T, w, h int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{255, 0, 0, 255})
			if x >= w/2 {
				m.Set(x, y, color.RGBA{0, 0, 255, 255})
			}
		}
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, m, nil); err != nil {
		t.Fatal(err)
	}
	const exif = "\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" +
		"\x00\x00\x00\x00\x00\x00"
	return plain.String()[:2] + exif + plain.String()[2:]
}

// thumbnailFiles returns the names of the organization's thumbnails in the store.
func thumbnailFiles(t *testing.T, o *apptest.Organization) []string {
	t.Helper()
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(apptest.FilesFolder(t), org.String(), "thumbnails", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestThumbnails uploads a photo and attaches it. Its thumbnails are made in the background, are
// upright, open by a signed link, and are removed with the content.
func TestThumbnails(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	client := pb.NewFilesServiceClient(o)
	photo := sidewaysPhoto(t, 800, 400)
	path := "/v1/files?fileName=receipt.jpg&subjectId=" + o.Owner.GetId()
	fileID, _ := post(t, o, path, strings.NewReader(photo)).Body["id"].(string)
	state := func() pb.File_ThumbnailState {
		f, err := client.GetFile(t.Context(), &pb.GetFileRequest{FileId: fileID})
		list, listErr := client.ListAttachments(t.Context(), &pb.ListAttachmentsRequest{Filter: `file_id="` + fileID + `"`})
		if err != nil || listErr != nil || len(list.GetAttachments()) != 1 {
			t.Fatalf("got %v, %v, %v, %v", f, err, list, listErr)
		}
		if a := list.GetAttachments()[0]; a.GetThumbnailState() != f.GetThumbnailState() ||
			a.GetMediaType() != "image/jpeg" || a.GetSizeBytes() != f.GetSizeBytes() {
			t.Errorf("got the attachment %v, want what %v says", a, f)
		}
		return f.GetThumbnailState()
	}
	thumbnail := "/v1/files/" + fileID + ":thumbnail?size=SMALL"
	if early := o.REST(t, http.MethodGet, thumbnail, ""); state() != pb.File_PENDING || early.Code != 409 ||
		early.Reason() != "THUMBNAIL_PENDING" {
		t.Errorf("before the job: got %v and %d %s", state(), early.Code, early.Raw)
	}
	o.RunJobs(t)
	if state() != pb.File_READY {
		t.Fatalf("after the job: got %v, want READY", state())
	}
	visitor := *o
	visitor.Key = ""
	for size, want := range map[string]image.Point{"SMALL": {64, 128}, "MEDIUM": {256, 512}, "LARGE": {400, 800}} {
		got := visitor.REST(t, http.MethodGet, sign(t, o, strings.Replace(thumbnail, "SMALL", size, 1)), "")
		m, format, err := image.Decode(bytes.NewReader(got.Raw))
		if err != nil || format != "jpeg" || m.Bounds().Size() != want || got.Header.Get("Content-Type") != "image/jpeg" ||
			!strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment; filename=receipt-") {
			t.Fatalf("%s: got %d %v, %s of %v, %v, want %v", size, got.Code, got.Header, format, m, err, want)
		}
		r, _, b, _ := m.At(want.X/2, want.Y/8).RGBA()
		r2, _, b2, _ := m.At(want.X/2, want.Y*7/8).RGBA()
		if r>>8 < 200 || b>>8 > 60 || r2>>8 > 60 || b2>>8 < 200 {
			t.Errorf("%s: got %d,%d above and %d,%d below, want red above blue", size, r>>8, b>>8, r2>>8, b2>>8)
		}
	}
	again := post(t, o, "/v1/files", strings.NewReader(photo))
	if again.Body["thumbnailState"] != "READY" {
		t.Errorf("the same photo again: got %s, want READY", again.Raw)
	}
	checkThumbnailsAreSwept(t, o, photo)
}

// checkThumbnailsAreSwept deletes all files and checks that no thumbnail is left.
func checkThumbnailsAreSwept(t *testing.T, o *apptest.Organization, photo string) {
	t.Helper()
	if found := thumbnailFiles(t, o); len(found) != 3 {
		t.Fatalf("got the thumbnails %v of %s, want 3", found, digest(photo))
	}
	client := pb.NewFilesServiceClient(o)
	attached, err := client.ListAttachments(t.Context(), &pb.ListAttachmentsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range attached.GetAttachments() {
		if _, err := client.DeleteAttachment(t.Context(), &pb.DeleteAttachmentRequest{AttachmentId: a.GetId()}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := client.ListFiles(t.Context(), &pb.ListFilesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list.GetFiles() {
		if _, err := client.DeleteFile(t.Context(), &pb.DeleteFileRequest{FileId: f.GetId()}); err != nil {
			t.Fatal(err)
		}
	}
	ageBlobs(t, o)
	server, _ := apptest.Databases(t)
	if err := files.New(server, files.Folder(apptest.FilesFolder(t)), 0).Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := append(thumbnailFiles(t, o), storedBlobs(t, o)...); len(found) != 0 {
		t.Errorf("got %v after the files were deleted, want nothing", found)
	}
}

// TestFilesWithoutThumbnails uploads what has no thumbnails: other files, images of unsupported
// formats, images that unpack to huge ones, and images that end early.
func TestFilesWithoutThumbnails(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	var bomb bytes.Buffer
	flat := image.NewPaletted(image.Rect(0, 0, 12000, 12000), color.Palette{color.White})
	if err := png.Encode(&bomb, flat); err != nil {
		t.Fatal(err)
	}
	photo := sidewaysPhoto(t, 800, 400)
	for name, c := range map[string]struct{ content, state string }{
		"a text":                  {"hello", "NONE"},
		"a photo of a phone":      {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "UNSUPPORTED"},
		"a drawing":               {`<svg xmlns="http://www.w3.org/2000/svg"/>`, "UNSUPPORTED"},
		"an image bomb":           {bomb.String(), "UNSUPPORTED"},
		"a photo that ends early": {photo[:300], "NONE"},
		"a photo without pixels":  {photo[:len(photo)-len(photo)/3] + "\xff\xd9", "UNSUPPORTED"},
		"a broken bitmap":         {"BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00", "UNSUPPORTED"},
	} {
		res := post(t, o, "/v1/files?fileName="+strings.ReplaceAll(name, " ", "-"), strings.NewReader(c.content))
		fileID, _ := res.Body["id"].(string)
		o.RunJobs(t)
		f, err := pb.NewFilesServiceClient(o).GetFile(t.Context(), &pb.GetFileRequest{FileId: fileID})
		if err != nil || f.GetThumbnailState().String() != c.state {
			t.Errorf("%s: got %v, %v, want %s", name, f, err, c.state)
		}
		_, err = pb.NewFilesServiceClient(o).DownloadThumbnail(t.Context(), &pb.DownloadThumbnailRequest{FileId: fileID})
		apptest.WantRefused(t, err, optionsv1.Reason_THUMBNAIL_MISSING)
	}
	if bomb.Len() > 1<<20 {
		t.Errorf("the bomb has %d bytes, want a small file", bomb.Len())
	}
	if found := thumbnailFiles(t, o); len(found) != 0 {
		t.Errorf("got the thumbnails %v, want none", found)
	}
}

// TestThumbnailsWaitForTheStore makes thumbnails while the content cannot be read. The image is
// tried again, however often that fails.
func TestThumbnailsWaitForTheStore(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	photo := sidewaysPhoto(t, 300, 200)
	fileID, _ := post(t, o, "/v1/files", strings.NewReader(photo)).Body["id"].(string)
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(apptest.FilesFolder(t), org.String())
	if err := os.Rename(folder, folder+"-away"); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := o.App.Jobs.RunChores(t.Context(), org); err == nil {
			t.Fatal("the job succeeded without the content")
		}
	}
	if err := os.Rename(folder+"-away", folder); err != nil {
		t.Fatal(err)
	}
	o.RunJobs(t)
	f, err := pb.NewFilesServiceClient(o).GetFile(t.Context(), &pb.GetFileRequest{FileId: fileID})
	if err != nil || f.GetThumbnailState() != pb.File_READY {
		t.Errorf("got %v, %v, want READY", f, err)
	}
}
