package thumbnail

import (
	"bytes"
	"encoding/binary"
	"image"

	"backoffice/internal/platform/imagemeta"
)

// exifHeader begins a segment of EXIF.
const exifHeader = "Exif\x00\x00"

// orientation returns the orientation of an image, from 1 (upright) to 8; 0 if it does not say.
func orientation(f format, content []byte) uint16 {
	switch f.mediaType {
	case "image/tiff":
		return imagemeta.Orientation(content)
	case "image/jpeg":
		for _, s := range jpegSegments(content) {
			if s.marker == markerAPP1 && bytes.HasPrefix(s.body, []byte(exifHeader)) {
				return imagemeta.Orientation(s.body[len(exifHeader):])
			}
		}
	case "image/png":
		return imagemeta.Orientation(findChunk(content, 8, 4, "eXIf", binary.BigEndian))
	case "image/webp":
		exif := findChunk(content, 12, 0, "EXIF", binary.LittleEndian)
		return imagemeta.Orientation(bytes.TrimPrefix(exif, []byte(exifHeader)))
	}
	return 0
}

// findChunk returns the body of the first chunk of a name in a PNG or WebP image whose chunks begin
// at start. checksum is the size of what follows each body.
func findChunk(content []byte, start, checksum int, name string, order binary.ByteOrder) []byte {
	// The four bytes of the size precede the name in PNG, and follow it in WebP.
	sizeAt, nameAt := 0, 4
	if order == binary.LittleEndian {
		sizeAt, nameAt = 4, 0
	}
	for rest := content[min(start, len(content)):]; len(rest) >= 8; {
		size := int(order.Uint32(rest[sizeAt:]))
		found := string(rest[nameAt:nameAt+4]) == name
		if rest = rest[8:]; size > len(rest) {
			return nil
		}
		if found {
			return rest[:size]
		}
		if checksum == 0 {
			size += size % 2 // WebP pads bodies
		}
		rest = rest[min(size+checksum, len(rest)):]
	}
	return nil
}

// steps says where the pixels of an upright image are among those of an image that was taken in an
// orientation of EXIF (Exif 2.32, tag 0x0112): where the first row and the first column are seen.
type steps struct {
	// start is the index of the first pixel. Each pixel of a row is right further, each row down.
	start, right, down int
	// size is the size of the upright image.
	size image.Point
}

// stepsOf returns the steps through an image of a size. Each pixel has a number of bytes, each row
// a stride.
func stepsOf(orientation uint16, size image.Point, bytes, stride int) steps {
	lastColumn, lastRow := (size.X-1)*bytes, (size.Y-1)*stride
	turned := image.Pt(size.Y, size.X)
	switch orientation {
	case 2:
		return steps{lastColumn, -bytes, stride, size}
	case 3:
		return steps{lastRow + lastColumn, -bytes, -stride, size}
	case 4:
		return steps{lastRow, bytes, -stride, size}
	case 5:
		return steps{0, stride, bytes, turned}
	case 6:
		return steps{lastRow, -stride, bytes, turned}
	case 7:
		return steps{lastRow + lastColumn, -stride, -bytes, turned}
	case 8:
		return steps{lastColumn, stride, -bytes, turned}
	}
	return steps{0, bytes, stride, size}
}

// turn returns an image upright that was taken in an orientation.
func turn(src *image.RGBA, orientation uint16) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return src
	}
	s := stepsOf(orientation, src.Rect.Size(), 4, src.Stride)
	dst := image.NewRGBA(image.Rectangle{Max: s.size})
	for y := range s.size.Y {
		from := s.start + y*s.down
		for x := range s.size.X {
			copy(dst.Pix[dst.PixOffset(x, y):dst.PixOffset(x, y)+4], src.Pix[from:])
			from += s.right
		}
	}
	return dst
}
