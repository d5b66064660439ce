package paper

import (
	"slices"

	"backoffice/internal/platform/paper/linebreak"
)

// Limits of column widths in points, and of text.
const (
	// maxFirst is the natural width of the first column at most, maxText that of other text columns.
	maxFirst, maxText = 255.0, 150.0
	// maxWord is the width at which a word is no longer kept in one piece.
	maxWord = 170.0
	// maxLabel is the width up to which a column is widened for its label to be on one line.
	maxLabel = 84.0
	// maxLines is the maximum number of lines of a cell. Longer text is truncated with an ellipsis.
	maxLines = 12
)

// block is a series of pages with some or all columns of a table.
type block struct {
	landscape bool
	// size is the font size in points.
	size    float64
	columns []columnWidth
}

// columnWidth is a column with its width in points. minimum is the width below which it does not
// shrink: that of its longest word, or of its longest cell if it contains dates or amounts.
type columnWidth struct {
	index          int
	width, minimum float64
}

// blocks lays out the columns: on portrait pages if they fit, or else on landscape pages, or else
// with a smaller font, or else on several series of pages.
func (p *printer) blocks() []block {
	for _, p.block = range []block{{false, textSize, nil}, {true, textSize, nil}, {true, smallSize, nil}} {
		columns, minimum, natural := p.measureColumns(p.block.size)
		room := p.room()
		if minimum <= room && (natural <= room || p.block.landscape || minimum <= room*0.8) {
			p.block.columns = p.distribute(columns, room)
			return []block{p.block}
		}
	}
	return p.splitColumns(p.room())
}

// room returns the width of the block's pages between the margins.
func (p *printer) room() float64 {
	width, _ := p.pageSize()
	return width - 2*margin
}

// measureColumns returns the natural and the minimum width of each column, and of all together.
func (p *printer) measureColumns(size float64) (columns []columnWidth, minimum, natural float64) {
	for i := range p.Columns {
		c := p.measureColumn(i, size)
		natural, minimum = natural+c.width, minimum+c.minimum
		columns = append(columns, c)
	}
	return columns, minimum, natural
}

// measureColumn returns the width at which each cell of a column fits on one line, and the minimum
// at which no word is broken. Labels may be broken between words.
func (p *printer) measureColumn(i int, size float64) columnWidth {
	column, out := p.Columns[i], columnWidth{index: i}
	out.width = min(p.measure(column.Label, true, size), maxLabel)
	for _, word := range linebreak.Words(column.Label) {
		out.minimum = max(out.minimum, p.measure(word, true, size))
	}
	for _, r := range p.Rows {
		text, inset := p.cellText(r, i), p.inset(i, r)
		if text == "" || p.spans(r, i) {
			continue
		}
		bold := r.Kind != Entry
		width := p.measure(text, bold, size)
		out.width = max(out.width, width+inset)
		if column.Kind != Text {
			out.minimum = max(out.minimum, width)
			continue
		}
		for _, word := range linebreak.Words(text) {
			out.minimum = max(out.minimum, min(p.measure(word, bold, size), maxWord)+inset)
		}
	}
	limit := maxText
	if i == 0 {
		limit = maxFirst
	}
	// Lengths are rounded when they are written; half a point keeps the longest word on its line.
	out.minimum += 2*padding + 0.5
	out.width += 2*padding + 0.5
	if column.Kind == Text {
		out.width = min(out.width, limit)
	}
	out.width = max(out.width, out.minimum)
	return out
}

// cellText returns the text of a cell as it is printed.
func (t Table) cellText(r Row, i int) string {
	switch t.Columns[i].Kind {
	case Date:
		return t.Locale.shortDate(r.Cells[i])
	case Amount:
		return formatAmount(r.Cells[i])
	}
	return r.Cells[i]
}

// inset returns by how much a row's text is indented in a column.
func (t Table) inset(i int, r Row) float64 {
	if i > 0 || t.Columns[i].Kind == Amount {
		return 0
	}
	return float64(min(r.Level, 8)) * indent
}

// spans reports whether a cell is the label of a heading, which reaches over the empty cells beside
// it.
func (t Table) spans(r Row, i int) bool {
	return r.Kind == Heading && i == 0 && len(r.Cells) > 1 && r.Cells[1] == ""
}

// distribute fits the columns to the available width. Excess width goes to the widest text column.
// If width is missing, all text columns shrink.
func (p *printer) distribute(columns []columnWidth, room float64) []columnWidth {
	free, slack, widest := room, 0.0, -1
	for n, c := range columns {
		free -= c.width
		slack += max(0, c.width-c.minimum)
		if p.Columns[c.index].Kind == Text && (widest < 0 || c.width > columns[widest].width) {
			widest = n
		}
	}
	for n, c := range columns {
		switch {
		case free < 0 && slack > 0:
			columns[n].width += free * max(0, c.width-c.minimum) / slack
		case free > 0 && n == widest:
			columns[n].width += free
		}
	}
	return columns
}

// splitColumns distributes the amount columns to several series of landscape pages, each of which
// repeats the other columns. These take three quarters of the page at most; only then are words
// broken that would fit on a line.
func (p *printer) splitColumns(room float64) (out []block) {
	all, _, _ := p.measureColumns(smallSize)
	var repeated, amounts []columnWidth
	used := 0.0
	for _, c := range all {
		if p.Columns[c.index].Kind == Amount {
			amounts = append(amounts, c)
			continue
		}
		c.width = c.minimum
		repeated = append(repeated, c)
		used += c.width
	}
	limit := room * 0.75
	if len(amounts) == 0 {
		limit = room
	}
	for i := range repeated {
		repeated[i].width *= min(1, limit/used)
	}
	left := room - min(used, limit)
	for len(out) == 0 || len(amounts) > 0 {
		next := block{true, smallSize, slices.Clone(repeated)}
		for free := left; len(amounts) > 0 && (len(next.columns) == len(repeated) || amounts[0].width <= free); {
			free -= amounts[0].width
			next.columns, amounts = append(next.columns, amounts[0]), amounts[1:]
		}
		next.columns = p.distribute(next.columns, room)
		out = append(out, next)
	}
	return out
}
