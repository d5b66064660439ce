package payee

import "strings"

// prefixSimilarity is the least similarity of two keys of which one begins the other, and so may be the
// same name, cut by a bank or followed by a place.
const prefixSimilarity = 70

// minCutLetters is the least number of letters of a word that a bank cut off.
const minCutLetters = 2

// sameSimilarity is the similarity of equal keys.
const sameSimilarity = 100

// compareKeys returns the similarity of the words of two keys that have the first word in common, in
// percent.
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
		return min(prefixSimilarity+10*int64(common), sameSimilarity-5)
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

// namesPayee reports whether a key names a payee, and not only a kind of payment, such as `check`.
func namesPayee(key string) bool {
	for word := range strings.FieldsSeq(key) {
		if !noise[word] {
			return true
		}
	}
	return false
}
