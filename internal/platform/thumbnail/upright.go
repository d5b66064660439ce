package thumbnail

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"slices"
)

// uprightQuality is the quality of a photo that was turned upright. The loss is not visible.
const uprightQuality = 95

// headSize is how many bytes of a photo are searched for its orientation. Cameras write it first.
const headSize = 64 << 10

// IsTurned reports whether a JPEG says that it must be turned to be seen upright.
func IsTurned(photo io.ReaderAt) bool {
	head := make([]byte, headSize)
	n, _ := photo.ReadAt(head, 0) // a short photo ends before
	f, _ := formatOf(head[:n])
	return f.mediaType == "image/jpeg" && orientation(f, head[:n]) > 1
}

// Upright writes a turned JPEG with its pixels upright and without an orientation. It keeps the
// color profile and the resolution. It fails with ErrUnsupported if the photo cannot be turned
// within the limits or without a visible change: photos in CMYK, for example. Only one photo is
// turned at a time.
func Upright(ctx context.Context, photo io.Reader, out io.Writer) error {
	select {
	case busy <- struct{}{}:
		defer func() { <-busy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	content, err := io.ReadAll(photo)
	if err != nil {
		return err
	}
	from := orientation(format{mediaType: "image/jpeg"}, content)
	turned, err := decodeTurned(content, from)
	if err != nil {
		return err
	}
	start := append([]byte{0xff, markerSOI}, uprightSegments(content, from)...)
	if _, err := out.Write(start); err != nil {
		return err
	}
	return jpeg.Encode(&withoutSOI{out: out}, turned, &jpeg.Options{Quality: uprightQuality})
}

// withoutSOI writes a JPEG without the marker at its start.
type withoutSOI struct {
	out     io.Writer
	omitted int
}

// Write implements io.Writer.
func (w *withoutSOI) Write(p []byte) (int, error) {
	n := min(2-w.omitted, len(p))
	w.omitted += n
	_, err := w.out.Write(p[n:])
	return len(p), err
}

// uprightSegments returns the segments with the resolution and the color profile of a photo in an
// orientation, as those of the upright photo.
func uprightSegments(content []byte, orientation uint16) (raw []byte) {
	for _, s := range jpegSegments(content) {
		switch {
		case s.marker == markerAPP0 && bytes.HasPrefix(s.body, []byte("JFIF\x00")) && len(s.body) >= 12:
			at := len(raw) + len(s.raw) - len(s.body) + 8 // the resolution of rows, then of columns
			raw = append(raw, s.raw...)
			if orientation >= 5 {
				copy(raw[at:], slices.Concat(s.body[10:12], s.body[8:10]))
			}
		case s.marker == markerAPP2 && bytes.HasPrefix(s.body, []byte("ICC_PROFILE\x00")):
			raw = append(raw, s.raw...)
		}
	}
	return raw
}

// decodeTurned decodes a photo in an orientation and turns it upright.
func decodeTurned(content []byte, orientation uint16) (m image.Image, err error) {
	defer func() {
		if thrown := recover(); thrown != nil { // a decoder's index out of range
			m, err = nil, fmt.Errorf("%w: %v", ErrUnsupported, thrown)
		}
	}()
	config, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnsupported, err)
	}
	components, _ := frame(content)
	twice := 2 * float64(config.Width) * float64(config.Height) * samplesPerPixel(components)
	if !isWithinLimits(format{mediaType: "image/jpeg"}, config, content) || twice > maxBytes {
		return nil, fmt.Errorf("%w: %d by %d pixels are too many", ErrUnsupported, config.Width, config.Height)
	}
	decoded, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnsupported, err)
	}
	switch m := decoded.(type) {
	case *image.Gray:
		pix, size := turnPlane(m.Pix, orientation, m.Rect.Size(), m.Stride)
		return &image.Gray{Pix: pix, Stride: size.X, Rect: image.Rectangle{Max: size}}, nil
	case *image.YCbCr:
		if turned := turnYCbCr(m, orientation); turned != nil {
			return turned, nil
		}
	}
	return nil, fmt.Errorf("%w: its colors cannot be encoded", ErrUnsupported)
}

// turnPlane returns the bytes of one plane of an image upright, and the size of the plane.
func turnPlane(src []byte, orientation uint16, size image.Point, stride int) ([]byte, image.Point) {
	s := stepsOf(orientation, size, 1, stride)
	dst := make([]byte, s.size.X*s.size.Y)
	for y := range s.size.Y {
		from := s.start + y*s.down
		row := dst[y*s.size.X:][:s.size.X]
		for x := range row {
			row[x] = src[from]
			from += s.right
		}
	}
	return dst, s.size
}

// subsampling is how many pixels of a row and of a column share a sample of color.
var subsampling = map[image.YCbCrSubsampleRatio]image.Point{
	image.YCbCrSubsampleRatio444: {X: 1, Y: 1}, image.YCbCrSubsampleRatio422: {X: 2, Y: 1},
	image.YCbCrSubsampleRatio420: {X: 2, Y: 2}, image.YCbCrSubsampleRatio440: {X: 1, Y: 2},
	image.YCbCrSubsampleRatio411: {X: 4, Y: 1}, image.YCbCrSubsampleRatio410: {X: 4, Y: 2},
}

// turnYCbCr returns an image in color upright, nil if no image can share samples of color so.
func turnYCbCr(m *image.YCbCr, orientation uint16) *image.YCbCr {
	size, shared := m.Rect.Size(), subsampling[m.SubsampleRatio]
	colors := image.Pt((size.X+shared.X-1)/shared.X, (size.Y+shared.Y-1)/shared.Y)
	// The pixels that share the last sample of a row may be fewer. They come first if the row is
	// reversed, so the image then begins within a sample.
	missing := image.Pt(colors.X*shared.X-size.X, colors.Y*shared.Y-size.Y)
	s := stepsOf(orientation, size, 1, m.YStride)
	var begin image.Point
	if orientation >= 5 {
		shared, missing = image.Pt(shared.Y, shared.X), image.Pt(missing.Y, missing.X)
	}
	if s.right < 0 {
		begin.X = missing.X
	}
	if s.down < 0 {
		begin.Y = missing.Y
	}
	for ratio, p := range subsampling {
		if p != shared {
			continue
		}
		turned := &image.YCbCr{SubsampleRatio: ratio, Rect: image.Rectangle{Max: s.size}.Add(begin)}
		turned.Y, _ = turnPlane(m.Y, orientation, size, m.YStride)
		turned.Cb, _ = turnPlane(m.Cb, orientation, colors, m.CStride)
		cr, turnedColors := turnPlane(m.Cr, orientation, colors, m.CStride)
		turned.Cr, turned.YStride, turned.CStride = cr, s.size.X, turnedColors.X
		return turned
	}
	return nil
}
