package letter

import (
	"backoffice/internal/platform/paper/linebreak"
)

// totalsWidth is the width of the sums, which stand at the right. summaryWidth is the width of the
// small table at their left.
const totalsWidth, summaryWidth = 235.0, 205.0

// totalFace returns the face of a sum.
func totalFace(t Total) face {
	if t.Kind == Result {
		return face{linebreak.Style{Bold: true, Size: 10.5}, black}
	}
	return plain
}

// amountOf returns the amount of a sum as it is printed.
func (p *printer) amountOf(t Total) string {
	f, _ := newFigure(p.Language, t.Amount)
	return f.String()
}

// labelRoom returns the room for the label of a sum.
func (p *printer) labelRoom(t Total) float64 {
	return totalsWidth - p.Measure(p.amountOf(t), totalFace(t).Style) - 12
}

// blockHeight returns the height of the sums and the small table beside them.
func (p *printer) blockHeight() float64 {
	return max(p.totalsHeight(), p.summaryHeight(p.summaryGrid()))
}

// totalsHeight returns the height of the sums.
func (p *printer) totalsHeight() (height float64) {
	for _, t := range p.Totals {
		height += float64(len(p.wrap(t.Label, totalFace(t), p.labelRoom(t))))*totalFace(t).step() + 2
		if t.Kind == Result {
			height += 5
		}
	}
	return height + 6
}

// printTotals prints the sums below the table, on one page, and the small table beside them.
func (p *printer) printTotals() {
	if len(p.Totals) == 0 && len(p.Summary.Rows) == 0 {
		return
	}
	p.reserve(min(p.blockHeight(), p.height()/2))
	top, page := p.at, p.page
	table, left := p.Root().Add("Table"), p.end()-totalsWidth
	for i, t := range p.Totals {
		f := totalFace(t)
		if t.Kind == Result {
			p.at += 2
			if i > 0 {
				p.page.Decorate(func() { p.page.Rule(left, p.end(), p.at, 0.8, black) })
			}
			p.at += 3
		}
		row, y := table.Add("TR"), p.at
		p.page.Tag(row.AddRowHeader(), func() { p.writeLines(left, p.wrap(t.Label, f, p.labelRoom(t)), f) })
		p.page.Tag(row.Add("TD"), func() { p.writeEnd(p.end(), y+f.Size, p.amountOf(t), f) })
		p.at += 2
	}
	bottom := p.at
	p.at = top
	p.printSummary()
	if p.page == page {
		p.at = max(p.at, bottom)
	}
	p.at += sectionGap
}

// summaryGrid returns the small table with its columns measured.
func (p *printer) summaryGrid() grid {
	if len(p.Summary.Rows) == 0 {
		return grid{}
	}
	g := p.newGrid(p.Summary, p.sheet.left, summaryWidth, smallSize, 7, 6)
	g.gap = 2
	return g
}

// summaryHeight returns the height of the small table.
func (p *printer) summaryHeight(g grid) (height float64) {
	for _, row := range g.Rows {
		height += p.rowHeight(g, row)
	}
	return height + 2*label.step()
}

// printSummary prints the small table at the left.
func (p *printer) printSummary() {
	g := p.summaryGrid()
	if len(g.Rows) == 0 {
		return
	}
	table := p.Root().Add("Table")
	p.printLabels(g, table.Add("TR"))
	for _, row := range g.Rows {
		height := p.rowHeight(g, row)
		if p.at+height > p.floor() {
			p.addPage()
			p.printLabels(g, nil)
		}
		p.printRow(g, table, row, height)
	}
}
