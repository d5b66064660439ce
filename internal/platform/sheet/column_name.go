package sheet

import (
	"strings"
	"unicode"
)

// NormalizeName normalizes a column's name for a lookup in a list of known names. It keeps only
// letters and digits, in lower case and without accents.
func NormalizeName(name string) string {
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

// accents maps letters with an accent to the plain letter.
var accents = map[rune]rune{
	'ä': 'a', 'ö': 'o', 'ü': 'u', 'é': 'e', 'è': 'e', 'ê': 'e', 'à': 'a', 'â': 'a', 'á': 'a',
	'í': 'i', 'ó': 'o', 'ú': 'u', 'ñ': 'n', 'ç': 'c', 'ô': 'o', 'î': 'i', 'û': 'u', 'ù': 'u', 'ë': 'e', 'ï': 'i',
	'ì': 'i', 'ò': 'o', 'ã': 'a', 'õ': 'o', 'å': 'a', 'ø': 'o', 'ý': 'y',
}
