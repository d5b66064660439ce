package banking

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed consumer_merchants.txt
var consumerMerchants string

// merchant is a kind of merchant at which people mostly spend for themselves, and what
// names of its merchants contain.
type merchant struct {
	kind  string
	names []string
}

var merchants = readMerchants(consumerMerchants)

// readMerchants reads a kind a line, with its names.
func readMerchants(text string) (all []merchant) {
	for line := range strings.Lines(text) {
		kind, names, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found || strings.HasPrefix(kind, "#") {
			continue
		}
		m := merchant{kind: kind}
		for name := range strings.SplitSeq(names, "|") {
			m.names = append(m.names, strings.TrimSpace(name))
		}
		all = append(all, m)
	}
	return all
}

// consumerMerchant finds a known merchant in what a bank wrote, in small letters: its kind,
// and the name that stands there first.
func consumerMerchant(written string) (kind, name string) {
	for _, m := range merchants {
		first := len(written)
		for _, n := range m.names {
			if at := wordsAt(written, n); at >= 0 && at < first {
				first, name = at, n
			}
		}
		if name != "" {
			return m.kind, name
		}
	}
	return "", ""
}

// wordsAt is where words stand in a text by themselves and not as a part of longer ones; -1
// if they do not.
func wordsAt(text, words string) int {
	for from := 0; ; {
		at := strings.Index(text[from:], words)
		if at < 0 {
			return -1
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(words):])
		if !ofWord(before) && !ofWord(after) {
			return at
		}
		_, wide := utf8.DecodeRuneInString(text[at:])
		from = at + wide
	}
}

func ofWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
