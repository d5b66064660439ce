package paper

import (
	"fmt"
	"iter"
	"strings"

	"backoffice/internal/platform/paper/linebreak"
	"backoffice/internal/platform/paper/pdf"
	"backoffice/internal/platform/paper/typeface"
)

// Lengths in points. Lines of text are lineHeight times as high as the font.
const (
	margin     = 48.0
	titleSize  = 17.0
	headSize   = 10.0
	noteSize   = 8.0
	textSize   = 9.0
	smallSize  = 7.5
	lineHeight = 1.36
	rowGap     = 3.2
	// sectionGap is the space above a heading or below a total at level 0.
	sectionGap = 6.0
	padding    = 4.0
	indent     = 11.0
	// footerHeight is the height of the footer, which stands above the lower margin.
	footerHeight = 22.0
	// logoHeight and logoWidth are the room for the issuer's logo.
	logoHeight, logoWidth = 44.0, 160.0
)

// Sizes of paper in points.
const (
	letterWidth, letterHeight = 612.0, 792.0
	a4Width, a4Height         = 595.276, 841.89
)

var (
	black = pdf.Color{R: 0x11, G: 0x18, B: 0x27}
	gray  = pdf.Color{R: 0x5b, G: 0x62, B: 0x70}
	light = pdf.Color{R: 0xc4, G: 0xc9, B: 0xd1}
)

// PDF returns the table typeset on the paper of its locale, in portrait or, if the columns need it,
// in landscape. If there are too many columns for a page, they are distributed to several series of
// pages, each of which repeats the text columns. Text that is too long for its column takes several
// lines and is broken between words. The document is tagged (ISO 32000-1, 14.8). It fails with
// SCRIPT_NOT_PRINTABLE if no font can draw a text.
func (t Table) PDF() ([]byte, error) {
	t = t.grouped()
	letters := typeface.New()
	p := &printer{Table: t, letters: letters, breaker: linebreak.New(letters)}
	if err := p.letters.Check(t.strings()); err != nil {
		return nil, err
	}
	p.Document = pdf.New(pdf.Info{Title: t.Title, Author: t.Issuer.Name, Language: t.Locale.Language()})
	for _, p.block = range p.blocks() {
		p.prepareRows()
		p.startTable()
		for i := range p.rows {
			p.printRow(i)
		}
		if len(p.rows) == 0 && t.Empty != "" {
			p.printEmpty()
		}
	}
	p.printFooters()
	return p.Bytes()
}

// printer prints a table to a document.
type printer struct {
	*pdf.Document
	Table
	letters *typeface.Set
	breaker linebreak.Breaker
	block   block
	// rows are the rows as they are printed in the current block.
	rows []printedRow
	// page is the current page, top the upper edge of what comes next on it.
	page          *pdf.Page
	width, height float64
	top           float64
	// table is the element of the current block.
	table *pdf.Element
	// open are the indexes of the headings above the current row, by level.
	open []int
	// pages are all pages with their sizes, for the footers.
	pages []sizedPage
}

type sizedPage struct {
	*pdf.Page
	width, height float64
}

// strings yields all text in the table.
func (t Table) strings() iter.Seq[string] {
	return func(yield func(string) bool) {
		head := append([]string{t.Issuer.Name, t.Title, t.Period, t.Footer, t.Empty}, t.Notes...)
		for _, text := range append(head, t.Issuer.Address...) {
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

// measure returns the width of text.
func (p *printer) measure(text string, bold bool, size float64) float64 {
	return p.breaker.Measure(text, linebreak.Style{Bold: bold, Size: size})
}

// wrap breaks text into lines of a width, at most maxLines.
func (p *printer) wrap(text string, bold bool, size, width float64) []string {
	lines := p.breaker.Wrap(text, linebreak.Style{Bold: bold, Size: size}, width)
	if len(lines) > maxLines {
		lines = append(lines[:maxLines-1], p.truncate(lines[maxLines-1]+"…", bold, size, width))
	}
	return lines
}

// truncate shortens text with an ellipsis to fit into a width on one line.
func (p *printer) truncate(text string, bold bool, size, width float64) string {
	return p.breaker.Truncate(text, linebreak.Style{Bold: bold, Size: size}, width)
}

// write writes a line of text on the baseline y. It begins at x, or ends there if atEnd is true. A
// space at the end separates it from the next line for programs that read the text.
func (p *printer) write(x, y float64, text string, f face, atEnd bool) {
	text, continues := strings.CutSuffix(text, " ")
	line := p.letters.Layout(text, f.bold)
	if atEnd {
		x -= line.Width * f.size
	}
	p.page.Text(x, y, f.size, f.color, line)
	if continues {
		p.page.Text(x+line.Width*f.size, y, f.size, f.color, p.letters.Layout(" ", f.bold))
	}
}

// face is a weight, a size and a color of text.
type face struct {
	bold  bool
	size  float64
	color pdf.Color
}

// pageSize returns the size of the block's pages.
func (p *printer) pageSize() (width, height float64) {
	width, height = a4Width, a4Height
	if p.Locale.UsesLetter() {
		width, height = letterWidth, letterHeight
	}
	if p.block.landscape {
		return height, width
	}
	return width, height
}

// addPage starts a page.
func (p *printer) addPage() {
	p.width, p.height = p.pageSize()
	p.page = p.AddPage(p.width, p.height)
	p.pages = append(p.pages, sizedPage{p.page, p.width, p.height})
	p.top = margin
}

// startTable starts the table of a block on a new page, below the head of the document if it is the
// first.
func (p *printer) startTable() {
	isFirst := len(p.pages) == 0
	p.addPage()
	if isFirst {
		p.printHead()
	} else {
		p.page.Decorate(p.printRunningHead)
	}
	p.open = p.open[:0]
	p.table = p.Root().Add("Table")
	p.printLabels(p.table.Add("TR"))
}

// printHead prints the issuer, the title, the period and the notes.
func (p *printer) printHead() {
	room := p.width - 2*margin
	if corner := p.printAddress(); corner > 0 {
		room -= corner + 12
	}
	paragraph := func(kind, text string, f face, below float64) {
		if text == "" {
			return
		}
		p.page.Tag(p.Root().Add(kind), func() {
			for _, line := range p.wrap(text, f.bold, f.size, room) {
				p.top += f.size * lineHeight
				p.write(margin, p.top, line, f, false)
			}
		})
		p.top += below
	}
	paragraph("P", p.Issuer.Name, face{true, headSize, gray}, 4)
	paragraph("H1", p.Title, face{true, titleSize, black}, 3)
	paragraph("P", p.Period, face{false, headSize, black}, 5)
	for _, note := range p.Notes {
		paragraph("P", note, face{false, noteSize, gray}, 0)
	}
	p.top = max(p.top, p.addressEnd()) + 14
}

// printAddress prints the logo and the address at the right margin, and returns their width.
func (p *printer) printAddress() (width float64) {
	y := margin
	if logo := p.Issuer.Logo; logo != nil {
		size := logo.Bounds().Size()
		scale := min(logoHeight/float64(size.Y), logoWidth/float64(size.X))
		width = scale * float64(size.X)
		p.page.Decorate(func() {
			p.page.Image(logo, p.width-margin-width, y, width, scale*float64(size.Y))
		})
		y += logoHeight
	}
	if len(p.Issuer.Address) == 0 {
		return width
	}
	p.page.Tag(p.Root().Add("P"), func() {
		for _, line := range p.Issuer.Address {
			y += noteSize * lineHeight
			width = max(width, p.measure(line, false, noteSize))
			p.write(p.width-margin, y, line, face{false, noteSize, gray}, true)
		}
	})
	return width
}

// addressEnd returns the lower edge of the logo and the address.
func (p *printer) addressEnd() float64 {
	end := margin + float64(len(p.Issuer.Address))*noteSize*lineHeight
	if p.Issuer.Logo != nil {
		end += logoHeight
	}
	return end
}

// printRunningHead prints the issuer, the title and the period at the top of a later page.
func (p *printer) printRunningHead() {
	f := face{false, smallSize, gray}
	p.top += smallSize
	period := p.measure(p.Period, false, smallSize)
	head := p.truncate(p.Issuer.Name+" · "+p.Title, false, smallSize, p.width-2*margin-period-12)
	p.write(margin, p.top, head, f, false)
	p.write(p.width-margin, p.top, p.Period, f, true)
	p.top += 16
}

// printEmpty says that there are no rows.
func (p *printer) printEmpty() {
	cell := p.table.Add("TR").Add("TD")
	cell.Span(len(p.block.columns))
	p.top += p.block.size * lineHeight
	p.page.Tag(cell, func() { p.write(margin+padding, p.top, p.Empty, face{false, p.block.size, gray}, false) })
}

// printFooters prints the footer and the page number of each page, once the number of pages is
// known.
func (p *printer) printFooters() {
	for i, page := range p.pages {
		p.page = page.Page
		f := face{false, smallSize, gray}
		y := page.height - margin
		p.page.Decorate(func() {
			p.page.Rule(margin, page.width-margin, y-12, 0.4, light)
			number := fmt.Sprintf("Page %d of %d", i+1, len(p.pages))
			p.write(page.width-margin, y-1, number, f, true)
			room := page.width - 2*margin - p.measure(number, false, smallSize) - 12
			p.write(margin, y-1, p.truncate(p.Footer, false, smallSize, room), f, false)
		})
	}
}
