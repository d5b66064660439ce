package banking

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed consumer_merchants.txt
var consumerMerchants string

// merchantKind is a kind of merchant at which people mostly spend privately, such as streaming, with
// the words that identify its merchants.
type merchantKind struct {
	kind  string
	names []string
}

var merchants = readMerchants(consumerMerchants)

// readMerchants parses lines of the form "kind: name | name". It skips comments.
func readMerchants(text string) (all []merchantKind) {
	for line := range strings.Lines(text) {
		kind, names, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found || strings.HasPrefix(kind, "#") {
			continue
		}
		m := merchantKind{kind: kind}
		for name := range strings.SplitSeq(names, "|") {
			m.names = append(m.names, strings.TrimSpace(name))
		}
		all = append(all, m)
	}
	return all
}

// findConsumerMerchant finds a known merchant in the lowercase text of a statement line. It returns the
// merchant's kind and name. If the text has several names of that kind, it returns the leftmost.
func findConsumerMerchant(written string) (kind, name string) {
	for _, m := range merchants {
		first := len(written)
		for _, n := range m.names {
			if at := indexWords(written, n); at >= 0 && at < first {
				first, name = at, n
			}
		}
		if name != "" {
			return m.kind, name
		}
	}
	return "", ""
}

// indexWords returns the index of words in text, as whole words and not as parts of longer ones,
// or -1.
func indexWords(text, words string) int {
	for from := 0; ; {
		at := strings.Index(text[from:], words)
		if at < 0 {
			return -1
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(words):])
		if !isWordRune(before) && !isWordRune(after) {
			return at
		}
		_, wide := utf8.DecodeRuneInString(text[at:])
		from = at + wide
	}
}

// isWordRune reports whether a rune is a letter or a number.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
