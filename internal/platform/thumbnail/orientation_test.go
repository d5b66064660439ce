package thumbnail

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"testing"
)

// TestOrientationOfChunks makes thumbnails of a PNG whose EXIF says that it was taken upside down,
// and reads the orientation of a WebP image whose EXIF follows a chunk of odd size.
func TestOrientationOfChunks(t *testing.T) {
	t.Parallel()
	tiff := "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x03\x00\x00\x00\x00\x00\x00"
	drawing := string(asPNG(t, corners(image.NewRGBA(image.Rect(0, 0, 640, 320)))))
	size := string(binary.BigEndian.AppendUint32(nil, uint32(len(tiff))))
	checksum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte("eXIf"+tiff)))
	chunk := size + "eXIf" + tiff + string(checksum)
	pictures, _ := makeAll(t, []byte(drawing[:33]+chunk+drawing[33:]))
	for _, m := range pictures {
		checkCorners(t, m, white, blue, green, red)
	}
	webp := "RIFF\x00\x00\x00\x00WEBPVP8X\x03\x00\x00\x00abc\x00EXIF"
	for _, header := range []string{"", exifHeader} {
		exif := header + tiff
		content := webp + string(binary.LittleEndian.AppendUint32(nil, uint32(len(exif)))) + exif
		if got := orientation(format{mediaType: "image/webp"}, []byte(content)); got != 3 {
			t.Errorf("got the orientation %d, want 3", got)
		}
		for n := range content {
			if got := orientation(format{mediaType: "image/webp"}, []byte(content[:n])); got != 0 && got != 3 {
				t.Errorf("%d of %d bytes: got the orientation %d", n, len(content), got)
			}
		}
	}
}
