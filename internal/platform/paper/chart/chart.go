// Package chart draws amounts over time: as SVG for web pages, and as PNG for documents and slides.
// It guarantees that the steps of the axis are round amounts with exact labels, that amounts are
// drawn in proportion, and that equal charts produce equal files. Amounts remain whole numbers;
// only positions in the picture are floating-point. The caller decides what to draw and for which
// period.
package chart

import (
	"fmt"
	"iter"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"backoffice/internal/platform/paper/typeface"
)

// Chart is a chart to draw.
type Chart struct {
	// Title is what the chart shows; Subtitle is the organization and the period.
	Title, Subtitle string
	// Digits is the number of decimal digits of the currency. Amounts are in its smallest unit.
	Digits int
	// Points are points in time at equal intervals.
	Points []Point
	// Bars are drawn side by side at each point, Lines through all points.
	Bars, Lines []Series
	// IsStacked is true if the bars of a point are parts of a total, which are drawn one upon the
	// other.
	IsStacked bool
}

// Point is a point in time. Without a label it is not marked on the axis.
type Point struct {
	// Label is the name of the point, such as Jan, and Group that of its group, such as 2026.
	Label, Group string
}

// Series is a series of amounts, one per point, drawn in one color.
type Series struct {
	Label   string
	Amounts []int64
}

// mediaTypes are the media types of the formats that File supports.
var mediaTypes = map[string]string{"SVG": "image/svg+xml", "PNG": "image/png"}

// File returns the chart in a format, SVG or PNG, as an API response. It fails with
// SCRIPT_NOT_PRINTABLE if no font can draw a text.
func (c Chart) File(format string) (*httpbody.HttpBody, error) {
	p := &picture{letters: typeface.New()}
	if err := p.letters.Check(c.strings()); err != nil {
		return nil, err
	}
	p.draw(c)
	out := &httpbody.HttpBody{ContentType: mediaTypes[format]}
	var err error
	switch format {
	case "SVG":
		out.Data = p.svg(c.Title, c.Subtitle)
	case "PNG":
		out.Data, err = p.png()
	default:
		err = fmt.Errorf("chart: unknown format %q", format)
	}
	return out, err
}

// strings yields all text in the chart.
func (c Chart) strings() iter.Seq[string] {
	return func(yield func(string) bool) {
		text := []string{c.Title, c.Subtitle}
		for _, s := range append(c.Bars[:len(c.Bars):len(c.Bars)], c.Lines...) {
			text = append(text, s.Label)
		}
		for _, p := range c.Points {
			text = append(text, p.Label, p.Group)
		}
		for _, t := range text {
			if !yield(t) {
				return
			}
		}
	}
}

// amountRange returns the smallest and the largest of all amounts and zero. Stacked bars reach from
// the sum of the negative amounts of a point to that of its positive amounts.
func (c Chart) amountRange() (lowest, highest int64) {
	for _, list := range [][]Series{c.Bars, c.Lines} {
		for _, s := range list {
			for _, minor := range s.Amounts {
				lowest, highest = min(lowest, minor), max(highest, minor)
			}
		}
	}
	if !c.IsStacked {
		return lowest, highest
	}
	for i := range c.Points {
		var below, above int64
		for _, s := range c.Bars {
			below, above = below+min(s.Amounts[i], 0), above+max(s.Amounts[i], 0)
		}
		lowest, highest = min(lowest, below), max(highest, above)
	}
	return lowest, highest
}
