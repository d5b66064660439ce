// Package imagemeta removes metadata from images: where, when, how and by whom a picture was taken.
// The pixels stay byte for byte as they were, and so do the color profile and the orientation,
// which is all that remains of EXIF. Bytes after the end of an image are removed too, because other
// files can hide there. The package reads images as streams and never decodes pixels, so small
// files that unpack to huge images do no harm.
package imagemeta

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// ErrMalformed means that an image does not follow its format.
var ErrMalformed = errors.New("imagemeta: the image is malformed")

// HeadSize is the number of bytes by which MediaType recognizes an image.
const HeadSize = 12

// MediaType returns the media type of an image that Strip supports, by the first HeadSize bytes of
// its content. It returns "" for anything else.
func MediaType(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(head, []byte(pngSignature)):
		return "image/png"
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return "image/gif"
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}

// Strip copies an image of a media type without its metadata. It fails with ErrMalformed if the
// image does not follow its format, and with the error of in or out.
func Strip(mediaType string, in io.ReadSeeker, out io.Writer) error {
	switch mediaType {
	case "image/jpeg":
		return end(stripJPEG(bufio.NewReader(in), out))
	case "image/png":
		return end(stripPNG(bufio.NewReader(in), out))
	case "image/gif":
		return end(stripGIF(bufio.NewReader(in), out))
	case "image/webp":
		return end(stripWebP(in, out))
	}
	return ErrMalformed
}

// end reports an early end of the image as malformed.
func end(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrMalformed
	}
	return err
}

// write writes parts until one fails.
func write(out io.Writer, parts ...[]byte) error {
	for _, p := range parts {
		if _, err := out.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// read reads n bytes.
func read(in io.Reader, n int) ([]byte, error) {
	raw := make([]byte, n)
	_, err := io.ReadFull(in, raw)
	return raw, err
}
