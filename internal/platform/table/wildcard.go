package table

import (
	"fmt"
	"strings"
)

// wildcard is a value of `=` or `!=` with an asterisk at its beginning or end, which stands for any
// text (AIP-160).
type wildcard struct {
	text       string
	start, end bool
}

// parseWildcard returns the wildcard that a literal means, and false for plain text. An asterisk
// that is meant as such is written `\*`.
func parseWildcard(literal string) (w wildcard, ok bool, err error) {
	const escaped = "\x00" // no text contains it
	if strings.Contains(literal, escaped) {
		return wildcard{text: literal}, false, nil
	}
	text := strings.ReplaceAll(literal, `\*`, escaped)
	w.text, w.start = strings.CutPrefix(text, "*")
	w.text, w.end = strings.CutSuffix(w.text, "*")
	if strings.Contains(w.text, "*") {
		return w, false, fmt.Errorf(`may have * only at the beginning or the end; write \* for an asterisk`)
	}
	w.text = strings.ReplaceAll(w.text, escaped, "*")
	return w, w.start || w.end, nil
}

// condition returns the SQL that a column has a value of the wildcard. value is the SQL of its
// text.
func (w wildcard) condition(column, value string) string {
	switch {
	case w.start && w.end:
		return fmt.Sprintf("strpos(%s, %s) > 0", column, value)
	case w.start:
		return fmt.Sprintf("right(%s, char_length(%[2]s)) = %[2]s", column, value)
	}
	return fmt.Sprintf("starts_with(%s, %s)", column, value)
}
