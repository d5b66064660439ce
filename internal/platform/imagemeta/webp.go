package imagemeta

import (
	"bufio"
	"encoding/binary"
	"io"
	"slices"
)

// webpChunks are the chunks that say how an image looks, also an animated one.
var webpChunks = []string{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}

// webpEXIF is the chunk with EXIF, of which only the orientation is copied.
const webpEXIF = "EXIF"

// Flags of VP8X that announce EXIF and XMP.
const (
	webpHasEXIF = 0x08
	webpHasXMP  = 0x04
)

// stripWebP copies the chunks that say how an image looks. It reads the image twice, because the
// size of all chunks and the announcement of EXIF precede them.
func stripWebP(in io.ReadSeeker, out io.Writer) error {
	size, removed := int64(len("WEBP")), byte(webpHasEXIF|webpHasXMP)
	if err := eachWebPChunk(in, func(head []byte, body io.Reader, n int64) error {
		if string(head[:4]) == webpEXIF {
			chunk, err := webpOrientation(body, n)
			if chunk != nil {
				removed = webpHasXMP
			}
			size += int64(len(chunk))
			return err
		}
		size += int64(len(head)) + n
		_, err := io.CopyN(io.Discard, body, n)
		return err
	}); err != nil {
		return err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	start := append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(size)), "WEBP"...)
	if err := write(out, start); err != nil {
		return err
	}
	return eachWebPChunk(in, func(head []byte, body io.Reader, n int64) error {
		return copyWebPChunk(out, head, body, n, removed)
	})
}

// copyWebPChunk copies a chunk. It clears the removed flags of VP8X.
func copyWebPChunk(out io.Writer, head []byte, body io.Reader, n int64, removed byte) error {
	if string(head[:4]) == webpEXIF {
		chunk, err := webpOrientation(body, n)
		if err != nil {
			return err
		}
		return write(out, chunk)
	}
	if err := write(out, head); err != nil {
		return err
	}
	if string(head[:4]) == "VP8X" && n > 0 {
		flags, err := read(body, 1)
		if err != nil {
			return err
		}
		if err := write(out, []byte{flags[0] &^ removed}); err != nil {
			return err
		}
		n--
	}
	_, err := io.CopyN(out, body, n)
	return err
}

// webpOrientation reads the body of a chunk of EXIF and returns a chunk with only its orientation,
// nil if the image is upright.
func webpOrientation(body io.Reader, n int64) ([]byte, error) {
	orientation, err := readOrientation(body, n)
	if err != nil || orientation <= 1 {
		return nil, err
	}
	tiff := orientationTIFF(orientation)
	return append(binary.LittleEndian.AppendUint32([]byte(webpEXIF), uint32(len(tiff))), tiff...), nil
}

// eachWebPChunk calls do for each chunk to keep and each chunk of EXIF, with its head and the size
// of its padded body. do must read the body.
func eachWebPChunk(in io.Reader, do func(head []byte, body io.Reader, n int64) error) error {
	buffered := bufio.NewReader(in)
	start, err := read(buffered, 12)
	if err != nil {
		return err
	}
	rest := int64(binary.LittleEndian.Uint32(start[4:])) - 4
	for rest > 0 {
		head, err := read(buffered, 8)
		if err != nil {
			return err
		}
		n := int64(binary.LittleEndian.Uint32(head[4:]))
		n += n % 2
		if rest -= 8 + n; rest < 0 {
			return ErrMalformed
		}
		if name := string(head[:4]); name == webpEXIF || slices.Contains(webpChunks, name) {
			err = do(head, buffered, n)
		} else {
			_, err = io.CopyN(io.Discard, buffered, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
