package chart

import (
	"image/color"
	"math"
)

// Dimensions of the layout, in points.
const (
	margin    = 28.0
	plotTop   = 112.0
	plotLow   = height - 58
	titleSize = 20.0
	textSize  = 13.0
	labelSize = 12.0
	// barShare is the fraction of a point's width that its bars take; maxBar is the maximum width of a
	// bar.
	barShare, maxBar = 0.68, 44.0
	// maxDots is the maximum number of points that are marked on a line.
	maxDots = 40
)

// Colors. Those of the bars also differ in lightness, for readers with color blindness.
var (
	dark      = color.NRGBA{0x1f, 0x29, 0x37, 0xff}
	muted     = color.NRGBA{0x6b, 0x72, 0x80, 0xff}
	gridColor = color.NRGBA{0xe5, 0xe7, 0xeb, 0xff}
	zeroColor = color.NRGBA{0x9c, 0xa3, 0xaf, 0xff}
	barColors = []color.NRGBA{
		{0x25, 0x63, 0xa8, 0xff}, {0xf0, 0xa0, 0x5a, 0xff}, {0x4c, 0xa3, 0x8c, 0xff}, {0xc4, 0x4e, 0x6c, 0xff},
		{0x8f, 0xb8, 0xde, 0xff}, {0x6b, 0x4f, 0x9e, 0xff}, {0xe3, 0xc8, 0x5c, 0xff}, {0x9c, 0xa3, 0xaf, 0xff},
	}
	lineColors = []color.NRGBA{dark, {0x7c, 0x3a, 0xed, 0xff}}
	// singleColor is the color of the line in a chart with one line; areaColor is the color of the
	// area below it.
	singleColor = barColors[0]
	areaColor   = color.NRGBA{0x25, 0x63, 0xa8, 0x1f}
)

// plot is the area of a picture in which amounts are drawn.
type plot struct {
	*picture
	Chart
	axis
	left, right float64
}

// draw adds the shapes of a chart to the picture.
func (p *picture) draw(c Chart) {
	lowest, highest := c.amountRange()
	t := plot{picture: p, Chart: c, axis: newAxis(lowest, highest, c.Digits), right: width - margin}
	p.write(textLine{position: position{margin, 44}, size: titleSize, bold: true, color: dark}, c.Title, width-2*margin)
	p.write(textLine{position: position{margin, 66}, size: textSize, color: muted}, c.Subtitle, width-2*margin)
	t.legend()
	if lowest == 0 && highest == 0 {
		t.above = 0
		t.grid()
		middle := position{(t.left + t.right) / 2, (plotTop + plotLow) / 2}
		p.write(textLine{position: middle, anchor: 0.5, size: textSize, color: muted}, "No amounts in this period", 0)
		t.timeLabels()
		return
	}
	t.grid()
	if c.IsStacked {
		t.stacks()
	} else {
		for i := range c.Bars {
			t.bars(i)
		}
	}
	for i := range c.Lines {
		t.line(i)
	}
	t.timeLabels()
}

// lineColor returns the color of a line.
func (t plot) lineColor(i int) color.NRGBA {
	if len(t.Bars) == 0 && len(t.Lines) == 1 {
		return singleColor
	}
	if len(t.Bars) == 0 {
		return barColors[i%len(barColors)]
	}
	return lineColors[i%len(lineColors)]
}

// legend draws the names of the series if there are several.
func (t plot) legend() {
	if len(t.Bars)+len(t.Lines) < 2 {
		return
	}
	x := margin
	// The names share the width of the picture if they need more.
	needed, longest := 0.0, 0.0
	for _, s := range append(t.Bars[:len(t.Bars):len(t.Bars)], t.Lines...) {
		needed += 36 + t.measure(s.Label, false, labelSize)
	}
	if needed > width-2*margin {
		longest = (width-2*margin)/float64(len(t.Bars)+len(t.Lines)) - 36
	}
	name := func(label string, mark shape) {
		t.add(mark)
		x += 18 + t.write(textLine{position: position{x + 18, 92}, size: labelSize, color: dark}, label, longest) + 18
	}
	for i, s := range t.Bars {
		name(s.Label, box{position{x, 82}, 12, 12, barColors[i%len(barColors)]})
	}
	for i, s := range t.Lines {
		name(s.Label, stroke{[]position{{x, 88}, {x + 12, 88}}, 2.5, t.lineColor(i)})
	}
}

// grid draws a horizontal line for each step of the axis and writes its label. It leaves room for
// the widest label on the left.
func (t *plot) grid() {
	labelWidth := 0.0
	for step := -t.below; step <= t.above; step++ {
		labelWidth = max(labelWidth, t.measure(t.label(step), false, labelSize))
	}
	t.left = margin + labelWidth + 10
	for step := -t.below; step <= t.above; step++ {
		y, stepColor := t.y(t.height(step)), gridColor
		if step == 0 {
			stepColor = zeroColor
		}
		t.add(stroke{[]position{{t.left, y}, {t.right, y}}, 1, stepColor})
		t.write(textLine{position: position{t.left - 10, y + 4}, anchor: 1, size: labelSize, color: muted}, t.label(step), 0)
	}
}

// y returns the position of a height between 0 and 1.
func (t plot) y(height float64) float64 { return plotLow - height*(plotLow-plotTop) }

// x returns the position of a point, in the center of its width.
func (t plot) x(i int) float64 { return t.left + (float64(i)+0.5)*t.pointWidth() }

// pointWidth returns the width of a point.
func (t plot) pointWidth() float64 { return (t.right - t.left) / float64(max(1, len(t.Points))) }

// bars draws a series as bars.
func (t plot) bars(n int) {
	barWidth := min(t.pointWidth()*barShare/float64(len(t.Bars)), maxBar)
	zero := t.y(t.height(0))
	for i, minor := range t.Bars[n].Amounts {
		y := t.y(t.at(minor))
		x := t.x(i) + (float64(n)-float64(len(t.Bars))/2)*barWidth
		if minor != 0 {
			t.add(box{position{x, min(y, zero)}, barWidth, math.Abs(zero - y), barColors[n%len(barColors)]})
		}
	}
}

// stacks draws the bars of each point one upon the other: positive amounts above zero, negative
// ones below.
func (t plot) stacks() {
	barWidth := min(t.pointWidth()*barShare, maxBar)
	for i := range t.Points {
		var below, above int64
		for n, s := range t.Bars {
			from := &above
			if s.Amounts[i] < 0 {
				from = &below
			}
			start := t.y(t.at(*from))
			*from += s.Amounts[i]
			end := t.y(t.at(*from))
			if s.Amounts[i] != 0 {
				place := position{t.x(i) - barWidth/2, min(start, end)}
				t.add(box{place, barWidth, math.Abs(end - start), barColors[n%len(barColors)]})
			}
		}
	}
}

// line draws a series as a line.
func (t plot) line(n int) {
	var places []position
	for i, minor := range t.Lines[n].Amounts {
		places = append(places, position{t.x(i), t.y(t.at(minor))})
	}
	if len(places) == 0 {
		return
	}
	lineColor := t.lineColor(n)
	if zero := t.y(t.height(0)); len(t.Bars) == 0 && len(t.Lines) == 1 {
		ends := []position{{places[len(places)-1].x, zero}, {places[0].x, zero}}
		t.add(area{append(places[:len(places):len(places)], ends...), areaColor})
	}
	t.add(stroke{places, 2.5, lineColor})
	for _, p := range places {
		if len(places) <= maxDots {
			t.add(dot{p, 5, color.NRGBA{0xff, 0xff, 0xff, 0xff}}, dot{p, 3.5, lineColor})
		}
	}
}

// timeLabels draws the labels of as many points as fit, and their groups below them.
func (t plot) timeLabels() {
	var labeled []int
	labelWidth, apart := 0.0, math.Inf(1)
	for i, p := range t.Points {
		if p.Label == "" {
			continue
		}
		if n := len(labeled); n > 0 {
			apart = min(apart, t.x(i)-t.x(labeled[n-1]))
		}
		labeled = append(labeled, i)
		labelWidth = max(labelWidth, t.measure(p.Label, false, labelSize))
	}
	stride := max(1, int(math.Ceil((labelWidth+8)/apart)))
	group := ""
	for n := 0; n < len(labeled); n += stride {
		i := labeled[n]
		p := t.Points[i]
		t.write(textLine{position: position{t.x(i), plotLow + 20}, anchor: 0.5, size: labelSize, color: muted}, p.Label, 0)
		if p.Group != group {
			group = p.Group
			at := position{t.x(i), plotLow + 38}
			t.write(textLine{position: at, anchor: 0.5, size: labelSize, bold: true, color: muted}, group, 0)
		}
	}
}
