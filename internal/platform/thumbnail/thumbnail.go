// Package thumbnail makes small upright pictures of images, and turns photos upright. It reads
// JPEG, PNG, GIF, WebP, BMP and TIFF. It refuses an image before decoding it if the pixels need too
// much memory, so small files that unpack to huge images do no harm, and it decodes one image at a
// time. A damaged image is refused as a whole. HEIC is not read: there is no decoder in Go alone,
// and those of other languages are large and under copyleft licenses.
package thumbnail

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"slices"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// Limits on an image: its pixels, and the bytes that decoding them needs. A photo of 48 megapixels
// needs 72 MiB, three times as much if it is progressive.
const (
	maxPixels = 64 << 20
	maxBytes  = 256 << 20
)

// ErrUnsupported means that an image has no thumbnails: it is damaged or too large, or has a format
// that is not supported.
var ErrUnsupported = errors.New("thumbnail: the image is not supported")

// Sizes are the lengths of the longer sides of thumbnails in pixels.
var Sizes = []int{128, 512, 1600}

// Thumbnail is an encoded picture.
type Thumbnail struct {
	// Size is one of Sizes. A smaller image is not enlarged.
	Size int
	// Content is a JPEG or a PNG.
	Content []byte
}

// format is a format of images.
type format struct {
	mediaType string
	// magics are beginnings of its files.
	magics       []string
	decode       func(io.Reader) (image.Image, error)
	decodeConfig func(io.Reader) (image.Config, error)
}

var formats = []format{
	{"image/jpeg", []string{"\xff\xd8\xff"}, jpeg.Decode, jpeg.DecodeConfig},
	{"image/png", []string{"\x89PNG\r\n\x1a\n"}, png.Decode, png.DecodeConfig},
	{"image/gif", []string{"GIF87a", "GIF89a"}, gif.Decode, gif.DecodeConfig},
	{"image/webp", []string{"RIFF"}, webp.Decode, webp.DecodeConfig},
	{"image/bmp", []string{"BM"}, bmp.Decode, bmp.DecodeConfig},
	{"image/tiff", []string{"II*\x00", "MM\x00*"}, tiff.Decode, tiff.DecodeConfig},
}

// Supports reports whether images of a media type may have thumbnails.
func Supports(mediaType string) bool {
	return slices.ContainsFunc(formats, func(f format) bool { return f.mediaType == mediaType })
}

// busy limits the memory of a process: one image is decoded at a time.
var busy = make(chan struct{}, 1)

// Make returns the thumbnails of an image, one for each of Sizes. It fails with ErrUnsupported if
// the image cannot be decoded within the limits.
func Make(content []byte) ([]Thumbnail, error) {
	busy <- struct{}{}
	defer func() { <-busy }()
	large, err := decodeUpright(content)
	if err != nil {
		return nil, err
	}
	profile := colorProfile(content)
	thumbnails := make([]Thumbnail, len(Sizes))
	for i, size := range slices.Backward(Sizes) {
		large = scale(large, fit(large.Bounds().Size(), size))
		raw, err := encode(large, profile)
		if err != nil {
			return nil, err
		}
		thumbnails[i] = Thumbnail{size, raw}
	}
	return thumbnails, nil
}

// decodeUpright decodes an image, reduces it to the largest of Sizes and turns it upright.
func decodeUpright(content []byte) (m *image.RGBA, err error) {
	defer func() {
		if thrown := recover(); thrown != nil { // a decoder's index out of range
			m, err = nil, fmt.Errorf("%w: %v", ErrUnsupported, thrown)
		}
	}()
	f, known := formatOf(content)
	if !known {
		return nil, ErrUnsupported
	}
	config, err := f.decodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnsupported, err)
	}
	if !isWithinLimits(f, config, content) {
		return nil, fmt.Errorf("%w: %d by %d pixels are too many", ErrUnsupported, config.Width, config.Height)
	}
	decoded, err := f.decode(bytes.NewReader(content))
	if err != nil || decoded.Bounds().Empty() {
		return nil, fmt.Errorf("%w: %v", ErrUnsupported, err)
	}
	largest := Sizes[len(Sizes)-1]
	target := fit(decoded.Bounds().Size(), largest)
	return turn(scale(shrink(decoded, largest), target), orientation(f, content)), nil
}

func formatOf(content []byte) (format, bool) {
	for _, f := range formats {
		for _, magic := range f.magics {
			if strings.HasPrefix(string(content[:min(len(content), len(magic))]), magic) {
				return f, true
			}
		}
	}
	return format{}, false
}

// isWithinLimits reports whether an image may be decoded.
func isWithinLimits(f format, c image.Config, content []byte) bool {
	if c.Width <= 0 || c.Height <= 0 || int64(c.Width)*int64(c.Height) > maxPixels {
		return false
	}
	perPixel := bytesPerPixel(c.ColorModel)
	switch f.mediaType {
	case "image/jpeg":
		perPixel = jpegBytesPerPixel(content)
	case "image/webp":
		perPixel = 8 // lossless images are decoded twice
	}
	return float64(c.Width)*float64(c.Height)*perPixel <= maxBytes
}

func bytesPerPixel(m color.Model) float64 {
	if _, paletted := m.(color.Palette); paletted {
		return 1
	}
	switch m {
	case color.GrayModel, color.AlphaModel:
		return 1
	case color.Gray16Model, color.Alpha16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 4
}

// fit returns the size of an image whose longer side has at most the given length. It keeps the
// proportions and never enlarges.
func fit(size image.Point, longest int) image.Point {
	factor := float64(longest) / float64(max(size.X, size.Y))
	if factor >= 1 {
		return size
	}
	short := func(n int) int { return max(1, int(math.Round(float64(n)*factor))) }
	return image.Pt(short(size.X), short(size.Y))
}
