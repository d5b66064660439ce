package letter

import (
	"fmt"
	"strings"

	"backoffice/internal/platform/paper/linebreak"
	"backoffice/internal/platform/paper/pdf"
)

// printHead prints everything above the introduction of the first page.
func (p *printer) printHead() {
	p.printSender()
	bottom := max(p.printRecipient(), p.printFacts())
	p.page.Decorate(func() {
		for _, fold := range p.sheet.folds {
			p.page.Rule(4*mm, 8*mm, fold, 0.4, light)
		}
	})
	p.at = max(p.sheet.body, bottom+sectionGap)
	p.printTitle()
}

// printSender prints the logo or the name at the left, and address and contact at the right.
func (p *printer) printSender() {
	name := face{linebreak.Style{Bold: true, Size: nameSize}, black}
	block := p.Root().Add("P")
	if logo := p.Sender.Logo; logo != nil {
		size := logo.Bounds().Size()
		scale := min(logoHeight/float64(size.Y), logoWidth/float64(size.X))
		p.page.Decorate(func() {
			p.page.Image(logo, p.sheet.left, p.sheet.top, scale*float64(size.X), scale*float64(size.Y))
		})
	} else {
		room := p.sheet.info - p.sheet.left - 12
		p.page.Tag(block, func() {
			for _, line := range p.wrap(p.Sender.Name, name, room) {
				p.write(p.sheet.left, p.at+name.Size, line, name)
				p.at += name.step()
			}
		})
	}
	p.at = p.sheet.top
	bold := face{linebreak.Style{Bold: true, Size: smallSize}, black}
	room := p.end() - p.sheet.info
	p.page.Tag(p.Root().Add("P"), func() {
		if p.Sender.Logo != nil {
			p.writeLines(p.sheet.info, p.wrap(p.Sender.Name, bold, room), bold)
		}
		for _, line := range append(append([]string{}, p.Sender.Address...), p.Sender.Contact...) {
			p.writeLines(p.sheet.info, p.wrap(line, small, room), small)
		}
	})
}

// printRecipient prints the address in the window, and returns its lower edge.
func (p *printer) printRecipient() float64 {
	if p.sheet.senderLine && len(p.Sender.Address) > 0 {
		f := face{linebreak.Style{Size: senderSize}, gray}
		text := strings.Join(append([]string{p.Sender.Name}, p.Sender.Address...), " · ")
		p.page.Tag(p.Root().Add("P"), func() {
			p.write(p.sheet.left, p.sheet.window-2.5*mm, p.Truncate(text, f.Style, p.sheet.windowWidth), f)
		})
		p.page.Decorate(func() {
			p.page.Rule(p.sheet.left, p.sheet.left+p.sheet.windowWidth, p.sheet.window-1.5*mm, 0.3, light)
		})
	}
	p.at = p.sheet.window
	f := face{linebreak.Style{Size: 10}, black}
	p.page.Tag(p.Root().Add("P"), func() {
		for _, line := range p.Recipient {
			p.writeLines(p.sheet.left, p.wrap(line, f, p.sheet.windowWidth), f)
		}
	})
	return p.at
}

// printFacts prints the facts at the right, and returns their lower edge. A value that does not fit
// beside its label stands below it.
func (p *printer) printFacts() float64 {
	table := p.Root().Add("Table")
	p.at = p.sheet.infoTop
	p.writeFacts(table, p.Facts, p.sheet.info, p.end()-p.sheet.info)
	return p.at
}

// writeFacts writes labels and values in two columns.
func (p *printer) writeFacts(table *pdf.Element, facts []Fact, x, width float64) {
	room := 0.0
	for _, f := range facts {
		room = max(room, p.Measure(f.Label, small.Style))
	}
	room = min(room, width*0.5) + 8
	for _, f := range facts {
		row, top := table.Add("TR"), p.at
		p.page.Tag(row.AddRowHeader(), func() {
			p.at++
			p.writeLines(x, p.wrap(f.Label, small, room-8), small)
		})
		low := p.at
		p.at = top
		p.page.Tag(row.Add("TD"), func() { p.writeLines(x+room, p.wrap(f.Value, plain, width-room), plain) })
		p.at = max(p.at, low) + 1
	}
}

// printTitle prints the title, and the stamp at the right.
func (p *printer) printTitle() {
	f := face{linebreak.Style{Bold: true, Size: titleSize}, black}
	stamp := face{f.Style, red}
	room := p.room()
	if p.Stamp != "" {
		width := p.Measure(p.Stamp, stamp.Style)
		p.page.Tag(p.Root().Add("P"), func() { p.writeEnd(p.end(), p.at+f.Size, p.Stamp, stamp) })
		room -= width + 12
	}
	p.page.Tag(p.Root().Add("H1"), func() { p.writeLines(p.sheet.left, p.wrap(p.Title, f, room), f) })
	p.at += 8
}

// printRunningHead prints sender and title at the top of a later page.
func (p *printer) printRunningHead() {
	room, stamp := p.room(), face{label.Style, red}
	if p.Stamp != "" {
		p.writeEnd(p.end(), p.at+smallSize, p.Stamp, stamp)
		room -= p.Measure(p.Stamp, stamp.Style) + 12
	}
	p.write(p.sheet.left, p.at+smallSize, p.Truncate(p.Sender.Name+" · "+p.Title, small.Style, room), small)
	p.at += small.step() + 12
}

// footerFace is the face of the footer.
var footerFace = face{linebreak.Style{Size: 7}, gray}

// measureFooter breaks the columns of the footer into lines.
func (p *printer) measureFooter() {
	height := footerFace.step()
	for _, column := range p.Sender.Footer {
		var lines []string
		for _, line := range column {
			lines = append(lines, p.wrap(line, footerFace, p.footerWidth()-8)...)
		}
		p.footer = append(p.footer, lines)
		height = max(height, float64(len(lines))*footerFace.step())
	}
	p.footerHeight = height + 8
}

// footerWidth returns the width of a column of the footer.
func (p *printer) footerWidth() float64 {
	return (p.room() - 52) / float64(max(1, len(p.Sender.Footer)))
}

// printFooters prints the footer of each page, once the number of pages is known.
func (p *printer) printFooters() {
	for i, page := range p.pages {
		p.page = page
		top := p.sheet.height - p.sheet.bottom - p.footerHeight
		page.Decorate(func() {
			page.Rule(p.sheet.left, p.end(), top, 0.4, light)
			for n, lines := range p.footer {
				p.at = top + 6
				p.writeLines(p.sheet.left+float64(n)*p.footerWidth(), lines, footerFace)
			}
			number := fmt.Sprintf(words(p.Language).page, i+1, len(p.pages))
			p.writeEnd(p.end(), top+6+footerFace.Size, number, footerFace)
		})
	}
}
