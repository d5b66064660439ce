package letter

import (
	"backoffice/internal/platform/paper/linebreak"
	"backoffice/internal/platform/paper/pdf"
)

// Widths of columns in points.
const (
	// minText is the width that the first column keeps if the font can shrink.
	minText = 130.0
	// maxText is the natural width of other text columns at most.
	maxText = 90.0
	// rowGap is the space between the text of a row and the rules above and below it.
	rowGap = 4.0
)

// grid is a table with its columns measured.
type grid struct {
	Table
	columns []gridColumn
	// text is the face of cells.
	text face
	// gap is the space between the text of a row and the rules above and below it.
	gap float64
}

// gridColumn is a column with its place. fraction is the width of the longest fraction in it.
type gridColumn struct{ left, width, fraction float64 }

// detail is the face of the details of cells.
func (g grid) detail() face { return face{linebreak.Style{Size: g.text.Size - 1}, gray} }

// newGrid measures the columns of a table for a width. It uses the first of the sizes in which the
// first column is not narrow, or else the last one. Other columns have the width of their widest
// cell.
func (p *printer) newGrid(t Table, left, width float64, sizes ...float64) (g grid) {
	for _, size := range sizes {
		g = grid{Table: t, text: face{linebreak.Style{Size: size}, black}, gap: rowGap}
		free := width
		g.columns = make([]gridColumn, len(t.Columns))
		for i := len(t.Columns) - 1; i >= 0; i-- {
			c := p.measureColumn(g, i)
			if i == 0 {
				c.width = free
			}
			free -= c.width
			c.left = left + free
			g.columns[i] = c
		}
		if g.columns[0].width >= min(minText, width/3) {
			break
		}
	}
	return g
}

// measureColumn returns a column with its natural width.
func (p *printer) measureColumn(g grid, i int) (c gridColumn) {
	var whole, other float64
	for _, row := range g.Rows {
		if !g.Columns[i].Number {
			for _, line := range p.wrap(row[i].Text, g.text, maxText) {
				other = max(other, p.Measure(line, g.text.Style))
			}
			continue
		}
		f, isNumber := newFigure(p.Language, row[i].Text)
		if !isNumber {
			other = max(other, p.Measure(f.whole, g.text.Style))
		} else {
			whole = max(whole, p.Measure(f.whole, g.text.Style))
			c.fraction = max(c.fraction, p.Measure(f.fraction, g.text.Style))
		}
		other = max(other, p.Measure(row[i].Detail, g.detail().Style))
	}
	for _, word := range linebreak.Words(g.Columns[i].Label) {
		other = max(other, p.Measure(word, label.Style))
	}
	c.width = max(whole+c.fraction, other) + 2*padding + 0.5
	return c
}

// printTable prints a table over the width of the page. Each page repeats the labels. The last row
// stays with the sums.
func (p *printer) printTable(t Table) {
	if len(t.Columns) == 0 {
		return
	}
	g := p.newGrid(t, p.sheet.left, p.room(), textSize, 8.5, 7.5, 6.5)
	element := p.Root().Add("Table")
	p.reserve(60)
	p.printLabels(g, element.Add("TR"))
	for i, row := range t.Rows {
		height := p.rowHeight(g, row)
		needed := height
		switch {
		case height > p.height()/3: // may continue on the next page
			needed = 6 * g.text.step()
		case i == len(t.Rows)-1:
			needed += min(p.blockHeight(), p.height()/2)
		}
		if p.at+needed > p.floor() {
			p.addPage()
			p.printLabels(g, nil)
		}
		p.printRow(g, element, row, height)
	}
	p.at += 6
}

// printLabels prints the labels of the columns above a rule, aligned at the bottom. row is nil on
// later pages, on which they are a repetition.
func (p *printer) printLabels(g grid, row *pdf.Element) {
	lines, count := make([][]string, len(g.Columns)), 1
	for i, c := range g.Columns {
		lines[i] = p.wrap(c.Label, label, g.columns[i].width-2*padding)
		count = max(count, len(lines[i]))
	}
	top := p.at
	for i, c := range g.columns {
		draw := func() {
			y := top + float64(count-len(lines[i]))*label.step() + label.Size
			for _, line := range lines[i] {
				p.writeCellLine(g, i, c, y, line, label)
				y += label.step()
			}
		}
		if row == nil {
			p.page.Decorate(draw)
		} else {
			p.page.Tag(row.AddColumnHeader(), draw)
		}
	}
	p.at = top + float64(count)*label.step() + 2
	p.page.Decorate(func() { p.page.Rule(g.columns[0].left, g.end(), p.at, 0.8, black) })
}

// end returns the right edge of the grid.
func (g grid) end() float64 {
	last := g.columns[len(g.columns)-1]
	return last.left + last.width
}

// edge returns where the text of a column begins: the first column stands at the margin.
func (g grid) edge(i int) float64 {
	if i == 0 {
		return g.columns[0].left
	}
	return g.columns[i].left + padding
}

// writeCellLine writes a line at the edge of a column: at the right one of a number, else at the
// left one.
func (p *printer) writeCellLine(g grid, i int, c gridColumn, y float64, line string, f face) {
	if g.Columns[i].Number {
		p.writeEnd(p.numberEnd(g, i), y, line, f)
	} else {
		p.write(g.edge(i), y, line, f)
	}
}

// numberEnd returns where numbers of a column end. The last column ends at the margin.
func (p *printer) numberEnd(g grid, i int) float64 {
	end := g.columns[i].left + g.columns[i].width
	if i == len(g.columns)-1 {
		return end
	}
	return end - padding
}

// cellLines returns the lines of a cell, those of its text first.
func (p *printer) cellLines(g grid, i int, c Cell) (text, detail []string) {
	if g.Columns[i].Number {
		if c.Detail != "" {
			detail = []string{c.Detail}
		}
		return []string{c.Text}, detail
	}
	width := g.columns[i].width - padding
	return p.wrap(c.Text, g.text, width), p.wrap(c.Detail, g.detail(), width)
}

// rowHeight returns the height of a row with the rule below it.
func (p *printer) rowHeight(g grid, row []Cell) (height float64) {
	for i, c := range row {
		text, detail := p.cellLines(g, i, c)
		height = max(height, float64(len(text))*g.text.step()+float64(len(detail))*g.detail().step())
	}
	return height + 2*g.gap
}

// height returns the height of the room for text on a page without the head of the letter.
func (p *printer) height() float64 { return p.floor() - p.sheet.top }

// printRow prints a row and the rule below it. A high row runs over several pages.
func (p *printer) printRow(g grid, table *pdf.Element, row []Cell, height float64) {
	element, top, page := table.Add("TR"), p.at+g.gap, p.page
	cells := make([]*pdf.Element, len(row))
	for i := range row {
		if i == 0 {
			cells[i] = element.AddRowHeader()
		} else {
			cells[i] = element.Add("TD")
		}
	}
	for i := len(row) - 1; i >= 0; i-- { // the first column last, because it may continue on another page
		p.at = top
		p.printCell(g, cells[i], i, row[i])
	}
	if p.page == page {
		p.at = top + height - g.gap
	} else {
		p.at += g.gap
	}
	p.page.Decorate(func() { p.page.Rule(g.columns[0].left, g.end(), p.at, 0.4, light) })
}

// printCell prints a cell, with the decimal point of a number at its place.
func (p *printer) printCell(g grid, cell *pdf.Element, i int, c Cell) {
	text, detail := p.cellLines(g, i, c)
	if g.Columns[i].Number {
		p.page.Tag(cell, func() {
			f, isNumber := newFigure(p.Language, c.Text)
			end := p.numberEnd(g, i)
			if isNumber {
				end -= g.columns[i].fraction - p.Measure(f.fraction, g.text.Style)
			}
			p.writeEnd(end, p.at+g.text.Size, f.String(), g.text)
			if len(detail) > 0 {
				p.writeEnd(p.numberEnd(g, i), p.at+g.text.step()+g.detail().Size, detail[0], g.detail())
			}
		})
		return
	}
	for _, part := range []struct {
		lines []string
		face  face
	}{{text, g.text}, {detail, g.detail()}} {
		p.printLines(g, cell, i, part.lines, part.face)
	}
}

// printLines prints lines of a cell, on further pages if they do not fit.
func (p *printer) printLines(g grid, cell *pdf.Element, i int, lines []string, f face) {
	for len(lines) > 0 {
		n := min(len(lines), max(1, int((p.floor()-p.at+g.gap)/f.step())))
		p.page.Tag(cell, func() { p.writeLines(g.edge(i), lines[:n], f) })
		if lines = lines[n:]; len(lines) > 0 {
			p.addPage()
			p.printLabels(g, nil)
			p.at += g.gap
		}
	}
}
