package imagemeta

import (
	"bytes"
	"encoding/binary"
	"io"
)

// exifHeader begins a segment of EXIF.
const exifHeader = "Exif\x00\x00"

// orientationTag is the tag of the orientation in the first directory of EXIF.
const orientationTag = 0x0112

// Orientation returns the orientation in EXIF or TIFF, from 1 (upright) to 8, or 0 if there is
// none.
func Orientation(tiff []byte) uint16 {
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(tiff, []byte("II")) {
		order = binary.LittleEndian
	}
	if len(tiff) < 8 {
		return 0
	}
	start := int64(order.Uint32(tiff[4:]))
	if start+2 > int64(len(tiff)) {
		return 0
	}
	count := int64(order.Uint16(tiff[start:]))
	for i := range count {
		at := start + 2 + 12*i
		if at+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[at:]) == orientationTag {
			if o := order.Uint16(tiff[at+8:]); o <= 8 {
				return o
			}
		}
	}
	return 0
}

// orientationTIFF returns the TIFF structure of EXIF with only an orientation.
func orientationTIFF(orientation uint16) []byte {
	raw := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01")
	raw = binary.BigEndian.AppendUint16(raw, orientationTag)
	raw = append(raw, 0, 3, 0, 0, 0, 1) // one SHORT
	raw = binary.BigEndian.AppendUint16(raw, orientation)
	return append(raw, 0, 0, 0, 0, 0, 0) // padding, and no further directory
}

// maxEXIF is how much of the EXIF of a PNG or WebP image is searched for the orientation. It is the
// most that a JPEG can contain.
const maxEXIF = 64 << 10

// readOrientation reads EXIF of n bytes and returns its orientation. Some programs write the header
// of a JPEG segment before EXIF in WebP.
func readOrientation(in io.Reader, n int64) (uint16, error) {
	raw, err := read(in, int(min(n, maxEXIF)))
	if err != nil {
		return 0, err
	}
	_, err = io.CopyN(io.Discard, in, n-int64(len(raw)))
	return Orientation(bytes.TrimPrefix(raw, []byte(exifHeader))), err
}
