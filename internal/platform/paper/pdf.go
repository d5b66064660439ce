package paper

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"backoffice/internal/platform/paper/typeface"
)

// Measures of a page, in millimetres; sizes of letters in points.
const (
	margin     = 16.0
	lineHeight = 4.4
	rowGap     = 1.2
	padding    = 1.5
	indent     = 4.0
	titleSize  = 16.0
	textSize   = 9.0
	smallSize  = 7.5
)

// PDF is the table typeset on A4, upright, or across where its columns need the room. Of
// columns that are too many for that, each block of pages has as many as it holds, with
// the columns of text before them. A text that is too long for its column takes several
// lines.
func (t Table) PDF() ([]byte, error) {
	letters, err := typeface.New()
	if err != nil {
		return nil, err
	}
	p := &page{Fpdf: fpdf.New("P", "mm", "A4", ""), table: t, letters: letters, added: map[string]bool{}}
	p.SetCreationDate(time.Unix(0, 0).UTC())
	p.SetModificationDate(time.Unix(0, 0).UTC())
	p.SetCatalogSort(true)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, margin)
	p.SetTitle(t.Title, true)
	p.SetAuthor(t.Organization, true)
	p.AliasNbPages("{pages}")
	p.SetFooterFunc(p.footer)
	for _, p.block = range p.blocks() {
		p.begin()
		for _, r := range t.Rows {
			p.row(r)
		}
	}
	var out bytes.Buffer
	err = p.Output(&out)
	return out.Bytes(), err
}

// page is a document in the making.
type page struct {
	*fpdf.Fpdf
	table   Table
	letters *typeface.Set
	// added are the fonts that the document has so far.
	added map[string]bool
	block block
}

// font takes a family, which the document gets when it first needs it.
func (p *page) font(family, style string, size float64) {
	if !p.added[family+style] {
		p.added[family+style] = true
		for _, f := range p.letters.Families() {
			if f.Name == family {
				raw := f.Regular
				if style == "B" {
					raw = f.Bold
				}
				p.AddUTF8FontFromBytes(family, style, raw)
			}
		}
	}
	p.SetFont(family, style, size)
}

// measure is how wide a text is.
func (p *page) measure(text, style string, size float64) (wide float64) {
	for _, r := range p.letters.Runs(text) {
		p.font(r.Family, style, size)
		wide += p.GetStringWidth(r.Text)
	}
	return wide
}

// write puts a line of text at a height: from x, or, if it is right, up to x.
func (p *page) write(x, y float64, text, style string, size float64, right bool) {
	if right {
		x -= p.measure(text, style, size)
	}
	for _, r := range p.letters.Runs(text) {
		p.font(r.Family, style, size)
		p.Text(x, y, r.Text)
		x += p.GetStringWidth(r.Text)
	}
}

// begin starts a page: with the title, if it is the first, or else with what goes on, and
// the columns' labels.
func (p *page) begin() {
	p.AddPageFormat(p.block.orientation, p.GetPageSizeStr("A4"))
	p.SetDrawColor(0x9c, 0xa3, 0xaf)
	wide, _ := p.GetPageSize()
	y := margin + 3
	if p.PageNo() == 1 {
		p.write(margin, y, p.cut(p.table.Organization, "", 10, wide-2*margin), "", 10, false)
		p.write(margin, y+8, p.cut(p.table.Title, "B", titleSize, wide-2*margin), "B", titleSize, false)
		p.write(margin, y+14, p.cut(p.table.Subtitle, "", 10, wide-2*margin), "", 10, false)
		y += 21
	} else {
		p.SetTextColor(0x6b, 0x72, 0x80)
		subtitle := p.measure(p.table.Subtitle, "", smallSize)
		p.write(margin, y, p.cut(p.table.Organization+" · "+p.table.Title, "", smallSize, wide-2*margin-subtitle-4), "", smallSize, false)
		p.write(wide-margin, y, p.table.Subtitle, "", smallSize, true)
		p.SetTextColor(0, 0, 0)
		y += 7
	}
	p.labels(y)
}

// labels are the columns' labels on a rule, those with more lines standing higher.
func (p *page) labels(y float64) {
	var lines [][]string
	most := 1
	for _, c := range p.block.columns {
		texts := p.wrap(p.table.Columns[c.index].Label, "B", p.block.size, c.wide-2*padding)
		lines = append(lines, texts)
		most = max(most, len(texts))
	}
	x := margin
	for i, c := range p.block.columns {
		for n, text := range lines[i] {
			at := y + float64(most-len(lines[i])+n)*lineHeight
			p.cell(x, at, c, text, "B")
		}
		x += c.wide
	}
	y += float64(most-1)*lineHeight + 1.8
	p.SetLineWidth(0.3)
	p.Line(margin, y, x, y)
	p.SetY(y + 1.4)
}

// cell writes one line of a column that begins at x.
func (p *page) cell(x, y float64, c fitted, text, style string) {
	if p.table.Columns[c.index].Amount {
		p.write(x+c.wide-padding, y, text, style, p.block.size, true)
		return
	}
	p.write(x+padding, y, text, style, p.block.size, false)
}

// row puts a row on the page, or on the next if it does not fit on this.
func (p *page) row(r Row) {
	style := ""
	if r.Total {
		style = "B"
	}
	lines := make([][]string, len(p.block.columns))
	most := 1
	for i, c := range p.block.columns {
		lines[i] = []string{printed(r.Cells[c.index])}
		if !p.table.Columns[c.index].Amount {
			lines[i] = p.wrap(r.Cells[c.index], style, p.block.size, c.wide-2*padding-p.indented(c, r))
		}
		most = max(most, len(lines[i]))
	}
	high := float64(most)*lineHeight + rowGap
	if _, tall := p.GetPageSize(); p.GetY()+high > tall-margin-lineHeight-2 {
		p.begin()
	}
	y, x := p.GetY(), margin
	for i, c := range p.block.columns {
		for n, text := range lines[i] {
			p.cell(x+p.indented(c, r), y+lineHeight*(float64(n)+0.75), c, text, style)
		}
		if p.table.Columns[c.index].Amount && r.Total && r.Cells[c.index] != "" {
			p.SetLineWidth(0.15)
			p.Line(x+padding, y-rowGap/2, x+c.wide-padding/2, y-rowGap/2)
		}
		x += c.wide
	}
	p.SetY(y + high)
}

// indented is how far a row's text stands in.
func (p *page) indented(c fitted, r Row) float64 {
	if c.index > 0 || p.table.Columns[c.index].Amount {
		return 0
	}
	return float64(min(r.Level, 8)) * indent
}

func (p *page) footer() {
	wide, tall := p.GetPageSize()
	y := tall - margin + 4
	p.SetLineWidth(0.15)
	p.Line(margin, y-4, wide-margin, y-4)
	p.SetTextColor(0x6b, 0x72, 0x80)
	p.write(margin, y, p.table.Footer, "", smallSize, false)
	// The number of pages is known at the end, when the mark is replaced: it is as wide
	// as the mark says, so the text begins at a fixed place.
	p.write(wide-margin-18, y, fmt.Sprintf("Page %d of {pages}", p.PageNo()), "", smallSize, false)
	p.SetTextColor(0, 0, 0)
}

// printed is an amount as it is set: thousands marked, and a minus of full width.
func printed(amount string) string {
	if amount != "" && amount[0] == '-' {
		return "−" + typeface.Grouped(amount[1:])
	}
	return typeface.Grouped(amount)
}
