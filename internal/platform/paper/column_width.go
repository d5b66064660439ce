package paper

import "strings"

// Limits of column widths and of text.
const (
	// Minimum and maximum width of a text column in millimeters, of the first column and of others.
	minFirst, maxFirst = 46.0, 90.0
	minText, maxText   = 14.0, 52.0
	// maxSample is how many rows are measured to determine the width of a text column.
	maxSample = 2000
	// maxLines is the maximum number of lines of a cell. Longer text is truncated with an ellipsis.
	maxLines = 12
)

// block is a series of pages with some or all columns of a table.
type block struct {
	orientation string
	// size is the font size in points.
	size    float64
	columns []columnWidth
}

// columnWidth is a column with its width in millimeters. minimum is the width below which it does not
// shrink.
type columnWidth struct {
	index          int
	width, minimum float64
}

// blocks lays out the columns: on portrait pages if they fit, or else on landscape pages, or else
// with a smaller font, or else on several series of pages.
func (p *page) blocks() []block {
	for _, form := range []struct {
		orientation string
		width, size float64
	}{{"P", 210, textSize}, {"L", 297, textSize}, {"L", 297, smallSize}} {
		columns, minimum, natural := p.measureColumns(form.size)
		room := form.width - 2*margin
		if minimum <= room && (natural <= room || form.orientation == "L" || minimum <= room*0.8) {
			return []block{{form.orientation, form.size, p.distribute(columns, room)}}
		}
	}
	return p.splitColumns()
}

// measureColumns returns the natural width of each column, and the minimum and the natural width of
// all columns together.
func (p *page) measureColumns(size float64) (columns []columnWidth, minimum, natural float64) {
	for i, c := range p.table.Columns {
		width := p.naturalWidth(i, size)
		least := width
		if !c.Amount {
			least = min(width, p.minWidth(i, size))
		}
		natural, minimum = natural+width, minimum+least
		columns = append(columns, columnWidth{i, width, least})
	}
	return columns, minimum, natural
}

// maxUnbroken is the length of a short cell without spaces, such as a date, that stays on one line.
const maxUnbroken = len("2006-01-02")

// minWidth returns the minimum width of a text column.
func (p *page) minWidth(i int, size float64) float64 {
	if i == 0 {
		return minFirst
	}
	width := minText
	for _, r := range p.table.Rows[:min(len(p.table.Rows), maxSample)] {
		if text := r.Cells[i]; len(text) <= maxUnbroken && !strings.Contains(text, " ") {
			width = max(width, p.measure(text, "", size)+2*padding+0.5)
		}
	}
	return width
}

// naturalWidth returns the width at which each cell of a column fits on one line. Labels may be
// broken between words.
func (p *page) naturalWidth(i int, size float64) float64 {
	c := p.table.Columns[i]
	width := 0.0
	for _, word := range words(c.Label) {
		width = max(width, p.measure(word, "B", size))
	}
	for n, r := range p.table.Rows {
		if n == maxSample && !c.Amount {
			break
		}
		text := r.Cells[i]
		if c.Amount {
			text = formatAmount(text)
		}
		style := ""
		if r.Total {
			style = "B"
		}
		if text != "" {
			width = max(width, p.measure(text, style, size)+p.indentation(columnWidth{index: i}, r))
		}
	}
	width += 2*padding + 0.5
	switch {
	case c.Amount:
		return width
	case i == 0:
		return min(width, maxFirst)
	}
	return min(width, maxText)
}

// distribute fits the columns to the available width. Excess width goes to the widest text column.
// If width is missing, all text columns shrink.
func (p *page) distribute(columns []columnWidth, room float64) []columnWidth {
	free, slack, widest := room, 0.0, -1
	for n, c := range columns {
		free -= c.width
		if !p.table.Columns[c.index].Amount && (widest < 0 || c.width > columns[widest].width) {
			widest = n
		}
		if !p.table.Columns[c.index].Amount {
			slack += c.width - c.minimum
		}
	}
	for n, c := range columns {
		switch {
		case p.table.Columns[c.index].Amount:
		case free < 0 && slack > 0:
			columns[n].width += free * (c.width - c.minimum) / slack
		case free > 0 && n == widest:
			columns[n].width += free
		}
	}
	return columns
}

// splitColumns distributes the amount columns to several series of pages, each of which repeats the
// text columns.
func (p *page) splitColumns() (out []block) {
	const room = 297 - 2*margin
	all, _, _ := p.measureColumns(smallSize)
	var textColumns []columnWidth
	left := room
	for _, c := range all {
		if !p.table.Columns[c.index].Amount {
			c.width = c.minimum
			textColumns = append(textColumns, c)
			left -= c.width
		}
	}
	next := block{"L", smallSize, append([]columnWidth(nil), textColumns...)}
	used := 0.0
	for _, c := range all {
		if !p.table.Columns[c.index].Amount {
			continue
		}
		if used+c.width > left && used > 0 {
			next.columns = p.distribute(next.columns, room)
			out = append(out, next)
			next.columns, used = append([]columnWidth(nil), textColumns...), 0
		}
		next.columns = append(next.columns, c)
		used += c.width
	}
	next.columns = p.distribute(next.columns, room)
	return append(out, next)
}

// words splits text into words. A dash stays with the word before it.
func words(text string) (out []string) {
	for _, word := range strings.Fields(text) {
		if word == "–" && len(out) > 0 {
			out[len(out)-1] += " –"
			continue
		}
		out = append(out, word)
	}
	return out
}

// wrap breaks text into lines of a width, between words, or within a word that is longer than a
// line.
func (p *page) wrap(text, style string, size, width float64) (lines []string) {
	if text == "" {
		return []string{""}
	}
	if p.measure(text, style, size) <= width {
		return []string{text}
	}
	line := ""
	for _, word := range words(text) {
		longer := strings.TrimSpace(line + " " + word)
		if p.measure(longer, style, size) <= width {
			line = longer
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for p.measure(word, style, size) > width {
			head := p.fittingPrefix(word, style, size, width)
			lines, word = append(lines, head), word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > maxLines {
		lines = append(lines[:maxLines-1], p.truncate(lines[maxLines-1]+" …", style, size, width))
	}
	return lines
}

// fittingPrefix returns the longest prefix of text that fits into a width, at least one character.
func (p *page) fittingPrefix(text, style string, size, width float64) string {
	end, used := 0, 0.0
	for i, r := range text {
		used += p.measure(string(r), style, size)
		if used > width && i > 0 {
			break
		}
		end = i + len(string(r))
	}
	return text[:min(end, len(text))]
}

// truncate shortens text with an ellipsis to fit into a width on one line.
func (p *page) truncate(text, style string, size, width float64) string {
	if p.measure(text, style, size) <= width {
		return text
	}
	return strings.TrimSpace(p.fittingPrefix(text, style, size, width-p.measure("…", style, size))) + "…"
}
