package files

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// BaseName returns the last element of a Unix or Windows path. It returns "" for "." and "..".
func BaseName(name string) string {
	base := name[strings.LastIndexAny(name, `/\`)+1:]
	if base == "." || base == ".." {
		return ""
	}
	return base
}

// isPlainLine reports whether text is valid UTF-8 without control characters, which could end a
// line or a header, and without bidirectional controls, which make a name look like another one.
func isPlainLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
}
