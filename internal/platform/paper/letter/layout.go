package letter

import (
	"strings"

	"backoffice/internal/platform/paper/linebreak"
	"backoffice/internal/platform/paper/pdf"
	"backoffice/internal/platform/paper/typeface"
)

// mm is a millimeter, inch an inch in points.
const (
	mm   = 72 / 25.4
	inch = 72.0
)

// Lengths in points. Lines of text are lineHeight times as high as the font.
const (
	nameSize   = 15.0
	titleSize  = 16.0
	textSize   = 9.5
	smallSize  = 8.0
	senderSize = 6.5
	lineHeight = 1.36
	padding    = 4.0
	sectionGap = 14.0
	logoHeight = 20 * mm
	logoWidth  = 70 * mm
)

var (
	black = pdf.Color{R: 0x11, G: 0x18, B: 0x27}
	gray  = pdf.Color{R: 0x5b, G: 0x62, B: 0x70}
	light = pdf.Color{R: 0xc4, G: 0xc9, B: 0xd1}
	red   = pdf.Color{R: 0xb4, G: 0x23, B: 0x18}
)

// sheet is the geometry of the first page.
type sheet struct {
	width, height float64
	left, right   float64 // margins
	top, bottom   float64
	// window is the upper edge of the room for the address, and its width.
	window, windowWidth float64
	// senderLine is true if a line with the sender's address stands in the window.
	senderLine bool
	// info is the left edge of the facts, infoTop their upper edge.
	info, infoTop float64
	// body is the upper edge of the title, if nothing above needs more room.
	body float64
	// folds are where the letter is folded.
	folds []float64
}

// a4 follows DIN 5008, form B: the address stands in a field of 85 × 45 mm that begins 45 mm below
// the upper edge, whose first 17.7 mm are for the sender.
var a4 = sheet{
	width: 210 * mm, height: 297 * mm, left: 25 * mm, right: 20 * mm, top: 16 * mm, bottom: 12 * mm,
	window: (45 + 17.7) * mm, windowWidth: 80 * mm, senderLine: true, info: 125 * mm, infoTop: 50 * mm,
	body: 98.46 * mm, folds: []float64{105 * mm, 210 * mm},
}

// usLetter is for an envelope No. 10 with a window of 4½ × 1⅛ inch, ⅞ inch from the left and ½ inch
// from the lower edge, in whichever way the letter lies in it.
var usLetter = sheet{
	width: 8.5 * inch, height: 11 * inch, left: 0.95 * inch, right: 0.8 * inch, top: 0.6 * inch, bottom: 0.5 * inch,
	window: 2.3 * inch, windowWidth: 3.4 * inch, info: 5 * inch, infoTop: 2.2 * inch, body: 3.6 * inch,
}

// PDF returns the letter as a file. It fails with SCRIPT_NOT_PRINTABLE if no font can draw a text.
func (l Letter) PDF() ([]byte, error) {
	letters := typeface.New()
	if err := letters.Check(l.strings()); err != nil {
		return nil, err
	}
	p := &printer{
		Document: pdf.New(pdf.Info{Title: l.Title, Author: l.Sender.Name, Language: l.Language.Code}),
		Letter:   l, Breaker: linebreak.New(letters), letters: letters, sheet: a4,
	}
	if l.Locale.UsesLetter() {
		p.sheet = usLetter
	}
	p.measureFooter()
	p.addPage()
	p.printHead()
	p.printParagraph("P", l.Introduction, plain, sectionGap-4)
	p.printTable(l.Table)
	p.printTotals()
	p.printPayment()
	for _, note := range l.Notes {
		p.printParagraph("P", note, plain, 6)
	}
	p.printParagraph("P", l.Closing, plain, 0)
	p.printFooters()
	return p.Bytes()
}

// printer prints a letter to a document.
type printer struct {
	*pdf.Document
	Letter
	linebreak.Breaker
	letters *typeface.Set
	sheet   sheet
	pages   []*pdf.Page
	// page is the current page, at the vertical position of what comes next on it.
	page *pdf.Page
	at   float64
	// footer are the lines of the footer by column.
	footer       [][]string
	footerHeight float64
}

// face is a style and a color of text.
type face struct {
	linebreak.Style
	color pdf.Color
}

var (
	plain  = face{linebreak.Style{Size: textSize}, black}
	strong = face{linebreak.Style{Bold: true, Size: textSize}, black}
	small  = face{linebreak.Style{Size: smallSize}, gray}
	label  = face{linebreak.Style{Bold: true, Size: smallSize}, gray}
)

// step returns the distance between two lines.
func (f face) step() float64 { return f.Size * lineHeight }

// room returns the width between the margins.
func (p *printer) room() float64 { return p.sheet.width - p.sheet.left - p.sheet.right }

// end returns the right edge of the text.
func (p *printer) end() float64 { return p.sheet.width - p.sheet.right }

// floor returns the lower edge of the room for text.
func (p *printer) floor() float64 { return p.sheet.height - p.sheet.bottom - p.footerHeight - 10 }

// write writes a line of text on the baseline y. It begins at x.
func (p *printer) write(x, y float64, text string, f face) {
	text, continues := strings.CutSuffix(text, " ")
	line := p.letters.Layout(text, f.Bold)
	p.page.Text(x, y, f.Size, f.color, line)
	if continues { // the space separates the lines for programs that read the text
		p.page.Text(x+line.Width*f.Size, y, f.Size, f.color, p.letters.Layout(" ", f.Bold))
	}
}

// writeEnd writes a line of text that ends at x.
func (p *printer) writeEnd(x, y float64, text string, f face) {
	p.write(x-p.Measure(strings.TrimSuffix(text, " "), f.Style), y, text, f)
}

// wrap breaks text into lines of a width. Line breaks of the text stay.
func (p *printer) wrap(text string, f face, width float64) (lines []string) {
	if text == "" {
		return nil
	}
	for _, paragraph := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		lines = append(lines, p.Wrap(paragraph, f.Style, width)...)
	}
	return lines
}

// addPage starts a page.
func (p *printer) addPage() {
	p.page = p.AddPage(p.sheet.width, p.sheet.height)
	p.pages = append(p.pages, p.page)
	p.at = p.sheet.top
	if len(p.pages) > 1 {
		p.page.Decorate(p.printRunningHead)
	}
}

// reserve starts a page unless a height is left on the current one.
func (p *printer) reserve(height float64) {
	if p.at+height > p.floor() && p.at > p.sheet.top+40 {
		p.addPage()
	}
}

// printParagraph prints a text, which may run over several pages.
func (p *printer) printParagraph(kind, text string, f face, below float64) {
	lines := p.wrap(text, f, p.room())
	if len(lines) == 0 {
		return
	}
	p.reserve(float64(min(len(lines), 3)) * f.step())
	element := p.Root().Add(kind)
	for len(lines) > 0 {
		n := min(len(lines), max(1, int((p.floor()-p.at)/f.step())))
		p.page.Tag(element, func() { p.writeLines(p.sheet.left, lines[:n], f) })
		if lines = lines[n:]; len(lines) > 0 {
			p.addPage()
		}
	}
	p.at += below
}

// writeLines writes lines one below the other.
func (p *printer) writeLines(x float64, lines []string, f face) {
	for _, line := range lines {
		p.write(x, p.at+f.Size, line, f)
		p.at += f.step()
	}
}
