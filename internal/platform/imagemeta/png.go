package imagemeta

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngChunks are the chunks that say how an image looks, also an animated one.
var pngChunks = []string{
	"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "hIST", "pHYs",
	"acTL", "fcTL", "fdAT",
}

// pngEXIF is the chunk with EXIF, of which only the orientation is copied.
const pngEXIF = "eXIf"

// stripPNG copies the chunks that say how an image looks.
func stripPNG(in *bufio.Reader, out io.Writer) error {
	start, err := read(in, len(pngSignature))
	if err != nil || string(start) != pngSignature {
		return ErrMalformed
	}
	if err := write(out, start); err != nil {
		return err
	}
	for {
		head, err := read(in, 8)
		if err != nil {
			return err
		}
		size, name := int64(binary.BigEndian.Uint32(head)), string(head[4:])
		if name == pngEXIF {
			if err := copyPNGOrientation(in, out, size); err != nil {
				return err
			}
			continue
		}
		to := io.Discard
		if slices.Contains(pngChunks, name) {
			to = out
		}
		if err := write(to, head); err != nil {
			return err
		}
		if _, err := io.CopyN(to, in, size+4); err != nil { // with the checksum
			return err
		}
		if name == "IEND" {
			return nil
		}
	}
}

// copyPNGOrientation copies the orientation in a chunk of EXIF.
func copyPNGOrientation(in io.Reader, out io.Writer, size int64) error {
	orientation, err := readOrientation(in, size)
	if err != nil {
		return err
	}
	if _, err := io.CopyN(io.Discard, in, 4); err != nil || orientation <= 1 { // the checksum
		return err
	}
	body := append([]byte(pngEXIF), orientationTIFF(orientation)...)
	return write(out, binary.BigEndian.AppendUint32(nil, uint32(len(body)-len(pngEXIF))), body,
		binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)))
}
