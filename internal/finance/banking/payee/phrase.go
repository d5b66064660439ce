package payee

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Phrase returns the words of the payee's key as they stand together in the text of a transaction,
// in lower case. Texts of the payee can be found by it. If no word of the key stands in the text as
// it is, because of an accent or a dot, Phrase returns the part of the text without spaces that the
// first word comes from. It is "" if the key is "".
func Phrase(counterparty, description string) string {
	words := strings.Fields(Key(counterparty, description))
	texts := []string{strings.ToLower(counterparty), strings.ToLower(description)}
	for n := len(words); n > 0; n-- {
		for _, text := range texts {
			if phrase := strings.Join(words[:n], " "); hasWords(text, phrase) {
				return phrase
			}
		}
	}
	for _, text := range texts {
		for part := range strings.FieldsSeq(text) {
			if found := tokens(Fold(part)); len(words) > 0 && len(found) > 0 && strings.HasPrefix(found[0], words[0]) {
				return part
			}
		}
	}
	return ""
}

// hasWords reports whether a phrase stands in a text between other characters than letters.
func hasWords(text, phrase string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], phrase)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(phrase):])
		if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
			return true
		}
		from = at + 1
	}
}
