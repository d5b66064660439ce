package paper

import (
	"bytes"
	"fmt"
	"iter"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"backoffice/internal/platform/paper/typeface"
)

// Dimensions of a page, in millimeters; font sizes in points.
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

// PDF returns the table typeset on A4 pages, in portrait or, if the columns need it, in landscape.
// If there are too many columns for a page, they are distributed to several series of pages, each
// of which repeats the text columns. Text that is too long for its column takes several lines.
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
	p.missing = letters.Missing(t.strings())
	for _, p.block = range p.blocks() {
		p.startPage()
		for _, r := range t.Rows {
			p.row(r)
		}
	}
	var out bytes.Buffer
	err = p.Output(&out)
	return out.Bytes(), err
}

// page is the document under construction.
type page struct {
	*fpdf.Fpdf
	table   Table
	letters *typeface.Set
	// added are the fonts that the document already contains.
	added map[string]bool
	block block
	// missing are the scripts of the table that no font has.
	missing []string
}

// strings yields all text in the table.
func (t Table) strings() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, text := range []string{t.Organization, t.Title, t.Subtitle, t.Footer} {
			if !yield(text) {
				return
			}
		}
		for _, c := range t.Columns {
			if !yield(c.Label) {
				return
			}
		}
		for _, r := range t.Rows {
			for _, cell := range r.Cells {
				if !yield(cell) {
					return
				}
			}
		}
	}
}

// missingNote returns the note that says which characters the document does not show.
func missingNote(scripts []string) string {
	return "Some characters could not be shown in PDF; CSV and XLSX files have them: " + strings.Join(scripts, ", ") + "."
}

// font selects a font. It adds the font to the document when it is first used.
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

// measure returns the width of text.
func (p *page) measure(text, style string, size float64) (width float64) {
	for _, r := range p.letters.Runs(text) {
		p.font(r.Family, style, size)
		width += p.GetStringWidth(r.Text)
	}
	return width
}

// write writes a line of text on the baseline y. It starts at x, or ends at x if right is true.
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

// startPage starts a page with the title, or on later pages a running header, and the column
// labels.
func (p *page) startPage() {
	p.AddPageFormat(p.block.orientation, p.GetPageSizeStr("A4"))
	p.SetDrawColor(0x9c, 0xa3, 0xaf)
	width, _ := p.GetPageSize()
	y := margin + 3
	if p.PageNo() == 1 {
		p.write(margin, y, p.truncate(p.table.Organization, "", 10, width-2*margin), "", 10, false)
		p.write(margin, y+8, p.truncate(p.table.Title, "B", titleSize, width-2*margin), "B", titleSize, false)
		p.write(margin, y+14, p.truncate(p.table.Subtitle, "", 10, width-2*margin), "", 10, false)
		y += 21
		if len(p.missing) > 0 {
			for _, line := range p.wrap(missingNote(p.missing), "", smallSize, width-2*margin) {
				p.write(margin, y-2, line, "", smallSize, false)
				y += lineHeight
			}
		}
	} else {
		p.SetTextColor(0x6b, 0x72, 0x80)
		subtitle := p.measure(p.table.Subtitle, "", smallSize)
		header := p.table.Organization + " · " + p.table.Title
		p.write(margin, y, p.truncate(header, "", smallSize, width-2*margin-subtitle-4), "", smallSize, false)
		p.write(width-margin, y, p.table.Subtitle, "", smallSize, true)
		p.SetTextColor(0, 0, 0)
		y += 7
	}
	p.labels(y)
}

// labels writes the column labels above a rule, aligned at the bottom.
func (p *page) labels(y float64) {
	var lines [][]string
	maxLines := 1
	for _, c := range p.block.columns {
		wrapped := p.wrap(p.table.Columns[c.index].Label, "B", p.block.size, c.width-2*padding)
		lines = append(lines, wrapped)
		maxLines = max(maxLines, len(wrapped))
	}
	x := margin
	for i, c := range p.block.columns {
		for n, text := range lines[i] {
			at := y + float64(maxLines-len(lines[i])+n)*lineHeight
			p.cell(x, at, c, text, "B")
		}
		x += c.width
	}
	y += float64(maxLines-1)*lineHeight + 1.8
	p.SetLineWidth(0.3)
	p.Line(margin, y, x, y)
	p.SetY(y + 1.4)
}

// cell writes one line of a cell in the column that begins at x.
func (p *page) cell(x, y float64, c columnWidth, text, style string) {
	if p.table.Columns[c.index].Amount {
		p.write(x+c.width-padding, y, text, style, p.block.size, true)
		return
	}
	p.write(x+padding, y, text, style, p.block.size, false)
}

// row writes a row on the page, or on a new page if it does not fit.
func (p *page) row(r Row) {
	style := ""
	if r.Total {
		style = "B"
	}
	lines := make([][]string, len(p.block.columns))
	maxLines := 1
	for i, c := range p.block.columns {
		lines[i] = []string{formatAmount(r.Cells[c.index])}
		if !p.table.Columns[c.index].Amount {
			lines[i] = p.wrap(r.Cells[c.index], style, p.block.size, c.width-2*padding-p.indentation(c, r))
		}
		maxLines = max(maxLines, len(lines[i]))
	}
	height := float64(maxLines)*lineHeight + rowGap
	if _, pageHeight := p.GetPageSize(); p.GetY()+height > pageHeight-margin-lineHeight-2 {
		p.startPage()
	}
	y, x := p.GetY(), margin
	for i, c := range p.block.columns {
		for n, text := range lines[i] {
			p.cell(x+p.indentation(c, r), y+lineHeight*(float64(n)+0.75), c, text, style)
		}
		if p.table.Columns[c.index].Amount && r.Total && r.Cells[c.index] != "" {
			p.SetLineWidth(0.15)
			p.Line(x+padding, y-rowGap/2, x+c.width-padding/2, y-rowGap/2)
		}
		x += c.width
	}
	p.SetY(y + height)
}

// indentation returns the indentation of a row's text in a column.
func (p *page) indentation(c columnWidth, r Row) float64 {
	if c.index > 0 || p.table.Columns[c.index].Amount {
		return 0
	}
	return float64(min(r.Level, 8)) * indent
}

// footer writes the table's footer and the page number.
func (p *page) footer() {
	width, pageHeight := p.GetPageSize()
	y := pageHeight - margin + 4
	p.SetLineWidth(0.15)
	p.Line(margin, y-4, width-margin, y-4)
	p.SetTextColor(0x6b, 0x72, 0x80)
	p.write(margin, y, p.table.Footer, "", smallSize, false)
	// The placeholder is replaced at the end by the number of pages, which is narrower. Therefore the
	// text starts at a fixed position instead of ending at the margin.
	p.write(width-margin-18, y, fmt.Sprintf("Page %d of {pages}", p.PageNo()), "", smallSize, false)
	p.SetTextColor(0, 0, 0)
}

// formatAmount formats an amount for print: with thousands separators and a typographic minus.
func formatAmount(amount string) string {
	if amount != "" && amount[0] == '-' {
		return "−" + typeface.GroupThousands(amount[1:])
	}
	return typeface.GroupThousands(amount)
}
