package sheet

import (
	"strings"
	"unicode"
)

// PlainName spells a column's name as lists of names do: small letters and digits, without
// accents, blanks and signs.
func PlainName(name string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if plain, ok := accents[r]; ok {
			return plain
		}
		if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, name)
}

var accents = map[rune]rune{'ä': 'a', 'ö': 'o', 'ü': 'u', 'é': 'e', 'è': 'e', 'ê': 'e', 'à': 'a', 'â': 'a', 'á': 'a', 'í': 'i', 'ó': 'o', 'ú': 'u', 'ñ': 'n', 'ç': 'c', 'ô': 'o', 'î': 'i'}
