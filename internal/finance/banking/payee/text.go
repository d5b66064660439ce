package payee

import (
	_ "embed"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed noise_words.txt
var noiseText string

var (
	// noise are words that banks add to names.
	noise = readWords(noiseText)
	// processors are the words of the names of services that collect payments for others.
	processors = readWords("klarna adyen europe luxembourg cie sca scs rl")
	// cityLeaders are the first words of names of cities with two words.
	cityLeaders = readWords("san santa los las new fort el saint st port salt north south east west palm long")
	// states are the postal codes of the states of the US.
	states = readWords("al ak az ar ca co ct de fl ga hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd ne nh nj " +
		"nm nv ny oh ok or pa ri sc sd tn tx ut va vt wa wi wv wy dc")
	// domains are the ends of web addresses.
	domains = []string{
		".com", ".net", ".org", ".io", ".co", ".uk", ".de", ".fr", ".nl", ".es", ".it", ".eu", ".us", ".so",
	}
)

// readWords returns the set of the words of a text. It skips comments.
func readWords(text string) map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			for word := range strings.FieldsSeq(line) {
				set[word] = true
			}
		}
	}
	return set
}

// spelled replaces letters that banks spell with two.
var spelled = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "oe", "œ", "oe", "’", "'",
)

// Fold returns a text in lower case without accents, so that spellings of a word are equal.
func Fold(text string) string {
	text = spelled.Replace(norm.NFC.String(strings.ToLower(text)))
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text)))
}

// Words returns the words, numbers and web addresses of a folded text.
func Words(folded string) []string { return tokens(folded) }

// tokens splits a folded text into words, numbers and web addresses. Dots and ampersands between
// single letters are removed: `s.p.a.` becomes `spa`, and `h&m` becomes `hm`.
func tokens(text string) (all []string) {
	for _, field := range strings.FieldsFunc(text, isTokenEnd) {
		field = strings.Trim(strings.ReplaceAll(field, "'", ""), ".&")
		switch {
		case field == "":
		case isDomain(field):
			all = append(all, field)
		case isInitials(field):
			all = append(all, strings.NewReplacer(".", "", "&", "").Replace(field))
		default:
			all = append(all, strings.FieldsFunc(field, func(r rune) bool { return r == '.' || r == '&' })...)
		}
	}
	return all
}

// isTokenEnd reports whether a character ends a token.
func isTokenEnd(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '.' && r != '&' && r != '\''
}

// isInitials reports whether a token consists of at most two letters, or of such parts with dots or
// ampersands between them, as in `s.a.u` or `pg&e`.
func isInitials(token string) bool {
	for part := range strings.FieldsFuncSeq(token, func(r rune) bool { return r == '.' || r == '&' }) {
		if len(part) > 2 || isNumber(part) {
			return false
		}
	}
	return true
}

// isDomain reports whether a token is a web address, such as `netflix.com`.
func isDomain(token string) bool {
	for _, end := range domains {
		if name, is := strings.CutSuffix(token, end); is && len(name) > 2 {
			return true
		}
	}
	return false
}

// domainName returns the name in a web address: `netflix` of `www.netflix.com`.
func domainName(token string) []string {
	labels := strings.Split(token, ".")
	for len(labels) > 1 && (len(labels[len(labels)-1]) <= 3 || labels[len(labels)-1] == "co") {
		labels = labels[:len(labels)-1]
	}
	return labels[len(labels)-1:]
}

// isNumber reports whether a token contains a digit, as references, dates and amounts do.
func isNumber(token string) bool { return strings.ContainsFunc(token, unicode.IsNumber) }

// Numbers that some banks write directly after a name, such as SHELL57442096502, have at least
// minJoinedDigits digits, and the name has at least minJoinedLetters letters.
const (
	minJoinedDigits  = 3
	minJoinedLetters = 3
)

// cutNumber returns the name in a token that joins a name and a number. numbered is false if the
// token is something else.
func cutNumber(token string) (name string, numbered bool) {
	name = strings.TrimRightFunc(token, unicode.IsNumber)
	return name, len(token)-len(name) >= minJoinedDigits && len(name) >= minJoinedLetters && !isNumber(name) &&
		!isMask(name)
}

// isShortName reports whether a token with a digit may be a name, such as `o2` or `3m`.
func isShortName(token string) bool {
	return len(token) == 2 && strings.ContainsFunc(token, unicode.IsLetter)
}

// isMask reports whether a token hides the digits of a card number, such as `xxxx`.
func isMask(token string) bool { return len(token) > 2 && strings.Trim(token, "x") == "" }
