package thumbnail

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"testing"
)

// pngHead returns a PNG that announces a size and has hardly any pixels.
func pngHead(w, h uint32, depth, kind byte) []byte {
	chunk := func(name string, body []byte) []byte {
		raw := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		raw = append(append(raw, name...), body...)
		return binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, depth, kind, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", []byte("x\x9c\x03\x00"))...), chunk("IEND", nil)...)
}

// jpegHead returns the head of a JPEG that announces a size.
func jpegHead(marker byte, w, h uint16, components ...byte) []byte {
	body := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, h), w)
	body = append(body, byte(len(components)))
	for i, sampling := range components {
		body = append(body, byte(i+1), sampling, 0)
	}
	head := []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff" + string([]byte{marker}))
	return append(binary.BigEndian.AppendUint16(head, uint16(len(body)+2)), body...)
}

// TestLargeImagesAreRefusedBeforeDecoding checks images that announce more pixels, or pixels of
// more bytes, than the limits. The heads have no pixels, so the message shows what refused them.
func TestLargeImagesAreRefusedBeforeDecoding(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content []byte
		refused bool
	}{
		"4 billion pixels":          {pngHead(65535, 65535, 8, 2), true},
		"64 megapixels of gray":     {pngHead(8192, 8192, 8, 0), false},
		"one row more":              {pngHead(8192, 8193, 8, 0), true},
		"64 megapixels in 64 bits":  {pngHead(8192, 8192, 16, 6), true},
		"photo of 48 megapixels":    {jpegHead(markerSOF0, 8000, 6000, 0x22, 0x11, 0x11), false},
		"the same, progressive":     {jpegHead(markerSOF2, 8000, 6000, 0x22, 0x11, 0x11), true},
		"progressive, 24":           {jpegHead(markerSOF2, 6000, 4000, 0x22, 0x11, 0x11), false},
		"progressive in CMYK":       {jpegHead(markerSOF2, 6000, 4000, 0x11, 0x11, 0x11, 0x11), true},
		"a GIF of 4 billion pixels": {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"), true},
	} {
		_, err := Make(c.content)
		if refused := bytes.Contains([]byte(fmt.Sprint(err)), []byte("are too many")); !errors.Is(err, ErrUnsupported) ||
			refused != c.refused {
			t.Errorf("%s: got %v, want refused by size %v", name, err, c.refused)
		}
	}
}
