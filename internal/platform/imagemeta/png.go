package imagemeta

import (
	"bufio"
	"encoding/binary"
	"io"
	"slices"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngChunks are the chunks that say how an image looks, also an animated one.
var pngChunks = []string{
	"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "hIST", "pHYs",
	"acTL", "fcTL", "fdAT",
}

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
