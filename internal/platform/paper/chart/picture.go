package chart

import (
	"image/color"

	"backoffice/internal/platform/paper/typeface"
)

// Size of a picture in points. A PNG has scale × scale pixels per point.
const (
	width, height = 960.0, 540.0
	scale         = 2
)

// position is a position in points from the upper left corner.
type position struct{ x, y float64 }

// shape is an element of a picture. Later shapes cover earlier ones.
type shape interface {
	svg(w *svgWriter)
	png(c *canvas)
}

// box is a filled rectangle.
type box struct {
	position
	width, height float64
	fill          color.NRGBA
}

// stroke is a line through several positions.
type stroke struct {
	places []position
	width  float64
	color  color.NRGBA
}

// area is a filled polygon.
type area struct {
	places []position
	fill   color.NRGBA
}

// dot is a filled circle.
type dot struct {
	position
	radius float64
	fill   color.NRGBA
}

// textLine is a line of text. Its position is on the baseline at the anchor: 0 is the start of the
// text, 0.5 its center, 1 its end.
type textLine struct {
	position
	anchor float64
	size   float64
	bold   bool
	color  color.NRGBA
	text   string
	line   typeface.Line
}

// picture is a list of shapes on a white background.
type picture struct {
	letters *typeface.Set
	shapes  []shape
}

// measure returns the width of text.
func (p *picture) measure(text string, bold bool, size float64) float64 {
	return p.letters.Layout(text, bold).Width * size
}

// write adds text and returns its width. It truncates the text to maxWidth, unless that is 0.
func (p *picture) write(w textLine, text string, maxWidth float64) float64 {
	w.text = text
	letters := []rune(text)
	for maxWidth > 0 && len(letters) > 0 && p.measure(w.text, w.bold, w.size) > maxWidth {
		letters = letters[:len(letters)-1]
		w.text = string(letters) + "…"
	}
	w.line = p.letters.Layout(w.text, w.bold)
	p.shapes = append(p.shapes, w)
	return w.line.Width * w.size
}

func (p *picture) add(s ...shape) { p.shapes = append(p.shapes, s...) }
