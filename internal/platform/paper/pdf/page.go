package pdf

import (
	"bytes"
	"fmt"
	"image"

	"backoffice/internal/platform/paper/typeface"
)

// Page is a page of a document. Positions are in points from its upper left corner.
type Page struct {
	document      *Document
	ref           ref
	width, height float64
	content       bytes.Buffer
	// tagged are the elements of the marked contents of the page, by their number.
	tagged []*Element
	images []ref
}

// AddPage adds a page of a size in points.
func (d *Document) AddPage(width, height float64) *Page {
	p := &Page{document: d, ref: d.file.reserve(), width: width, height: height}
	d.pages = append(d.pages, p)
	return p
}

// Tag marks what draw draws as content of an element.
func (p *Page) Tag(e *Element, draw func()) {
	fmt.Fprintf(&p.content, "/%s<</MCID %d>>BDC\n", e.kind, len(p.tagged))
	e.content = append(e.content, markedContent{p, len(p.tagged)})
	p.tagged = append(p.tagged, e)
	draw()
	p.content.WriteString("EMC\n")
}

// Decorate marks what draw draws as no part of the text, such as a rule, a page number or a
// repeated heading. Screen readers skip it.
func (p *Page) Decorate(draw func()) {
	p.content.WriteString("/Artifact BMC\n")
	draw()
	p.content.WriteString("EMC\n")
}

// Text draws a line of text that begins at x, on the baseline y.
func (p *Page) Text(x, y, size float64, c Color, line typeface.Line) {
	for _, span := range line.Spans {
		p.span(x, y, size, c, span)
		for _, g := range span.Glyphs {
			x += g.Advance * size
		}
	}
}

// thickness is the width of the line around thickened outlines, in ems.
const thickness = 0.035

// span draws the glyphs of one font.
func (p *Page) span(x, y, size float64, c Color, span typeface.Span) {
	f := p.document.font(span.Font)
	fmt.Fprintf(&p.content, "BT/%s %s Tf %s rg ", f.name, number(size), c)
	if span.Thick {
		fmt.Fprintf(&p.content, "2 Tr %s w %s RG ", number(size*thickness), c)
	}
	fmt.Fprintf(&p.content, "%s %s Td[<", number(x), number(p.height-y))
	// The viewer moves on by the width of a glyph in the font. move is where it is from where it
	// should be, in thousandths of an em.
	move, up := 0.0, 0.0
	for _, g := range span.Glyphs {
		if g.Up != up {
			p.content.WriteString(">]TJ " + number(g.Up*size) + " Ts[<")
			up = g.Up
		}
		if shift := move - g.Right*1000; shift > 0.5 || shift < -0.5 {
			p.content.WriteString(">" + number(shift) + "<")
			move -= shift
		}
		code := f.code(g)
		p.writeCode(code)
		move += f.width(code) - g.Advance*1000
	}
	p.content.WriteString(">]TJ")
	if up != 0 {
		p.content.WriteString(" 0 Ts")
	}
	if span.Thick {
		p.content.WriteString(" 0 Tr")
	}
	p.content.WriteString(" ET\n")
}

// writeCode writes the code of a glyph in four hexadecimal digits.
func (p *Page) writeCode(code uint16) {
	const digits = "0123456789abcdef"
	for shift := 12; shift >= 0; shift -= 4 {
		p.content.WriteByte(digits[code>>shift&0xf])
	}
}

// Rule draws a horizontal line.
func (p *Page) Rule(left, right, y, width float64, c Color) {
	fmt.Fprintf(&p.content, "%s RG %s w %s %s m %s %[4]s l S\n",
		c, number(width), number(left), number(p.height-y), number(right))
}

// Fill fills a rectangle.
func (p *Page) Fill(x, y, width, height float64, c Color) {
	fmt.Fprintf(&p.content, "%s rg %s %s %s %s re f\n",
		c, number(x), number(p.height-y-height), number(width), number(height))
}

// Image draws an image in a rectangle.
func (p *Page) Image(i image.Image, x, y, width, height float64) {
	r, known := p.document.images[i]
	if !known {
		r = p.document.file.writeImage(i)
		p.document.images[i] = r
	}
	p.images = append(p.images, r)
	fmt.Fprintf(&p.content, "q %s 0 0 %s %s %s cm /I%d Do Q\n",
		number(width), number(height), number(x), number(p.height-y-height), r)
}

// String returns the color as operands.
func (c Color) String() string {
	part := func(v uint8) string { return number(float64(v) / 255) }
	return part(c.R) + " " + part(c.G) + " " + part(c.B)
}
