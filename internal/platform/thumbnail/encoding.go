package thumbnail

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"

	"golang.org/x/image/draw"
)

const (
	jpegQuality = 85
	// maxPNG is the size of the largest thumbnail that keeps its transparent parts.
	maxPNG = 3 << 20
)

// encode returns a JPEG with a color profile, or a PNG if parts of the image are transparent. If
// the PNG would be larger than maxPNG, it returns a JPEG on white.
func encode(m *image.RGBA, profile []byte) ([]byte, error) {
	var out bytes.Buffer
	if !m.Opaque() {
		err := png.Encode(&out, m)
		if err != nil || out.Len() <= maxPNG {
			return out.Bytes(), err
		}
		m, out = onWhite(m), bytes.Buffer{}
	}
	err := jpeg.Encode(&out, m, &jpeg.Options{Quality: jpegQuality})
	if err != nil || len(profile) == 0 {
		return out.Bytes(), err
	}
	return slices.Insert(out.Bytes(), 2, profile...), nil
}

func onWhite(m *image.RGBA) *image.RGBA {
	dst := image.NewRGBA(m.Rect)
	draw.Draw(dst, dst.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(dst, dst.Rect, m, m.Rect.Min, draw.Over)
	return dst
}
