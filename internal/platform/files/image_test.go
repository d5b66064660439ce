package files_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"strconv"
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

// TestUploadedPhotosAreUpright uploads a photo that was taken with the camera on its side. What is
// stored is upright, without EXIF, and has the checksum and the size that the file says.
func TestUploadedPhotosAreUpright(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	m := image.NewGray(image.Rect(0, 0, 64, 32))
	for i := range m.Pix {
		m.Pix[i] = byte(i / 64 / 16 * 255) // black above white
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, m, nil); err != nil {
		t.Fatal(err)
	}
	exif := "\xff\xe1\x00\x22Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06" +
		"\x00\x00\x00\x00\x00\x00\x00"
	photo := plain.String()[:2] + exif + plain.String()[2:]
	res := post(t, c.Organization, "/v1/files?fileName=a.jpg&sha256="+digest(photo), strings.NewReader(photo))
	if res.Code != http.StatusOK {
		t.Fatalf("got %d %s", res.Code, res.Raw)
	}
	path := c.create(len(photo), "Upload-Metadata: sha256 "+encoded(digest(photo)))
	last := c.patch(path, 0, strings.NewReader(photo))
	for _, fileID := range []string{res.Body["id"].(string), last.Header.Get("Upload-File-Id")} {
		stored := c.content(fileID)
		upright, err := jpeg.Decode(strings.NewReader(stored))
		if err != nil || upright.Bounds().Size() != image.Pt(32, 64) || strings.Contains(stored, "Exif") {
			t.Fatalf("got %v of %v, want an upright photo without EXIF", err, upright.Bounds())
		}
		gray := upright.(*image.Gray)
		if left, right := gray.GrayAt(8, 32).Y, gray.GrayAt(24, 32).Y; left < 250 || right > 5 {
			t.Errorf("got %d at the left and %d at the right, want white and black", left, right)
		}
		about := c.REST(t, http.MethodGet, "/v1/files/"+fileID, "").Body
		if about["sha256"] != digest(stored) || about["sizeBytes"] != strconv.Itoa(len(stored)) {
			t.Errorf("got %v, want the checksum and the size of what is stored", about)
		}
	}
}

// TestMediaTypeIsThatOfTheContent checks that a declared type is corrected if the content is of
// another, also for files that are of two types at once. Whatever the type, a browser saves the
// file and does not show it.
func TestMediaTypeIsThatOfTheContent(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	for name, c := range map[string]struct{ content, declared, want string }{
		"a page":          {"<script>alert(1)</script>", "image/png", "text/html"},
		"a broken image":  {"\xff\xd8\xff\xe0\x00", "image/jpeg", "application/octet-stream"},
		"a text":          {"a;b", "text/csv", "text/csv"},
		"an unknown type": {"\x00\x00\x00\x18ftypheic", "image/heic", "image/heic"},
		"a page in HTML":  {"<!DOCTYPE html><script>alert(1)</script>", "text/plain", "text/html"},
		"a drawing":       {`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "image/png", "image/svg+xml"},
		"PDF and page":    {"%PDF-1.7\n<html><script>alert(1)</script>", "text/html", "application/pdf"},
		"page in archive": {"PK\x03\x04<html><script>alert(1)</script>", "text/html", "application/zip"},
		"a mail":          {"From: a@b.example\r\nSubject: Hi\r\n\r\n<html>", "", "message/rfc822"},
	} {
		res := post(t, o, "/v1/files?mediaType="+c.declared, strings.NewReader(c.content))
		if res.Code != http.StatusOK || res.Body["mediaType"] != c.want || res.Body["sha256"] != digest(c.content) {
			t.Errorf("%s: got %d %s, want %s, unchanged", name, res.Code, res.Raw, c.want)
			continue
		}
		header := o.REST(t, http.MethodGet, "/v1/files/"+res.Body["id"].(string)+":content", "").Header
		if header.Get("Content-Disposition") != "attachment" || header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(header.Get("Content-Security-Policy"), "sandbox; default-src 'none'") {
			t.Errorf("%s: got the headers %v, want a file to save", name, header)
		}
	}
}
