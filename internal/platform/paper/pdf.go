package paper

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"backoffice/internal/platform/paper/typeface"
)

// Measures of a page, in millimetres. The fonts cover Latin, Greek and Cyrillic script.
const (
	margin     = 16
	lineHeight = 5.6
	indent     = 4
	amountWide = 28
	textSize   = 9
	font       = "go"
)

// PDF is the table typeset on A4, upright, or across where its columns need the room.
func (t Table) PDF() ([]byte, error) {
	amounts := 0
	for _, c := range t.Columns {
		if c.Amount {
			amounts++
		}
	}
	orientation := "P"
	if amounts > 4 || len(t.Columns) > 6 {
		orientation = "L"
	}
	p := page{Fpdf: fpdf.New(orientation, "mm", "A4", ""), table: t}
	p.SetCreationDate(time.Unix(0, 0).UTC())
	p.SetModificationDate(time.Unix(0, 0).UTC())
	p.SetCatalogSort(true)
	p.AddUTF8FontFromBytes(font, "", goregular.TTF)
	p.AddUTF8FontFromBytes(font, "B", gobold.TTF)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin+lineHeight)
	p.SetTitle(t.Title, true)
	p.AliasNbPages("{pages}")
	p.measure()
	p.SetHeaderFunc(p.header)
	p.SetFooterFunc(p.footer)
	p.AddPage()
	for _, r := range t.Rows {
		p.row(r)
	}
	var out bytes.Buffer
	err := p.Output(&out)
	return out.Bytes(), err
}

type page struct {
	*fpdf.Fpdf
	table  Table
	widths []float64
}

// measure divides the page: columns of amounts are alike, the first column of text takes
// two parts of what is left and each other one.
func (p *page) measure() {
	wide, _ := p.GetPageSize()
	left := wide - 2*margin
	var amounts, parts, amount float64 = 0, 0, amountWide
	for i, c := range p.table.Columns {
		switch {
		case c.Amount:
			amounts++
		case i == 0:
			parts += 2
		default:
			parts++
		}
	}
	if most := left * 0.75; amounts*amount > most {
		amount = most / amounts
	}
	left -= amounts * amount
	for i, c := range p.table.Columns {
		switch {
		case c.Amount:
			p.widths = append(p.widths, amount)
		case i == 0:
			p.widths = append(p.widths, 2*left/parts)
		default:
			p.widths = append(p.widths, left/parts)
		}
	}
}

// header is the title, on the first page, and the columns' labels on each.
func (p *page) header() {
	if p.PageNo() == 1 {
		for i, text := range []string{p.table.Organization, p.table.Title, p.table.Subtitle} {
			p.SetFont(font, []string{"", "B", ""}[i], []float64{10, 16, 10}[i])
			p.CellFormat(0, []float64{5, 9, 6}[i], text, "", 1, "L", false, 0, "")
		}
		p.Ln(3)
	}
	p.SetFont(font, "B", textSize-1)
	for i, c := range p.table.Columns {
		p.CellFormat(p.widths[i], lineHeight+1, p.fitted(c.Label, p.widths[i]), "B", 0, alignment(c), false, 0, "")
	}
	p.Ln(lineHeight + 2)
}

func (p *page) footer() {
	p.SetY(-margin)
	p.SetFont(font, "", textSize-1.5)
	wide, _ := p.GetPageSize()
	p.CellFormat((wide-2*margin)/2, lineHeight, p.table.Footer, "T", 0, "L", false, 0, "")
	p.CellFormat((wide-2*margin)/2, lineHeight, fmt.Sprintf("%d / {pages}", p.PageNo()), "T", 0, "R", false, 0, "")
}

func (p *page) row(r Row) {
	style := ""
	if r.Total {
		style = "B"
	}
	p.SetFont(font, style, textSize)
	for i, cell := range r.Cells {
		c, border := p.table.Columns[i], ""
		if c.Amount && r.Total && cell != "" {
			border = "T"
		}
		if c.Amount {
			cell = typeface.Grouped(cell)
		}
		wide := p.widths[i]
		if i == 0 {
			p.SetX(p.GetX() + float64(r.Level)*indent)
			wide -= float64(r.Level) * indent
		}
		p.CellFormat(wide, lineHeight, p.fitted(cell, wide), border, 0, alignment(c), false, 0, "")
	}
	p.Ln(lineHeight)
}

func alignment(c Column) string {
	if c.Amount {
		return "R"
	}
	return "L"
}

// fitted cuts a text to its column, and says by dots that it did.
func (p *page) fitted(text string, wide float64) string {
	if p.GetStringWidth(text) <= wide-2 {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && p.GetStringWidth(string(runes)+"…") > wide-2 {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
