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

// turn returns an image upright that was taken in an orientation of EXIF (Exif 2.32, tag 0x0112):
// where the first row and the first column are seen.
func turn(src *image.RGBA, orientation uint16) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := image.Pt(w, h)
	if orientation >= 5 {
		size = image.Pt(h, w)
	}
	dst := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			from := [...]image.Point{
				2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {y, h - 1 - x}, 7: {w - 1 - y, h - 1 - x}, 8: {w - 1 - y, x},
			}[orientation]
			copy(dst.Pix[dst.PixOffset(x, y):dst.PixOffset(x, y)+4], src.Pix[src.PixOffset(from.X, from.Y):])
		}
	}
	return dst
}
