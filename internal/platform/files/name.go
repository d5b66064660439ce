package files

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// BaseName is a file's name without the folders of the machine that it comes from, of Unix
// or Windows.
func BaseName(name string) string {
	base := name[strings.LastIndexAny(name, `/\`)+1:]
	if base == "." || base == ".." {
		return ""
	}
	return base
}

// isPlain tells whether a text is UTF-8 on one line that reads as it is stored: control
// characters end lines and headers, and bidirectional ones make a name look like another.
func isPlain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
}
