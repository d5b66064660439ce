package paper

import (
	"strings"
)

// Room of a column of text, in millimetres: at least, and as much as it asks for at most.
const (
	leastFirst, mostFirst = 46.0, 90.0
	leastText, mostText   = 14.0, 52.0
	// maxSample is how many rows are measured to know how wide columns are.
	maxSample = 2000
	// maxLines is how many lines a text is broken into; what is left is cut, with dots.
	maxLines = 12
)

// block is the part of a table's columns that stands on one run of pages.
type block struct {
	orientation string
	// size is that of the letters.
	size    float64
	columns []fitted
}

// fitted is a column with its room.
type fitted struct {
	index int
	wide  float64
}

// blocks divides the columns onto pages: upright if they fit, or else across, or else with
// smaller letters, and at last on pages one after the other.
func (p *page) blocks() []block {
	for _, form := range []struct {
		orientation string
		wide, size  float64
	}{{"P", 210, textSize}, {"L", 297, textSize}, {"L", 297, smallSize}} {
		columns, least, natural := p.asked(form.size)
		room := form.wide - 2*margin
		if least <= room && (natural <= room || form.orientation == "L" || least <= room*0.8) {
			return []block{{form.orientation, form.size, p.spread(columns, room)}}
		}
	}
	return p.divided()
}

// asked is what the columns ask for: the room of each, and the least and the most of all.
func (p *page) asked(size float64) (columns []fitted, least, natural float64) {
	for i, c := range p.table.Columns {
		wide := p.natural(i, size)
		natural += wide
		if c.Amount {
			least += wide
		} else {
			least += min(wide, p.leastOf(i))
		}
		columns = append(columns, fitted{i, wide})
	}
	return columns, least, natural
}

func (p *page) leastOf(i int) float64 {
	if i == 0 {
		return leastFirst
	}
	return leastText
}

// natural is the room in which a column's cells take one line each. Labels are broken
// between words.
func (p *page) natural(i int, size float64) float64 {
	c := p.table.Columns[i]
	wide := 0.0
	for _, word := range words(c.Label) {
		wide = max(wide, p.measure(word, "B", size))
	}
	for n, r := range p.table.Rows {
		if n == maxSample && !c.Amount {
			break
		}
		text := r.Cells[i]
		if c.Amount {
			text = printed(text)
		}
		style := ""
		if r.Total {
			style = "B"
		}
		if text != "" {
			wide = max(wide, p.measure(text, style, size)+p.indented(fitted{index: i}, r))
		}
	}
	wide += 2*padding + 0.5
	switch {
	case c.Amount:
		return wide
	case i == 0:
		return min(wide, mostFirst)
	}
	return min(wide, mostText)
}

// spread gives the widest column of text what is left, or takes from all of them what is
// missing.
func (p *page) spread(columns []fitted, room float64) []fitted {
	free, slack, widest := room, 0.0, -1
	for n, c := range columns {
		free -= c.wide
		if !p.table.Columns[c.index].Amount && (widest < 0 || c.wide > columns[widest].wide) {
			widest = n
		}
		if !p.table.Columns[c.index].Amount {
			slack += c.wide - min(c.wide, p.leastOf(c.index))
		}
	}
	for n, c := range columns {
		switch {
		case p.table.Columns[c.index].Amount:
		case free < 0 && slack > 0:
			columns[n].wide += free * (c.wide - min(c.wide, p.leastOf(c.index))) / slack
		case free > 0 && n == widest:
			columns[n].wide += free
		}
	}
	return columns
}

// divided puts the columns of amounts on pages one after the other, as many as fit beside
// those of text.
func (p *page) divided() (out []block) {
	const room = 297 - 2*margin
	all, _, _ := p.asked(smallSize)
	var texts []fitted
	left := room
	for _, c := range all {
		if !p.table.Columns[c.index].Amount {
			c.wide = min(c.wide, p.leastOf(c.index))
			texts = append(texts, c)
			left -= c.wide
		}
	}
	next := block{"L", smallSize, append([]fitted(nil), texts...)}
	used := 0.0
	for _, c := range all {
		if !p.table.Columns[c.index].Amount {
			continue
		}
		if used+c.wide > left && used > 0 {
			next.columns = p.spread(next.columns, room)
			out = append(out, next)
			next.columns, used = append([]fitted(nil), texts...), 0
		}
		next.columns = append(next.columns, c)
		used += c.wide
	}
	next.columns = p.spread(next.columns, room)
	return append(out, next)
}

// words are what a text is broken between: a dash stays with what is before it.
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

// wrap breaks a text into lines of a width, between words, or within what is longer.
func (p *page) wrap(text, style string, size, wide float64) (lines []string) {
	if text == "" {
		return []string{""}
	}
	if p.measure(text, style, size) <= wide {
		return []string{text}
	}
	line := ""
	for _, word := range words(text) {
		longer := strings.TrimSpace(line + " " + word)
		if p.measure(longer, style, size) <= wide {
			line = longer
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for p.measure(word, style, size) > wide {
			head := p.head(word, style, size, wide)
			lines, word = append(lines, head), word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > maxLines {
		lines = append(lines[:maxLines-1], p.cut(lines[maxLines-1]+" …", style, size, wide))
	}
	return lines
}

// head is as much of a text as fits into a width, one character at least.
func (p *page) head(text, style string, size, wide float64) string {
	end, used := 0, 0.0
	for i, r := range text {
		used += p.measure(string(r), style, size)
		if used > wide && i > 0 {
			break
		}
		end = i + len(string(r))
	}
	return text[:min(end, len(text))]
}

// cut is a text that fits into a width on one line; dots say what was cut.
func (p *page) cut(text, style string, size, wide float64) string {
	if p.measure(text, style, size) <= wide {
		return text
	}
	return strings.TrimSpace(p.head(text, style, size, wide-p.measure("…", style, size))) + "…"
}
