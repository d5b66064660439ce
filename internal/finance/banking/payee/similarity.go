package payee

import (
	"slices"
	"strings"
)

// prefixSimilarity is the least similarity of two keys of which one begins the other, and so may be
// the same name, cut by a bank or followed by a place.
const prefixSimilarity = 70

// minCutLetters is the least number of letters of a word that a bank cut off.
const minCutLetters = 2

// sameSimilarity is the similarity of equal keys.
const sameSimilarity = 100

// compareKeys returns the similarity of the words of two keys that have the first word in common,
// in percent.
func compareKeys(a, b []string) int64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	common := 0
	for common < len(a) && a[common] == b[common] {
		common++
	}
	switch {
	case common == len(b):
		return sameSimilarity
	case common == len(a), common == len(a)-1 && isCut(a[common], b[common]):
		return prefixSimilarity + 10*int64(common) // at most two of the three words of a key
	}
	return 25 + 15*int64(common)
}

// isCut reports whether one of two words is the beginning of the other.
func isCut(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= minCutLetters && strings.HasPrefix(b, a)
}

// NamesPayee reports whether a key names a payee, and not only a kind of payment, such as `check`.
func NamesPayee(key string) bool {
	for word := range strings.FieldsSeq(key) {
		if !noise[word] {
			return true
		}
	}
	return false
}

// ShorterKeys returns the keys that begin a key and are shorter by whole words. Banks cut names.
func ShorterKeys(key string) (shorter []string) {
	for at := strings.LastIndexByte(key, ' '); at > 0; at = strings.LastIndexByte(key[:at], ' ') {
		shorter = append(shorter, key[:at])
	}
	return shorter
}

// Alike returns the payees whose decisions a History needs to score a transaction of a payee: the
// payee, those that begin it, and the MaxAlike before and after it that begin with the same word.
// Payees that continue its name follow it directly. The payees must be sorted.
func Alike(key string, payees []string) (alike []string) {
	at, found := slices.BinarySearch(payees, key)
	after := at
	if found {
		alike, after = append(alike, key), at+1
	}
	hasFirstWord := func(i int) bool { return FirstWord(payees[i]) == FirstWord(key) }
	for i := at - 1; i >= max(at-MaxAlike, 0) && hasFirstWord(i); i-- {
		alike = append(alike, payees[i])
	}
	for i := after; i < min(after+MaxAlike, len(payees)) && hasFirstWord(i); i++ {
		alike = append(alike, payees[i])
	}
	for _, shorter := range ShorterKeys(key) {
		if _, decided := slices.BinarySearch(payees, shorter); decided && !slices.Contains(alike, shorter) {
			alike = append(alike, shorter)
		}
	}
	return alike
}
