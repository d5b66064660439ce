package imagemeta

import (
	"bufio"
	"encoding/binary"
	"io"
	"slices"
)

// webpChunks are the chunks that say how an image looks, also an animated one.
var webpChunks = []string{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}

// webpMetadata are the flags of VP8X that announce EXIF and XMP.
const webpMetadata = 0x08 | 0x04

// stripWebP copies the chunks that say how an image looks. It reads the image twice, because the
// size of all chunks precedes them.
func stripWebP(in io.ReadSeeker, out io.Writer) error {
	size := int64(len("WEBP"))
	if err := eachWebPChunk(in, func(head []byte, body io.Reader, n int64) error {
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
		if err := write(out, head); err != nil {
			return err
		}
		if string(head[:4]) == "VP8X" && n > 0 {
			flags, err := read(body, 1)
			if err != nil {
				return err
			}
			if err := write(out, []byte{flags[0] &^ webpMetadata}); err != nil {
				return err
			}
			n--
		}
		_, err := io.CopyN(out, body, n)
		return err
	})
}

// eachWebPChunk calls do for each chunk to keep, with its head and the size of its padded body.
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
		if slices.Contains(webpChunks, string(head[:4])) {
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
