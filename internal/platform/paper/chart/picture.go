package chart

import (
	"image/color"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"

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
	runs   []typeface.Run
}

// picture is a list of shapes on a white background.
type picture struct {
	letters *typeface.Set
	faces   map[faceKey]font.Face
	fonts   map[faceKey]*opentype.Font
	shapes  []shape
}

// faceKey identifies a font in a size, or in all sizes if size is 0.
type faceKey struct {
	family string
	bold   bool
	size   float64
}

func newPicture(letters *typeface.Set) (*picture, error) {
	p := &picture{letters: letters, faces: map[faceKey]font.Face{}, fonts: map[faceKey]*opentype.Font{}}
	for _, f := range letters.Families() {
		for bold, raw := range map[bool][]byte{false: f.Regular, true: f.Bold} {
			parsed, err := opentype.Parse(raw)
			if err != nil {
				return nil, err
			}
			p.fonts[faceKey{family: f.Name, bold: bold}] = parsed
		}
	}
	return p, nil
}

// face returns a font in a size, scaled to the pixels of a PNG.
func (p *picture) face(family string, bold bool, size float64) font.Face {
	key := faceKey{family, bold, size}
	if f := p.faces[key]; f != nil {
		return f
	}
	f, err := opentype.NewFace(
		p.fonts[faceKey{family: family, bold: bold}], &opentype.FaceOptions{Size: size * scale, DPI: 72},
	)
	if err != nil {
		panic(err) // cannot happen, since the options are valid
	}
	p.faces[key] = f
	return f
}

// measure returns the width of runs of text.
func (p *picture) measure(runs []typeface.Run, bold bool, size float64) (total float64) {
	for _, r := range runs {
		total += float64(font.MeasureString(p.face(r.Family, bold, size), r.Text)) / 64 / scale
	}
	return total
}

// write adds text and returns its width. It truncates the text to maxWidth, unless that is 0.
func (p *picture) write(w textLine, text string, maxWidth float64) float64 {
	w.text, w.runs = text, p.letters.Runs(text)
	letters := []rune(text)
	for maxWidth > 0 && len(letters) > 0 && p.measure(w.runs, w.bold, w.size) > maxWidth {
		letters = letters[:len(letters)-1]
		w.text = string(letters) + "…"
		w.runs = p.letters.Runs(w.text)
	}
	p.shapes = append(p.shapes, w)
	return p.measure(w.runs, w.bold, w.size)
}

func (p *picture) add(s ...shape) { p.shapes = append(p.shapes, s...) }
