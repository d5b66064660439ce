package statement

import (
	"context"
	"fmt"
	"strings"

	"backoffice/internal/platform/sheet"
)

// Limits on markup. Real files stay far below: a field has at most 390 characters, an element lies at most nine deep.
const (
	maxDepth       = 64
	maxElements    = 10 * MaxLines
	maxTagBytes    = 1024
	maxNameBytes   = 64
	maxValueBytes  = 16 << 10
	maxEntityBytes = 10
)

// element is a tag and what it encloses. Elements lie in the order of the file, so that those inside element i are those
// from i+1 up to its end; nothing else is needed to walk the tree, and an element costs 48 bytes.
type element struct {
	name  string // upper case
	value string // "" if it encloses elements, or nothing
	line  int    // of the text, from 1
	end   int    // index after its last descendant
}

// treeBuilder nests elements. In SGML a field need not be closed, so an open tag without text may be an empty field or enclose
// others: that is settled by its closing tag, or by the closing tag of what it lies in, which makes it an empty field and
// leaves what followed it on its own level. Only tags for which encloses answers true must be closed; where one is not,
// the file has lost a part.
type treeBuilder struct {
	isContainer func(name string) bool
	elements []element
	open     []int  // indexes of open elements
	expectsText    bool   // the last thing read was an open tag, to which a text belongs
	lastField    string // name of the last element that got a text, whose closing tag may follow
}

// parseMarkup reads text that from start on consists of one element and blanks. It serves SGML and XML alike.
func parseMarkup(ctx context.Context, text string, start int, encloses func(name string) bool) ([]element, error) {
	s := scanner{text: text, line: 1}
	s.advance(start)
	b := treeBuilder{isContainer: encloses}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t, err := s.next()
		if err != nil {
			return nil, err
		}
		switch t.kind {
		case endOfText:
			return b.elements, b.finish()
		case openTag:
			err = b.openElement(t)
		case closeTag:
			err = b.closeElement(t)
		case textRun:
			err = b.setText(t)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (b *treeBuilder) openElement(t token) error {
	switch {
	case b.isComplete():
		return fmt.Errorf("%w: more follows after the end, in line %d", ErrDamaged, t.line)
	case len(b.elements) == maxElements:
		return fmt.Errorf("%w: more than %d elements", ErrLimit, maxElements)
	case len(b.open) == maxDepth:
		return fmt.Errorf("%w: elements nest deeper than %d, in line %d", ErrLimit, maxDepth, t.line)
	}
	i := len(b.elements)
	b.elements = append(b.elements, element{name: t.text, line: t.line, end: i + 1})
	b.lastField, b.expectsText = "", !t.empty
	if !t.empty {
		b.open = append(b.open, i)
	}
	return nil
}

func (b *treeBuilder) setText(t token) error {
	if !b.expectsText {
		return fmt.Errorf("%w: stray text in line %d: %q", ErrDamaged, t.line, sheet.Excerpt(t.text))
	}
	i := b.open[len(b.open)-1]
	if b.isContainer(b.elements[i].name) {
		return fmt.Errorf("%w: text where elements belong, in line %d: %q", ErrDamaged, t.line, sheet.Excerpt(t.text))
	}
	b.elements[i].value = t.text
	b.open = b.open[:len(b.open)-1]
	b.expectsText, b.lastField = false, b.elements[i].name
	return nil
}

func (b *treeBuilder) closeElement(t token) error {
	field := b.lastField
	b.expectsText, b.lastField = false, ""
	if t.text == field {
		return nil
	}
	depth := b.depthOf(t.text)
	if depth < 0 {
		if b.isContainer(t.text) {
			return fmt.Errorf("%w: </%s> in line %d closes nothing", ErrDamaged, t.text, t.line)
		}
		return nil // a field whose text ended early, at something that looked like a tag
	}
	for _, i := range b.open[depth+1:] {
		if unclosed := b.elements[i]; b.isContainer(unclosed.name) {
			return fmt.Errorf("%w: <%s> of line %d is not closed before </%s> in line %d",
				ErrDamaged, unclosed.name, unclosed.line, t.text, t.line)
		}
	}
	b.elements[b.open[depth]].end = len(b.elements)
	b.open = b.open[:depth]
	return nil
}

// depthOf is the place of the innermost open element of that name, or -1.
func (b *treeBuilder) depthOf(name string) int {
	for depth := len(b.open) - 1; depth >= 0; depth-- {
		if b.elements[b.open[depth]].name == name {
			return depth
		}
	}
	return -1
}

func (b *treeBuilder) isComplete() bool {
	return len(b.elements) > 0 && len(b.open) == 0
}

func (b *treeBuilder) finish() error {
	if len(b.elements) == 0 {
		return fmt.Errorf("%w: it holds no element", ErrDamaged)
	}
	if !b.isComplete() {
		last := b.elements[b.open[len(b.open)-1]]
		return fmt.Errorf("%w: it breaks off within <%s> of line %d", ErrDamaged, last.name, last.line)
	}
	return nil
}

// children lists the elements directly inside element i.
func children(elements []element, i int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for j := i + 1; j < elements[i].end; j = elements[j].end {
			if !yield(j) {
				return
			}
		}
	}
}

// findColumns is the first element of that name directly inside element i, or -1.
func findChild(elements []element, i int, name string) int {
	for j := range children(elements, i) {
		if elements[j].name == name {
			return j
		}
	}
	return -1
}

// childText is the text of the first field of that name directly inside element i, cleaned, or "".
func childText(elements []element, i int, name string) string {
	if j := findChild(elements, i, name); j >= 0 {
		return sheet.CleanText(elements[j].value)
	}
	return ""
}

// isBlank says whether a text holds nothing to read.
func isBlank(text string) bool { return strings.Trim(text, blanks) == "" }
