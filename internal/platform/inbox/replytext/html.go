package replytext

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// FromHTML returns the new text of an HTML reply.
func FromHTML(source string) string { return FromText(convert(source, true)) }

// ToText returns HTML as plain text. Scripts, styles and everything that is loaded are left out.
func ToText(source string) string { return trimLines(strings.Split(convert(source, false), "\n")) }

// converter writes the text of HTML. It reads tokens rather than a tree, so that nesting costs
// nothing.
type converter struct {
	out strings.Builder
	// skipped is the number of open elements whose content is not shown, and quotes that of open
	// quotes of earlier messages.
	skipped, quotes int
	// preformatted is the number of open elements that keep white space.
	preformatted int
	newReply     bool
	link         string
	linkAt       int
}

// maxQuoteDepth limits the marks at the beginning of a quoted line.
const maxQuoteDepth = 5

func convert(source string, newReply bool) string {
	c := converter{newReply: newReply}
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return c.out.String()
		case html.TextToken:
			c.text(string(z.Text()))
		case html.StartTagToken:
			if t := z.Token(); c.begin(t) {
				return c.out.String()
			}
		case html.SelfClosingTagToken:
			if t := z.Token(); t.DataAtom == atom.Br || t.DataAtom == atom.Hr {
				c.begin(t)
			}
		case html.EndTagToken:
			c.end(z.Token().DataAtom)
		}
	}
}

// hidden are the elements whose content is not shown.
var hidden = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Head: true, atom.Title: true, atom.Template: true,
	atom.Noscript: true, atom.Object: true, atom.Iframe: true, atom.Textarea: true, atom.Select: true,
}

// blocks are the elements that begin on a new line. Those with true have an empty line before.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: false, atom.Tr: false, atom.Ul: false, atom.Ol: false, atom.Table: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Section: false, atom.Article: false, atom.Header: false, atom.Footer: false, atom.Address: false,
	atom.Dt: false, atom.Dd: false, atom.Pre: true, atom.Blockquote: true, atom.Center: false,
}

// begin handles the start of an element. end is true if everything from it on is an earlier
// message.
func (c *converter) begin(t html.Token) (end bool) {
	if c.newReply && c.skipped == 0 && beginsQuote(t) {
		return true
	}
	switch {
	case hidden[t.DataAtom]:
		c.skipped++
		return false
	case t.DataAtom == atom.Body:
		c.skipped = 0 // also if the head was not closed
		return false
	case t.DataAtom == atom.Br:
		c.newline()
		return false
	case t.DataAtom == atom.Hr:
		c.paragraph()
		return false
	case t.DataAtom == atom.Li:
		c.block(false)
		c.write("- ")
		return false
	case t.DataAtom == atom.Td || t.DataAtom == atom.Th:
		c.text(" ")
		return false
	case t.DataAtom == atom.A:
		c.link, c.linkAt = attribute(t, "href"), c.out.Len()
		return false
	}
	if spaced, isBlock := blocks[t.DataAtom]; isBlock {
		c.block(spaced)
	}
	switch t.DataAtom {
	case atom.Blockquote:
		c.quotes++
	case atom.Pre:
		c.preformatted++
	}
	return false
}

// end handles the end of an element.
func (c *converter) end(element atom.Atom) {
	switch {
	case hidden[element]:
		c.skipped = max(0, c.skipped-1)
	case element == atom.A:
		c.endLink()
	case element == atom.Blockquote:
		c.block(true)
		c.quotes = max(0, c.quotes-1)
	case element == atom.Pre:
		c.preformatted = max(0, c.preformatted-1)
		c.block(true)
	default:
		if spaced, isBlock := blocks[element]; isBlock {
			c.block(spaced)
		}
	}
}

// endLink adds the address of a link unless its text shows it.
func (c *converter) endLink() {
	text := ""
	if c.linkAt <= c.out.Len() {
		text = c.out.String()[c.linkAt:]
	}
	isWeb := strings.HasPrefix(c.link, "https://") || strings.HasPrefix(c.link, "http://")
	if isWeb && len(c.link) <= 500 && c.isShown() && strings.TrimSpace(text) != "" &&
		!strings.Contains(strings.TrimSuffix(c.link, "/"), strings.TrimSuffix(strings.TrimSpace(text), "/")) {
		c.write(" (" + c.link + ")")
	}
	c.link = ""
}

// isShown reports whether text at this place is shown.
func (c *converter) isShown() bool { return c.skipped == 0 && (c.quotes == 0 || !c.newReply) }

var whiteSpace = regexp.MustCompile(`[ \t\r\n\f]+`)

// text adds a text.
func (c *converter) text(text string) {
	if !c.isShown() {
		return
	}
	if c.preformatted == 0 {
		text = whiteSpace.ReplaceAllString(text, " ")
		if c.atLineStart() {
			text = strings.TrimLeft(text, " ")
		}
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\u200b", ""), "\u00ad", "")
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			c.newline()
		}
		c.write(line)
	}
}

// write adds text to the line, which it begins with the marks of a quote.
func (c *converter) write(text string) {
	if text == "" || !c.isShown() {
		return
	}
	if c.atLineStart() && c.quotes > 0 {
		c.out.WriteString(strings.Repeat(">", min(c.quotes, maxQuoteDepth)) + " ")
	}
	c.out.WriteString(text)
}

func (c *converter) atLineStart() bool {
	return c.out.Len() == 0 || strings.HasSuffix(c.out.String(), "\n")
}

func (c *converter) newline() {
	if c.isShown() {
		c.out.WriteByte('\n')
	}
}

// block ends the line if it has text. spaced adds an empty line.
func (c *converter) block(spaced bool) {
	if !c.atLineStart() {
		c.newline()
	}
	if spaced {
		c.paragraph()
	}
}

// paragraph ends the line and adds an empty one unless there is one.
func (c *converter) paragraph() {
	if !c.atLineStart() {
		c.newline()
	}
	if c.out.Len() > 0 && !strings.HasSuffix(c.out.String(), "\n\n") {
		c.newline()
	}
}

// quoteMarks are the classes and identifiers with which mail programs mark an earlier message.
var quoteMarks = regexp.MustCompile(`(?:^|[\s_])(?:gmail_quote|gmail_attr|gmail_quote_container|yahoo_quoted|moz-cite-prefix|` +
	`appendonsend|divRplyFwdMsg|OutlookMessageHeader|protonmail_quote|tutanota_quote|zmail_extra|` +
	`ms-outlook-mobile-reference-message|mail-quote-collapse|WordSection-Reply|AppleMailQuote|hmquote)(?:$|\s)`)

// outlookBorder matches the line that Outlook for Windows draws above an earlier message.
var outlookBorder = regexp.MustCompile(`(?i)border:none;\s*border-top:solid #(?:E1E1E1|B5C4DF) 1\.0pt`)

// beginsQuote reports whether an element begins an earlier message, so that nothing new follows.
func beginsQuote(t html.Token) bool {
	for _, name := range []string{"class", "id", "name"} {
		if quoteMarks.MatchString(attribute(t, name)) {
			return true
		}
	}
	return t.DataAtom == atom.Div && outlookBorder.MatchString(attribute(t, "style"))
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
