package thumbnail

import (
	"image"
	stddraw "image/draw"

	"golang.org/x/image/draw"
)

// shrink returns an image whose longer side is at least, but less than twice, the given length.
// Each of its pixels is the average of a square. A smaller image keeps its size. The scaler needs
// much memory for large images, so they are shrunk first.
func shrink(src image.Image, longest int) *image.RGBA {
	b := src.Bounds()
	side := max(1, max(b.Dx(), b.Dy())/longest)
	dst := image.NewRGBA(image.Rect(0, 0, (b.Dx()+side-1)/side, (b.Dy()+side-1)/side))
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), side))
	for y := range dst.Rect.Dy() {
		rows := min(side, b.Dy()-y*side)
		stddraw.Draw(strip, image.Rect(0, 0, b.Dx(), rows), src, b.Min.Add(image.Pt(0, y*side)), stddraw.Src)
		for x := range dst.Rect.Dx() {
			square := image.Rect(x*side, 0, min((x+1)*side, b.Dx()), rows)
			copy(dst.Pix[dst.PixOffset(x, y):], average(strip, square))
		}
	}
	return dst
}

// average returns the average pixel of a rectangle. Transparent pixels count less, because the
// colors of RGBA are multiplied by alpha.
func average(m *image.RGBA, r image.Rectangle) []byte {
	var sum [4]int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := m.Pix[m.PixOffset(r.Min.X, y):m.PixOffset(r.Max.X, y)]
		for i := 0; i < len(row); i += 4 {
			sum[0] += int(row[i])
			sum[1] += int(row[i+1])
			sum[2] += int(row[i+2])
			sum[3] += int(row[i+3])
		}
	}
	n := r.Dx() * r.Dy()
	pixel := make([]byte, 4)
	for i, s := range sum {
		pixel[i] = byte((s + n/2) / n)
	}
	return pixel
}

// scale returns an image in another size.
func scale(src *image.RGBA, size image.Point) *image.RGBA {
	if src.Rect.Size() == size {
		return src
	}
	dst := image.NewRGBA(image.Rectangle{Max: size})
	draw.CatmullRom.Scale(dst, dst.Rect, src, src.Rect, draw.Src, nil)
	return dst
}
