package thumbnail

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"math/bits"
	"testing"
)

// cmykJPEG returns a JPEG of 8 by 8 pixels in four inks, as Photoshop writes it: inverted, after a
// segment of Adobe.
func cmykJPEG(inks ...byte) []byte {
	var out bytes.Buffer
	segment := func(marker byte, body []byte) {
		out.Write(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)))
		out.Write(body)
	}
	out.WriteString("\xff\xd8")
	segment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))
	segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)) // quantization by 1
	segment(markerSOF0, []byte{8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0})
	// Codes of four bits for the categories 0 to 11 of DC, and of one bit for the end of AC.
	segment(0xc4, append([]byte{0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))
	segment(0xc4, append([]byte{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0))
	segment(markerSOS, []byte{4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0})
	var scan []byte // as bits
	write := func(value, n int) {
		for i := n - 1; i >= 0; i-- {
			scan = append(scan, byte(value>>i&1))
		}
	}
	for _, ink := range inks {
		dc := (int(255-ink) - 128) * 8
		category := bits.Len(uint(max(dc, -dc)))
		write(category, 4)
		if dc < 0 {
			dc += 1<<category - 1
		}
		write(dc, category)
		write(0, 1)
	}
	for len(scan)%8 != 0 {
		scan = append(scan, 1)
	}
	for i := 0; i < len(scan); i += 8 {
		b := byte(0)
		for _, bit := range scan[i : i+8] {
			b = b<<1 | bit
		}
		out.WriteByte(b)
		if b == 0xff {
			out.WriteByte(0)
		}
	}
	out.WriteString("\xff\xd9")
	return out.Bytes()
}

// TestPrintedColors checks the colors of a JPEG in cyan, magenta, yellow and black.
func TestPrintedColors(t *testing.T) {
	t.Parallel()
	for inks, want := range map[[4]byte]color.RGBA{
		{0, 255, 255, 0}: red, {255, 0, 255, 0}: green, {255, 255, 0, 0}: blue, {0, 0, 0, 0}: white,
		{0, 0, 0, 255}: {0, 0, 0, 255}, {0, 0, 0, 128}: {127, 127, 127, 255},
	} {
		pictures, _ := makeAll(t, cmykJPEG(inks[:]...))
		checkCorners(t, pictures[0], want, want, want, want)
	}
}
