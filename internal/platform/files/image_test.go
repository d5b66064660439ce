package files_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"backoffice/internal/app/apptest"
)

// TestUploadedImagesHaveNoMetadata uploads a photo with the place where it was taken, and followed
// by a page in HTML. Both uploads at once and in parts store the image alone.
func TestUploadedImagesHaveNoMetadata(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 16, 16)), nil); err != nil {
		t.Fatal(err)
	}
	const place = "GPS 48.8584 N"
	photo := plain.String()[:2] + "\xff\xfe\x00\x0f" + place + plain.String()[2:] + "<script>"
	res := post(t, c.Organization, "/v1/files?fileName=a.html&mediaType=text/html&sha256="+digest(photo),
		strings.NewReader(photo))
	if res.Code != http.StatusOK || res.Body["mediaType"] != "image/jpeg" ||
		res.Body["sha256"] != digest(plain.String()) {
		t.Fatalf("got %d %s, want the clean image", res.Code, res.Raw)
	}
	path := c.create(len(photo), "Upload-Metadata: sha256 "+encoded(digest(photo)))
	last := c.patch(path, 0, strings.NewReader(photo))
	for _, fileID := range []string{res.Body["id"].(string), last.Header.Get("Upload-File-Id")} {
		if got := c.content(fileID); got != plain.String() {
			t.Errorf("got %d bytes, want the %d bytes of the image", len(got), plain.Len())
		}
	}
}

// TestMediaTypeOfImagesIsThatOfTheContent checks that only images are called so.
func TestMediaTypeOfImagesIsThatOfTheContent(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for name, c := range map[string]struct{ content, declared, want string }{
		"a page":          {"<script>alert(1)</script>", "image/png", "application/octet-stream"},
		"a broken image":  {"\xff\xd8\xff\xe0\x00", "image/jpeg", "application/octet-stream"},
		"a text":          {"a;b", "text/csv", "text/csv"},
		"an unknown type": {"\x00\x00\x00\x18ftypheic", "image/heic", "image/heic"},
	} {
		res := post(t, o, "/v1/files?mediaType="+c.declared, strings.NewReader(c.content))
		if res.Code != http.StatusOK || res.Body["mediaType"] != c.want || res.Body["sha256"] != digest(c.content) {
			t.Errorf("%s: got %d %s, want %s, unchanged", name, res.Code, res.Raw, c.want)
		}
	}
}
