// Package payee recognizes the payee of a bank transaction in the text of the bank, and suggests
// from earlier decisions what a transaction is for. Banks write one payee in many ways: with
// references, dates, cities and the kind of payment around the name. Key reduces a text to the
// words that stay. A History scores the earlier decisions about the same key or a similar one. The
// package does not use the database.
package payee

import (
	"slices"
	"strings"
)

// Maximum numbers of words of a key and of letters of each. What follows the first words of a name
// is mostly a place or a purpose.
const (
	maxKeyWords    = 3
	maxWordLetters = 40
)

// Key returns the payee that a transaction's counterparty and description name: up to three
// lower-case words, such as `whole foods`. Texts of one payee mostly have the same key, whatever
// references, dates, places and kinds of payment they contain. If nothing else is left, the key is
// the kind of payment, such as `check`. It is "" if the text contains no word.
func Key(counterparty, description string) string {
	words := nameWords(counterparty)
	if len(words) == 0 || isProcessor(words) {
		if described := withoutProcessors(nameWords(payeePart(description))); len(described) > 0 {
			words = described
		}
	}
	if len(words) == 0 {
		words = allWords(counterparty + " " + description)
	}
	words = words[:min(len(words), maxKeyWords)]
	for i, word := range words {
		if letters := []rune(word); len(letters) > maxWordLetters {
			words[i] = string(letters[:maxWordLetters])
		}
	}
	return strings.Join(words, " ")
}

// nameWords returns the words of a text that belong to a name: those up to the first number after a
// word, without words that banks add, and without a place at the end.
func nameWords(text string) (words []string) {
	text = strings.ReplaceAll(Fold(text), "://", " ")
	text, _, _ = strings.Cut(text, "//") // NAME//CITY/COUNTRY of German card payments
	for _, token := range tokens(text) {
		name, numbered := cutNumber(token)
		if numbered && !noise[name] && !slices.Contains(words, name) {
			words = append(words, name)
		}
		switch {
		case len(words) > 0 && (isDomain(token) || isNumber(token)):
			return withoutPlace(words)
		case isNumber(token) && !isShortName(token), len(token) < 2, isMask(token):
		case isDomain(token):
			words = append(words, domainName(token)...)
		case !noise[token] && !slices.Contains(words, token):
			words = append(words, token)
		}
	}
	return withoutPlace(words)
}

// allWords returns the words of a text without numbers, for a text that names no payee.
func allWords(text string) (words []string) {
	for _, token := range tokens(Fold(text)) {
		if len(token) >= 2 && !isNumber(token) && !isMask(token) && !slices.Contains(words, token) {
			words = append(words, token)
		}
	}
	return words
}

// withoutPlace removes a US state, and the city before it, from the end of words. It keeps at least
// two words, since a name without a city may end with such letters too.
func withoutPlace(words []string) []string {
	last := len(words) - 1
	if last < 1 || !states[words[last]] {
		return words
	}
	if words = words[:last]; last >= 3 {
		words = words[:last-1]
		if last >= 4 && cityLeaders[words[last-2]] {
			words = words[:last-2]
		}
	}
	return words
}

// isProcessor reports whether words name only a service that collects payments for others.
func isProcessor(words []string) bool { return len(withoutProcessors(words)) == 0 }

// withoutProcessors returns the words that do not name a service that collects payments for others.
func withoutProcessors(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool { return processors[word] })
}
