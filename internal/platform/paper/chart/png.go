package chart

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// canvas draws shapes as pixels.
type canvas struct {
	*image.RGBA
	picture *picture
	// outlines are the polygons of the current shape.
	outlines [][]position
	fill     vector.Rasterizer
}

// png returns the picture as a PNG file.
func (p *picture) png() ([]byte, error) {
	c := &canvas{RGBA: image.NewRGBA(image.Rect(0, 0, width*scale, height*scale)), picture: p}
	draw.Draw(c, c.Bounds(), image.White, image.Point{}, draw.Src)
	for _, s := range p.shapes {
		s.png(c)
	}
	var out bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, c.RGBA)
	return out.Bytes(), err
}

// addPolygon adds a polygon to the current shape.
func (c *canvas) addPolygon(places ...position) { c.outlines = append(c.outlines, places) }

// fillShape fills the current shape. It processes only the part of the canvas that the shape
// covers.
func (c *canvas) fillShape(fill color.NRGBA) {
	low, high := position{math.Inf(1), math.Inf(1)}, position{math.Inf(-1), math.Inf(-1)}
	for _, outline := range c.outlines {
		for _, p := range outline {
			low, high = position{min(low.x, p.x), min(low.y, p.y)}, position{max(high.x, p.x), max(high.y, p.y)}
		}
	}
	reach := image.Rect(int(low.x*scale), int(low.y*scale), int(high.x*scale)+2, int(high.y*scale)+2).Intersect(c.Bounds())
	c.fill.Reset(reach.Dx(), reach.Dy())
	for _, outline := range c.outlines {
		for i, p := range outline {
			x, y := float32(p.x*scale)-float32(reach.Min.X), float32(p.y*scale)-float32(reach.Min.Y)
			if i == 0 {
				c.fill.MoveTo(x, y)
			} else {
				c.fill.LineTo(x, y)
			}
		}
		c.fill.ClosePath()
	}
	c.fill.Draw(c.RGBA, reach, image.NewUniform(fill), image.Point{})
	c.outlines = c.outlines[:0]
}

func (b box) png(c *canvas) {
	right, low := position{b.x + b.width, b.y}, position{b.x + b.width, b.y + b.height}
	c.addPolygon(b.position, right, low, position{b.x, b.y + b.height})
	c.fillShape(b.fill)
}

func (a area) png(c *canvas) {
	c.addPolygon(a.places...)
	c.fillShape(a.fill)
}

func (d dot) png(c *canvas) {
	c.addPolygon(d.outline()...)
	c.fillShape(d.fill)
}

// outline returns a polygon for the circle, always with the same orientation.
func (d dot) outline() []position {
	const corners = 32
	out := make([]position, corners)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		out[i] = position{d.x + d.radius*cos, d.y + d.radius*sin}
	}
	return out
}

// png draws a rectangle along each segment and a disc at each position. All polygons have the same
// orientation, so that they merge where they overlap.
func (s stroke) png(c *canvas) {
	half := s.width / 2
	for i, to := range s.places {
		c.addPolygon(dot{position: to, radius: half}.outline()...)
		if i == 0 {
			continue
		}
		from := s.places[i-1]
		length := math.Hypot(to.x-from.x, to.y-from.y)
		if length == 0 {
			continue
		}
		dx, dy := half*(to.x-from.x)/length, half*(to.y-from.y)/length
		c.addPolygon(
			position{from.x + dy, from.y - dx}, position{to.x + dy, to.y - dx},
			position{to.x - dy, to.y + dx}, position{from.x - dy, from.y + dx},
		)
	}
	c.fillShape(s.color)
}

func (t textLine) png(c *canvas) {
	x := t.x - t.anchor*c.picture.measure(t.runs, t.bold, t.size)
	pen := font.Drawer{
		Dst: c.RGBA, Src: image.NewUniform(t.color),
		Dot: fixed.Point26_6{X: fixed.Int26_6(x * scale * 64), Y: fixed.Int26_6(t.y * scale * 64)},
	}
	for _, r := range t.runs {
		pen.Face = c.picture.face(r.Family, t.bold, t.size)
		pen.DrawString(r.Text)
	}
}
