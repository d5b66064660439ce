package imagemeta

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerRST0 = 0xd0
	markerRST7 = 0xd7
	markerTEM  = 0x01
	markerAPP0 = 0xe0
	markerAPP1 = 0xe1
	markerAPP2 = 0xe2
	markerAPPE = 0xee
	markerAPPF = 0xef
	markerCOM  = 0xfe
)

// stripJPEG copies an image without comments and application segments, except those that a decoder
// needs: JFIF, the color profile, Adobe's color transform and the orientation.
func stripJPEG(in *bufio.Reader, out io.Writer) error {
	if start, err := read(in, 2); err != nil || start[0] != 0xff || start[1] != markerSOI {
		return ErrMalformed
	}
	if err := write(out, []byte{0xff, markerSOI}); err != nil {
		return err
	}
	for begun := false; ; {
		marker, err := nextMarker(in, begun)
		if err != nil {
			return err
		}
		if marker == markerEOI {
			return write(out, []byte{0xff, markerEOI})
		}
		if err := copySegment(in, out, marker); err != nil {
			return err
		}
		if begun = marker == markerSOS; begun {
			if err := copyScan(in, out); err != nil {
				return err
			}
		}
	}
}

// nextMarker reads a marker, which any number of 0xff precede: at least one, unless the first was
// already read and the marker has begun.
func nextMarker(in *bufio.Reader, begun bool) (b byte, err error) {
	if !begun {
		if b, err = in.ReadByte(); err != nil || b != 0xff {
			return 0, ErrMalformed
		}
	}
	for b = 0xff; b == 0xff; {
		if b, err = in.ReadByte(); err != nil {
			return 0, err
		}
	}
	if b == 0 || b == markerSOI || b == markerTEM || b >= markerRST0 && b <= markerRST7 {
		return 0, ErrMalformed
	}
	return b, nil
}

// copySegment copies a segment, unless it is metadata.
func copySegment(in *bufio.Reader, out io.Writer, marker byte) error {
	size, err := read(in, 2)
	if err != nil {
		return err
	}
	length := int(binary.BigEndian.Uint16(size))
	if length < 2 {
		return ErrMalformed
	}
	body, err := read(in, length-2)
	if err != nil {
		return err
	}
	switch {
	case marker == markerAPP1 && bytes.HasPrefix(body, []byte(exifHeader)):
		orientation := Orientation(body[len(exifHeader):])
		if orientation <= 1 {
			return nil
		}
		body = append([]byte(exifHeader), orientationTIFF(orientation)...)
		binary.BigEndian.PutUint16(size, uint16(len(body)+2))
	case marker == markerAPP0 && bytes.HasPrefix(body, []byte("JFIF\x00")):
		if len(body) < 14 {
			return ErrMalformed
		}
		body = body[:14:14] // without its thumbnail
		body[12], body[13] = 0, 0
		binary.BigEndian.PutUint16(size, uint16(len(body)+2))
	case marker == markerAPP2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")):
	case marker == markerAPPE && bytes.HasPrefix(body, []byte("Adobe")):
	case marker >= markerAPP0 && marker <= markerAPPF, marker == markerCOM:
		return nil
	}
	return write(out, []byte{0xff, marker}, size, body)
}

// copyScan copies the entropy-coded data of a scan. It ends after the 0xff of a marker that is
// neither a restart nor an escaped 0xff.
func copyScan(in *bufio.Reader, out io.Writer) error {
	for {
		raw, err := in.ReadSlice(0xff)
		if err == bufio.ErrBufferFull {
			if err := write(out, raw); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if err := write(out, raw[:len(raw)-1]); err != nil {
			return err
		}
		next, err := in.Peek(1)
		if err != nil {
			return err
		}
		if next[0] != 0 && (next[0] < markerRST0 || next[0] > markerRST7) {
			return nil
		}
		if _, err := in.Discard(1); err != nil {
			return err
		}
		if err := write(out, []byte{0xff, next[0]}); err != nil {
			return err
		}
	}
}
