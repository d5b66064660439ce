package bankfile

import (
	"context"
	"fmt"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/sheet"
)

// Limits on markup. Real files stay far below them: a field has at most 390 characters, and
// elements are nested at most nine deep.
const (
	maxDepth       = 64
	maxElements    = 10 * statement.MaxLines
	maxTagBytes    = 1024
	maxNameBytes   = 64
	maxValueBytes  = 16 << 10
	maxEntityBytes = 10
)

// element is a tag with its content. Elements are stored in file order: those inside element i have
// the indexes from i+1 up to its end. This suffices to walk the tree, and an element takes 48
// bytes.
type element struct {
	name  string // upper case
	value string // "" for an empty element and one that contains elements
	line  int    // line number in the file, from 1
	end   int    // index after its last descendant
}

// treeBuilder nests elements. In SGML a field need not be closed, so an open tag without text may
// be an empty field or a container. If its own closing tag comes, it contains the elements in
// between. If the closing tag of its parent comes first, it is an empty field, and the elements
// after it are its siblings. Only tags for which isContainer returns true must be closed. If such a
// tag is not closed, the file has lost a part.
type treeBuilder struct {
	isContainer func(name string) bool
	elements    []element
	open        []int  // indexes of the open elements
	expectsText bool   // the last token was an open tag, so text may follow
	lastField   string // name of the last element with text, whose closing tag may follow
}

// parseMarkup parses SGML or XML. From start on, the text must be one element and white space.
func parseMarkup(
	ctx context.Context, text string, start int, isContainer func(name string) bool,
) ([]element, error) {
	s := scanner{text: text, line: 1}
	s.advance(start)
	b := treeBuilder{isContainer: isContainer}
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
		return fmt.Errorf("%w: content follows after the end, in line %d", statement.ErrCorrupt, t.line)
	case len(b.elements) == maxElements:
		return fmt.Errorf("%w: more than %d elements", statement.ErrLimit, maxElements)
	case len(b.open) == maxDepth:
		return fmt.Errorf("%w: elements are nested more than %d deep, in line %d", statement.ErrLimit, maxDepth, t.line)
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
		return fmt.Errorf("%w: stray text in line %d: %q", statement.ErrCorrupt, t.line, sheet.Excerpt(t.text))
	}
	i := b.open[len(b.open)-1]
	if b.isContainer(b.elements[i].name) {
		return fmt.Errorf("%w: text in the place of elements, in line %d: %q",
			statement.ErrCorrupt, t.line, sheet.Excerpt(t.text))
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
			return fmt.Errorf("%w: </%s> in line %d has no opening tag", statement.ErrCorrupt, t.text, t.line)
		}
		return nil // a field whose text ended early at characters that looked like a tag
	}
	for _, i := range b.open[depth+1:] {
		if unclosed := b.elements[i]; b.isContainer(unclosed.name) {
			return fmt.Errorf("%w: <%s> of line %d is not closed before </%s> in line %d",
				statement.ErrCorrupt, unclosed.name, unclosed.line, t.text, t.line)
		}
	}
	b.elements[b.open[depth]].end = len(b.elements)
	b.open = b.open[:depth]
	return nil
}

// depthOf returns the index in open of the innermost element with the name, or -1.
func (b *treeBuilder) depthOf(name string) int {
	for depth := len(b.open) - 1; depth >= 0; depth-- {
		if b.elements[b.open[depth]].name == name {
			return depth
		}
	}
	return -1
}

// isComplete reports whether the outermost element has been closed.
func (b *treeBuilder) isComplete() bool {
	return len(b.elements) > 0 && len(b.open) == 0
}

// finish refuses markup that ends before the outermost element is closed.
func (b *treeBuilder) finish() error {
	if len(b.elements) == 0 {
		return fmt.Errorf("%w: it contains no element", statement.ErrCorrupt)
	}
	if !b.isComplete() {
		last := b.elements[b.open[len(b.open)-1]]
		return fmt.Errorf("%w: it ends within <%s> of line %d", statement.ErrCorrupt, last.name, last.line)
	}
	return nil
}

// children returns the indexes of the elements directly inside element i.
func children(elements []element, i int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for j := i + 1; j < elements[i].end; j = elements[j].end {
			if !yield(j) {
				return
			}
		}
	}
}

// findChild returns the index of the first element with the name directly inside element i, or -1.
func findChild(elements []element, i int, name string) int {
	for j := range children(elements, i) {
		if elements[j].name == name {
			return j
		}
	}
	return -1
}

// childText returns the cleaned text of the first field with the name directly inside element i, or
// "".
func childText(elements []element, i int, name string) string {
	if j := findChild(elements, i, name); j >= 0 {
		return sheet.CleanText(elements[j].value)
	}
	return ""
}

// isBlank reports whether text is only white space.
func isBlank(text string) bool { return strings.Trim(text, whiteSpace) == "" }
