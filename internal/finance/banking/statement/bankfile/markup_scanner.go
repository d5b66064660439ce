package bankfile

import (
	"fmt"
	"strings"

	"backoffice/internal/finance/banking/statement"
)

// tokenKind is the kind of a token.
type tokenKind int

const (
	endOfText tokenKind = iota
	openTag
	closeTag
	textRun
)

// token is a tag, or text that is not only white space.
type token struct {
	kind  tokenKind
	text  string // the tag's name in upper case, or the text with its entities resolved
	line  int    // line where it begins, from 1
	empty bool   // the tag is self-closing
}

// scanner splits markup into tokens. It reads each byte a bounded number of times. It resolves only
// predefined entities and refuses declarations, so no text can expand.
type scanner struct {
	text string
	pos  int
	line int
}

// next returns the next token. It skips white space, comments and processing instructions.
func (s *scanner) next() (token, error) {
	for s.pos < len(s.text) {
		if tag, rest, ok := cutTag(s.text[s.pos:]); ok {
			t := token{line: s.line}
			s.advance(len(s.text) - s.pos - len(rest))
			return readTag(t, tag)
		}
		if isInstruction(s.text[s.pos:]) {
			if err := s.skipPast("?>"); err != nil {
				return token{}, err
			}
			continue
		}
		t, err := s.readText()
		if err != nil || !isBlank(t.text) {
			return t, err
		}
	}
	return token{kind: endOfText, line: s.line}, nil
}

// readText reads text up to the next tag. It joins plain text, CDATA sections, and characters that
// only look like markup.
func (s *scanner) readText() (token, error) {
	t := token{kind: textRun, line: s.line}
	var pieces strings.Builder
	for first := true; s.pos < len(s.text); first = false {
		rest := s.text[s.pos:]
		if !first && startsMarkup(rest) {
			break
		}
		piece, err := s.readPiece()
		if err != nil {
			return t, err
		}
		if isBlank(piece) && pieces.Len() == 0 {
			t.line = s.line
			continue
		}
		if pieces.Len()+len(piece) > maxValueBytes {
			return t, fmt.Errorf("%w: more than %d bytes of text in line %d", statement.ErrLimit, maxValueBytes, t.line)
		}
		pieces.WriteString(piece)
	}
	t.text = strings.Trim(pieces.String(), whiteSpace)
	return t, nil
}

// readPiece reads a piece of text: a comment, a CDATA section or characters up to the next "<". It
// advances by at least one byte.
func (s *scanner) readPiece() (string, error) {
	rest := s.text[s.pos:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		return "", s.skipPast("-->")
	case strings.HasPrefix(rest, cdata):
		begin := s.pos + len(cdata)
		if err := s.skipPast("]]>"); err != nil {
			return "", err
		}
		return s.text[begin : s.pos-len("]]>")], nil
	case strings.HasPrefix(rest, "<!") && len(rest) > 2 && isLetter(rest[2]):
		return "", fmt.Errorf("%w: a markup declaration in line %d", statement.ErrUnsupported, s.line)
	}
	length := strings.IndexByte(rest[1:], '<') + 1
	if length == 0 {
		length = len(rest)
	}
	s.advance(length)
	return resolveEntities(rest[:length]), nil
}

const cdata = "<![CDATA["

// skipPast advances past the next end mark. It refuses markup without one.
func (s *scanner) skipPast(end string) error {
	length := strings.Index(s.text[s.pos:], end)
	if length < 0 {
		return fmt.Errorf("%w: markup that begins in line %d is not closed with %s", statement.ErrCorrupt, s.line, end)
	}
	s.advance(length + len(end))
	return nil
}

func (s *scanner) advance(length int) {
	s.line += strings.Count(s.text[s.pos:s.pos+length], "\n")
	s.pos += length
}

func startsMarkup(text string) bool {
	_, _, ok := cutTag(text)
	return ok || isInstruction(text)
}

// isInstruction reports whether text begins with a processing instruction, such as <?xml …?>.
func isInstruction(text string) bool {
	return len(text) > 2 && text[:2] == "<?" && isLetter(text[2])
}

// cutTag splits text after the tag at its beginning. The tag is returned without < and >. If
// another < comes before the next >, the first < is plain text ("A < B").
func cutTag(text string) (tag, rest string, ok bool) {
	if len(text) < 3 || text[0] != '<' || !(isLetter(text[1]) || text[1] == '/' && isLetter(text[2])) {
		return "", "", false
	}
	end := strings.IndexAny(text[1:min(len(text), maxTagBytes)], "<>")
	if end < 0 || text[1+end] == '<' {
		return "", "", false
	}
	return text[1 : 1+end], text[1+end+1:], true
}

// readTag completes the token of a tag. It ignores attributes, which contain nothing needed.
func readTag(t token, tag string) (token, error) {
	t.kind = openTag
	name, closes := strings.CutPrefix(tag, "/")
	if closes {
		t.kind = closeTag
	} else {
		name, t.empty = strings.CutSuffix(name, "/")
	}
	if end := strings.IndexAny(name, " \t\n"); end >= 0 {
		name = name[:end]
	}
	if len(name) > maxNameBytes {
		return t, fmt.Errorf("%w: a tag name of more than %d bytes in line %d", statement.ErrLimit, maxNameBytes, t.line)
	}
	t.text = strings.ToUpper(name)
	return t, nil
}

func isLetter(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
