package personal

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed merchants.txt
var merchantText string

//go:embed words.txt
var kindText string

//go:embed business_words.txt
var businessText string

var (
	// merchants are known merchants, and kinds generic words for them.
	merchants = readKinds(merchantText)
	kinds     = readKinds(kindText)
	// businessWords indicate a business purpose.
	businessWords = readWords(businessText)
	// cashWords are words that banks write for a cash withdrawal.
	cashWords = readWords("atm cash withdrawal withdrwl bargeld geldautomat dab cajero bancomat geldautomaat prelievo")
	// companyForms are legal forms of companies that trade with companies more than with people.
	companyForms = readWords("ltd limited llp llc inc plc gmbh kg ohg bv nv sas sarl srl sl sau corp")
)

// kind is a kind of merchant with the names that identify its merchants.
type kind struct {
	kind  string
	names []string
	// shared is true if offices buy from it too.
	shared bool
}

// match is a name that was found in a text.
type match struct {
	kind, name string
	shared     bool
}

// readKinds parses lines of the form "kind: name | name", with a question mark after a shared kind.
// It skips comments.
func readKinds(text string) (all []kind) {
	for line := range strings.Lines(text) {
		head, names, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found || strings.HasPrefix(head, "#") {
			continue
		}
		k := kind{kind: strings.TrimSuffix(head, "?"), shared: strings.HasSuffix(head, "?")}
		for name := range strings.SplitSeq(names, "|") {
			k.names = append(k.names, strings.TrimSpace(name))
		}
		all = append(all, k)
	}
	return all
}

// readWords returns the words of a text. It skips comments.
func readWords(text string) (all []string) {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			all = append(all, strings.Fields(line)...)
		}
	}
	return all
}

// find returns the first name of a kind in a folded text. Kinds that are not shared come first. If
// the text has several names of a kind, it returns the leftmost.
func find(kinds []kind, text string) (found match, ok bool) {
	for _, shared := range []bool{false, true} {
		for _, k := range kinds {
			if k.shared != shared {
				continue
			}
			first := len(text)
			for _, n := range k.names {
				if at := indexWords(text, n); at >= 0 && at < first {
					first, found, ok = at, match{k.kind, n, k.shared}, true
				}
			}
			if ok {
				return found, true
			}
		}
	}
	return match{}, false
}

// businessWord returns the first of the words that indicates a business purpose, or the letters
// before the number of an invoice, or "".
func businessWord(words []string) string {
	if word := containsAny(words, businessWords); word != "" {
		return word
	}
	for i, word := range words[:max(len(words)-1, 0)] {
		if (word == "re" || word == "rg") && strings.ContainsFunc(words[i+1], unicode.IsNumber) {
			return word
		}
	}
	return ""
}

// containsAny returns the first of the words that is in a list, or "".
func containsAny(words, list []string) string {
	for _, word := range words {
		if slices.Contains(list, word) {
			return word
		}
	}
	return ""
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
