package letter

import (
	qrcode "github.com/skip2/go-qrcode"

	"backoffice/internal/platform/paper/pdf"
)

// codeSize is the width of a QR code with its quiet zone, in points.
const codeSize = 88.0

// printPayment prints how to pay, in one piece: the text and the facts at the left, the code at the
// right.
func (p *printer) printPayment() {
	if p.Payment.isEmpty() {
		return
	}
	room := p.room()
	var modules [][]bool
	if p.Payment.Code != "" {
		if modules = codeModules(p.Payment.Code); modules != nil {
			room -= codeSize + 20
		}
	}
	text := p.wrap(p.Payment.Text, plain, room)
	height := (float64(len(text)+len(p.Payment.Facts)))*(plain.step()+1) + 2*plain.step()
	if modules != nil {
		height = max(height, codeSize+24)
	}
	p.reserve(height)
	top := p.at
	if p.Payment.Heading != "" {
		p.page.Tag(p.Root().Add("H2"), func() { p.writeLines(p.sheet.left, []string{p.Payment.Heading}, strong) })
		p.at += 2
	}
	if len(text) > 0 {
		p.page.Tag(p.Root().Add("P"), func() { p.writeLines(p.sheet.left, text, plain) })
		p.at += 3
	}
	if len(p.Payment.Facts) > 0 {
		p.writeFacts(p.Root().Add("Table"), p.Payment.Facts, p.sheet.left, room)
	}
	if modules != nil {
		bottom := p.printCode(modules, p.end()-codeSize, top)
		p.at = max(p.at, bottom)
	}
	p.at += sectionGap
}

// printCode draws a QR code with its label below it, and returns its lower edge.
func (p *printer) printCode(modules [][]bool, x, y float64) float64 {
	const quiet = 4 // modules around the code (ISO 18004, 5.3.8)
	side := codeSize / float64(len(modules)+2*quiet)
	p.page.Tag(p.Root().AddFigure(p.Payment.CodeLabel), func() {
		for row, line := range modules {
			for start := 0; start < len(line); start++ {
				end := start
				for end < len(line) && line[end] {
					end++
				}
				if end > start {
					p.page.Fill(x+float64(start+quiet)*side, y+float64(row+quiet)*side,
						float64(end-start)*side, side, pdf.Color{})
					start = end
				}
			}
		}
	})
	bottom := y + codeSize
	p.page.Tag(p.Root().Add("Caption"), func() {
		width := p.Measure(p.Payment.CodeLabel, small.Style)
		p.write(x+(codeSize-width)/2, bottom+small.Size-4, p.Payment.CodeLabel, small)
	})
	return bottom + small.step()
}

// codeModules returns the dark modules of a QR code with error correction M, without its quiet
// zone. It returns nil if the content is too long.
func codeModules(content string) [][]bool {
	code, err := qrcode.New(content, qrcode.Medium)
	if err != nil {
		return nil
	}
	code.DisableBorder = true
	return code.Bitmap()
}
