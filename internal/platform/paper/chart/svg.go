package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"strconv"
	"strings"
)

// svgWriter writes shapes as elements (SVG 1.1).
type svgWriter struct{ bytes.Buffer }

// svg returns the picture as an SVG file. The title and the description are for screen readers.
func (p *picture) svg(title, description string) []byte {
	w := new(svgWriter)
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%[1]g" height="%[2]g"`+
		` role="img" font-family="'Noto Sans', 'Helvetica Neue', Arial, sans-serif">`+"\n", width, height)
	w.element("title", "", title)
	w.element("desc", "", description)
	fmt.Fprintf(w, `<rect width="%g" height="%g" fill="#fff"/>`+"\n", width, height)
	for _, s := range p.shapes {
		s.svg(w)
	}
	w.WriteString("</svg>\n")
	return w.Bytes()
}

// element writes an element that contains text.
func (w *svgWriter) element(name, attributes, text string) {
	fmt.Fprintf(w, "<%s%s>", name, attributes)
	xml.EscapeText(w, []byte(text)) // writing to a buffer does not fail
	fmt.Fprintf(w, "</%s>\n", name)
}

// number formats a coordinate with up to two decimal digits.
func number(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
}

// paint formats a color as an attribute.
func paint(attribute string, c color.NRGBA) string {
	out := fmt.Sprintf(` %s="#%02x%02x%02x"`, attribute, c.R, c.G, c.B)
	if c.A < 0xff {
		out += fmt.Sprintf(` %s-opacity="%s"`, attribute, number(float64(c.A)/0xff))
	}
	return out
}

// points formats positions as an attribute.
func points(places []position) string {
	parts := make([]string, len(places))
	for i, p := range places {
		parts[i] = number(p.x) + "," + number(p.y)
	}
	return ` points="` + strings.Join(parts, " ") + `"`
}

func (b box) svg(w *svgWriter) {
	fmt.Fprintf(w, `<rect x="%s" y="%s" width="%s" height="%s"%s/>`+"\n",
		number(b.x), number(b.y), number(b.width), number(b.height), paint("fill", b.fill))
}

func (s stroke) svg(w *svgWriter) {
	fmt.Fprintf(w, `<polyline fill="none" stroke-width="%s" stroke-linejoin="round" stroke-linecap="round"%s%s/>`+"\n",
		number(s.width), paint("stroke", s.color), points(s.places))
}

func (a area) svg(w *svgWriter) {
	fmt.Fprintf(w, "<polygon%s%s/>\n", paint("fill", a.fill), points(a.places))
}

func (d dot) svg(w *svgWriter) {
	fmt.Fprintf(w, `<circle cx="%s" cy="%s" r="%s"%s/>`+"\n",
		number(d.x), number(d.y), number(d.radius), paint("fill", d.fill))
}

func (t textLine) svg(w *svgWriter) {
	attributes := fmt.Sprintf(` x="%s" y="%s" font-size="%s"%s`,
		number(t.x), number(t.y), number(t.size), paint("fill", t.color))
	if t.bold {
		attributes += ` font-weight="bold"`
	}
	if t.anchor > 0 {
		attributes += map[bool]string{true: ` text-anchor="end"`, false: ` text-anchor="middle"`}[t.anchor == 1]
	}
	w.element("text", attributes, t.text)
}
