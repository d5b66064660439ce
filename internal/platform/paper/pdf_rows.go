package paper

import (
	"backoffice/internal/platform/paper/pdf"
	"backoffice/internal/platform/paper/typeface"
)

// printedRow is a row as it is printed in a block.
type printedRow struct {
	// lines are the lines of each cell, by column of the block.
	lines [][]string
	// above is the space above the row, height its height with that space.
	above, height float64
	// staysWithNext is true if there must be no page break below the row.
	staysWithNext bool
	// span is how many columns the first cell reaches over.
	span int
}

// prepareRows breaks the cells of all rows into lines.
func (p *printer) prepareRows() {
	p.rows = make([]printedRow, len(p.Rows))
	for i, r := range p.Rows {
		row := &p.rows[i]
		row.span = p.spanOf(r)
		count := 1
		for n, c := range p.block.columns {
			lines := []string{p.cellText(r, c.index)}
			if p.Columns[c.index].Kind == Text || r.Kind == Heading && n == 0 {
				lines = p.wrap(lines[0], r.Kind != Entry, p.block.size, p.cellWidth(n, row.span)-2*padding-p.inset(c.index, r))
			}
			row.lines = append(row.lines, lines)
			count = max(count, len(lines))
		}
		if i > 0 && (r.Level == 0 && r.Kind == Heading || r.Group != p.Rows[i-1].Group) {
			row.above = sectionGap
		}
		row.height = float64(count)*p.block.size*lineHeight + rowGap + row.above
		isSum := i+1 < len(p.Rows) && (p.Rows[i+1].Kind == Subtotal || p.Rows[i+1].Kind == Total)
		row.staysWithNext = i+1 < len(p.Rows) && (r.Kind == Heading || isSum)
	}
}

// spanOf returns how many columns of the block the first cell of a row reaches over: a heading
// reaches over the empty cells beside it.
func (p *printer) spanOf(r Row) int {
	span := 1
	for r.Kind == Heading && span < len(p.block.columns) && r.Cells[p.block.columns[span].index] == "" {
		span++
	}
	return span
}

// cellWidth returns the width of a column of the block, or of the first span columns.
func (p *printer) cellWidth(column, span int) float64 {
	if column > 0 {
		return p.block.columns[column].width
	}
	width := 0.0
	for _, c := range p.block.columns[:span] {
		width += c.width
	}
	return width
}

// printLabels prints the column labels above a rule, aligned at the bottom. row is nil on later
// pages, on which they are a repetition.
func (p *printer) printLabels(row *pdf.Element) {
	f := face{true, p.block.size, black}
	count := 1
	labels := make([][]string, len(p.block.columns))
	for n, c := range p.block.columns {
		labels[n] = p.wrap(p.Columns[c.index].Label, true, f.size, c.width-2*padding)
		count = max(count, len(labels[n]))
	}
	step := f.size * lineHeight
	x := margin
	for n, c := range p.block.columns {
		y := p.top + float64(count-len(labels[n]))*step + f.size
		draw := func() { p.writeLines(x, y, n, 1, 0, labels[n], f) }
		if row == nil {
			p.page.Decorate(draw)
		} else {
			p.page.Tag(row.AddColumnHeader(), draw)
		}
		x += c.width
	}
	p.top += float64(count)*step + 1
	p.page.Decorate(func() { p.page.Rule(margin, x, p.top, 0.8, black) })
	p.top += 3
}

// writeLines writes the lines of a cell in the column that begins at x: amounts at the right edge,
// all else at the left.
func (p *printer) writeLines(x, y float64, column, span int, inset float64, lines []string, f face) {
	for _, line := range lines {
		if p.Columns[p.block.columns[column].index].Kind == Amount {
			p.write(x+p.cellWidth(column, span)-padding, y, line, f, true)
		} else {
			p.write(x+padding+inset, y, line, f, false)
		}
		y += f.size * lineHeight
	}
}

// bottom returns the lower edge of the room for rows.
func (p *printer) bottom() float64 { return p.height - margin - footerHeight }

// printRow prints a row. It starts a page if the row, with those that stay with it, does not fit.
func (p *printer) printRow(i int) {
	r, row := p.Rows[i], p.rows[i]
	for len(p.open) > 0 && (r.Kind == Heading || r.Kind == Total) && p.Rows[p.open[len(p.open)-1]].Level >= r.Level {
		p.open = p.open[:len(p.open)-1]
	}
	needed := row.height
	for n := i; p.rows[n].staysWithNext && needed < p.height/3; n++ {
		needed += p.rows[n+1].height
	}
	isKept := i > 0 && p.rows[i-1].staysWithNext && p.top+row.height <= p.bottom()
	if !isKept && p.top+needed > p.bottom() {
		p.continueTable()
	}
	p.top += row.above
	p.printCells(i)
	p.top += row.height - row.above
	switch {
	case r.Kind == Heading:
		p.open = append(p.open, i)
	case r.Kind == Subtotal && len(p.open) > 0 && p.Rows[p.open[len(p.open)-1]].Level == r.Level:
		p.open = p.open[:len(p.open)-1]
	}
}

// continueTable starts a page, with the column labels and the headings above the current row.
func (p *printer) continueTable() {
	p.addPage()
	p.page.Decorate(p.printRunningHead)
	p.printLabels(nil)
	for _, i := range p.open {
		r, f := p.Rows[i], face{true, p.block.size, gray}
		room := p.cellWidth(0, p.rows[i].span) - 2*padding - p.inset(0, r)
		label := p.truncate(r.Cells[0]+" (continued)", true, f.size, room)
		p.page.Decorate(func() { p.write(margin+padding+p.inset(0, r), p.top+f.size*1.1, label, f, false) })
		p.top += f.size*lineHeight + rowGap
	}
}

// printCells prints the cells of a row, with a rule above the amounts of a sum, and two below those
// of a total.
func (p *printer) printCells(i int) {
	r, row := p.Rows[i], p.rows[i]
	f := face{r.Kind != Entry, p.block.size, black}
	x, y := margin, p.top+f.size*1.1
	element := p.table.Add("TR")
	for n, c := range p.block.columns {
		width := p.cellWidth(n, row.span)
		if n > 0 && n < row.span {
			continue
		}
		cell := p.addCell(element, n, row.span)
		if text := p.cellText(r, c.index); text != "" {
			p.page.Tag(cell, func() { p.writeLines(x, y, n, row.span, p.inset(c.index, r), row.lines[n], f) })
			// The first row adds up nothing above it.
			if i > 0 && p.Columns[c.index].Kind == Amount && (r.Kind == Subtotal || r.Kind == Total) {
				p.page.Decorate(func() { p.ruleSum(r.Kind, x+padding, x+width-padding) })
			}
		}
		x += width
	}
}

// addCell adds the element of a cell. The first column labels the rows.
func (p *printer) addCell(row *pdf.Element, column, span int) *pdf.Element {
	if column > 0 {
		return row.Add("TD")
	}
	cell := row.AddRowHeader()
	cell.Span(span)
	return cell
}

// ruleSum draws the rules of a sum: one above it, and two below a total.
func (p *printer) ruleSum(kind RowKind, left, right float64) {
	p.page.Rule(left, right, p.top-rowGap/4, 0.5, black)
	if kind == Total {
		low := p.top + p.block.size*lineHeight + 0.6
		p.page.Rule(left, right, low, 0.5, black)
		p.page.Rule(left, right, low+1.4, 0.5, black)
	}
}

// formatAmount formats an amount for print: with thousands separators and a typographic minus.
func formatAmount(amount string) string {
	if amount != "" && amount[0] == '-' {
		return "−" + typeface.GroupThousands(amount[1:])
	}
	return typeface.GroupThousands(amount)
}
