package sheet

import (
	"strings"
	"unicode"
)

// CleanText makes a value fit to store and to show: it turns line breaks and tabs into spaces, and
// removes control characters, and white space at both ends. It keeps repeated spaces inside,
// because they are part of the evidence.
func CleanText(value string) string {
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

// Excerpt returns a value cut to 100 characters, for an error message.
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

// IsDigits reports whether text has ASCII digits only.
func IsDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }
