// Package chart draws amounts over time as a picture that people look at: SVG for pages,
// PNG for letters and slides. It promises that its axis is divided at round amounts which
// it names exactly, that every amount lies on it in proportion, and that equal charts make
// equal pictures. Amounts stay whole numbers; only places on the picture are fractions.
// What is drawn, and over which time, is left to whoever asks.
package chart

import (
	"fmt"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"backoffice/internal/platform/paper/typeface"
)

// Chart is what is to be drawn.
type Chart struct {
	// Title says what is shown, Subtitle whose and of when.
	Title, Subtitle string
	// Digits is how many digits the currency has after its point: amounts are whole
	// numbers of its smallest unit.
	Digits int
	// Points are the places in time, evenly apart.
	Points []Point
	// Bars stand side by side at each point, Lines run through all.
	Bars, Lines []Series
}

// Point is a place in time. Without a label it has no mark on the axis.
type Point struct {
	// Label is its name, such as Jan, and Group the name above that, such as 2026.
	Label, Group string
}

// Series is what is drawn in one colour, with an amount for each point.
type Series struct {
	Label   string
	Amounts []int64
}

// mediaTypes are the formats that File makes, by their names.
var mediaTypes = map[string]string{"SVG": "image/svg+xml", "PNG": "image/png"}

// File is the chart in a format, SVG or PNG, as an answer of the API.
func (c Chart) File(format string) (*httpbody.HttpBody, error) {
	letters, err := typeface.New()
	if err != nil {
		return nil, err
	}
	p, err := newPicture(letters)
	if err != nil {
		return nil, err
	}
	p.draw(c)
	out := &httpbody.HttpBody{ContentType: mediaTypes[format]}
	switch format {
	case "SVG":
		out.Data = p.svg(c.Title, c.Subtitle)
	case "PNG":
		out.Data, err = p.png()
	default:
		err = fmt.Errorf("chart: there is no format %q", format)
	}
	return out, err
}

// span are the least and the most of all amounts, zero among them.
func (c Chart) span() (least, most int64) {
	for _, list := range [][]Series{c.Bars, c.Lines} {
		for _, s := range list {
			for _, minor := range s.Amounts {
				least, most = min(least, minor), max(most, minor)
			}
		}
	}
	return least, most
}
