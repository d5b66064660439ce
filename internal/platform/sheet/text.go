package sheet

import (
	"strings"
	"unicode"
)

// Clean makes a value fit to be stored and shown: one line, no control characters, no blanks at the ends. Blanks inside
// stay as they are, because they are evidence.
func Clean(value string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, value))
}

// Excerpt is the beginning of a value, short enough for a message.
func Excerpt(value string) string {
	const longest = 100
	n := 0
	for i := range value {
		if n++; n > longest {
			return value[:i] + "…"
		}
	}
	return value
}
