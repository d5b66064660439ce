package chart

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/vector"

	"backoffice/internal/platform/paper/typeface"
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
	at := position{t.x - t.anchor*t.line.Width*t.size, t.y}
	for _, span := range t.line.Spans {
		for _, g := range span.Glyphs {
			c.addGlyph(span.Font.Outline(g.ID), position{at.x + g.Right*t.size, at.y - g.Up*t.size}, t.size)
			at.x += g.Advance * t.size
		}
	}
	c.fillShape(t.color)
}

// curveSteps is the number of lines that a curve is drawn with.
const curveSteps = 6

// addGlyph adds the outline of a glyph to the current shape, with curves divided into lines.
func (c *canvas) addGlyph(outline []typeface.Segment, origin position, size float64) {
	var contour []position
	for _, s := range outline {
		to := make([]position, len(s.Points))
		for i, p := range s.Points {
			to[i] = position{origin.x + p.X*size, origin.y - p.Y*size}
		}
		if s.Move {
			if len(contour) > 0 {
				c.addPolygon(contour...)
			}
			contour = to
			continue
		}
		contour = append(contour, divideCurve(append([]position{contour[len(contour)-1]}, to...))...)
	}
	if len(contour) > 0 {
		c.addPolygon(contour...)
	}
}

// divideCurve returns positions on a Bézier curve, after its start, by De Casteljau's algorithm.
func divideCurve(control []position) []position {
	if len(control) == 2 {
		return control[1:]
	}
	out := make([]position, curveSteps)
	for step := range out {
		t := float64(step+1) / curveSteps
		between := append([]position(nil), control...)
		for n := len(between) - 1; n > 0; n-- {
			for i := range n {
				between[i].x += t * (between[i+1].x - between[i].x)
				between[i].y += t * (between[i+1].y - between[i].y)
			}
		}
		out[step] = between[0]
	}
	return out
}
