// Package words splits texts and search queries into words that can be compared byte by byte. Upper
// and lower case, diacritics and the different spellings of Unicode do not count, so that "Muller"
// and "MÜLLER" are the same word. It is pure code; package searchindex stores them.
package words

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const (
	// MaxWords is the number of words of a record that are kept. The words of its first fields count
	// first.
	MaxWords = 1000
	// maxLength is the length of a word in characters; longer ones are cut.
	maxLength = 40
	// maxParts is the largest number of parts that are also kept as one word, such as the three of
	// `INV-2026-0001`.
	maxParts = 6
)

// Split returns the words of a text in order, some of them repeatedly. A code such as
// `INV-2026-0001` yields its parts and the whole without its separators; so do names such as
// "O'Brien" and "Coca-Cola". A number such as `1,234.50` also yields `1234`. Scripts without spaces
// between words, such as Chinese, yield each pair of neighboring characters, and the last character
// of a text, so that each character begins a word.
func Split(text string) (out []string) {
	for _, c := range chunksOf(Fold(text)) {
		for _, part := range c.parts {
			if isUnspaced(firstRune(part)) {
				out = append(out, pairs(part, true)...)
			} else {
				out = append(out, cut(part))
			}
		}
		if whole, ok := c.ungrouped(); ok {
			out = append(out, cut(whole[0]))
		}
		if c.isOneWord() {
			out = append(out, cut(strings.Join(c.parts, "")))
		}
	}
	return out
}

// special are letters that do not decompose into a letter and a diacritic, and their usual
// transcription.
var special = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i",
	"ħ", "h", "ŋ", "n", "ŧ", "t")

// Fold returns a text in the spelling in which words are compared: compatible characters unified
// (NFKC), case folded, and without diacritics and vowel points.
func Fold(text string) string {
	decomposed := norm.NFKD.String(strings.ToLower(cases.Fold().String(norm.NFKC.String(text))))
	bare := strings.Map(func(r rune) rune {
		if isDiacritic(r) {
			return -1
		}
		return r
	}, decomposed)
	return special.Replace(norm.NFKC.String(bare))
}

// isDiacritic reports whether a combining mark does not distinguish words: the diacritics of Latin,
// Greek and Cyrillic, and the vowel points of Hebrew and Arabic. The marks of Indic scripts and of
// Japanese do.
func isDiacritic(r rune) bool {
	switch {
	case r >= 0x0300 && r <= 0x036f, r >= 0x0591 && r <= 0x05c7, r >= 0x064b && r <= 0x065f, r == 0x0670:
		return unicode.Is(unicode.Mn, r)
	}
	return r == '\u00ad' || r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\ufeff'
}

// isUnspaced reports whether a letter belongs to a script that is written without spaces between
// words.
func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer,
		unicode.Myanmar) || r == 'ー'
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// pairs returns each pair of neighboring characters of a text, and its last character if withLast
// is true. A text of one character is returned as it is.
func pairs(text string, withLast bool) (out []string) {
	runes := []rune(text)
	for i := range len(runes) - 1 {
		out = append(out, string(runes[i:i+2]))
	}
	if withLast || len(runes) == 1 {
		out = append(out, string(runes[len(runes)-1:]))
	}
	return out
}

// cut shortens a word to maxLength.
func cut(word string) string {
	n := 0
	for i := range word {
		if n == maxLength {
			return word[:i]
		}
		n++
	}
	return word
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
