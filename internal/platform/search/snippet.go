package search

import (
	"strings"
	"unicode"

	"backoffice/internal/platform/searchindex/words"
)

// The lengths of a snippet in characters: at most of the whole, and of what precedes the first word
// found.
const (
	snippetLength = 160
	snippetBefore = 40
)

// snippet returns a text, or the part of it around the first of the terms. Runs of white space
// become single spaces.
func snippet(text string, terms []words.Term) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= snippetLength {
		return string(runes)
	}
	start := max(0, firstMatch(runes, terms)-snippetBefore)
	for start > 0 && start < len(runes)-1 && !unicode.IsSpace(runes[start-1]) && isSpaced(runes[start:]) {
		start++
	}
	start = min(start, len(runes)-1)
	end := min(len(runes), start+snippetLength)
	out := strings.TrimSpace(string(runes[start:end]))
	if start > 0 {
		out = "…" + out
	}
	if end < len(runes) {
		out += "…"
	}
	return out
}

// isSpaced reports whether the text soon has a space, at which it can begin.
func isSpaced(runes []rune) bool {
	for _, r := range runes[:min(len(runes), snippetBefore)] {
		if unicode.IsSpace(r) {
			return true
		}
	}
	return false
}

// firstMatch returns the place of the first part of a text, between spaces, that contains one of
// the terms. In a long part, as in scripts without spaces, it returns the place of a piece.
func firstMatch(runes []rune, terms []words.Term) int {
	for start := 0; start < len(runes); {
		end := start
		for end < len(runes) && !unicode.IsSpace(runes[end]) && end-start < snippetBefore {
			end++
		}
		// A piece overlaps the next one by a character, so that no pair of characters is missed.
		if words.CountMatches(terms, words.Split(string(runes[start:min(end+1, len(runes))]))) > 0 {
			return start
		}
		start = max(end, start+1)
	}
	return 0
}
