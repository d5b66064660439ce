// Package linebreak breaks the text of printed documents into lines. It guarantees that words,
// dates and codes stay in one piece if they fit on a line, and that no text is lost. How long a
// line is, and where it stands, is left to the caller.
package linebreak

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"backoffice/internal/platform/paper/typeface"
)

// Breaker breaks text that is set in the fonts of a Set.
type Breaker struct {
	letters *typeface.Set
}

// New returns a breaker for the fonts of a document.
func New(letters *typeface.Set) Breaker { return Breaker{letters} }

// Style is a weight and a size of text in points.
type Style struct {
	Bold bool
	Size float64
}

// Measure returns the width of text on one line.
func (b Breaker) Measure(text string, s Style) float64 {
	return b.letters.Layout(text, s.Bold).Width * s.Size
}

// writtenDate matches a date as a locale writes it, such as Oct 31, 2026, or its month and year.
var writtenDate = regexp.MustCompile(`\b(\d{1,2} )?(Jan(uary)?|Feb(ruary)?|Mar(ch)?|Apr(il)?|May|June?|July?|` +
	`Aug(ust)?|Sep(tember)?|Oct(ober)?|Nov(ember)?|Dec(ember)?)\b( \d{1,2}\b,?)?( \d{4}\b)?`)

// joiner stands for a space within a word. It is a private character, which no font has.
const joiner = "\ue000"

// Words splits text into words. A date is one word, and a dash stays with the word before it.
func Words(text string) []string {
	text = writtenDate.ReplaceAllStringFunc(text, func(date string) string {
		return strings.ReplaceAll(date, " ", joiner)
	})
	out := strings.FieldsFunc(strings.ReplaceAll(text, " –", joiner+"–"), isBreakingSpace)
	for i, word := range out {
		out[i] = strings.ReplaceAll(word, joiner, " ")
	}
	return out
}

// isBreakingSpace reports whether a character separates words. No-break spaces do not.
func isBreakingSpace(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }

// Wrap breaks text into lines of a width, between words, and keeps the space at the end of a line.
// Only a word that is longer than a line is broken itself, after a punctuation mark if it has any.
func (b Breaker) Wrap(text string, s Style, width float64) (lines []string) {
	if text == "" || b.Measure(text, s) <= width {
		return []string{text}
	}
	line := ""
	for _, word := range Words(text) {
		longer := strings.TrimSpace(line + " " + word)
		if b.Measure(longer, s) <= width {
			line = longer
			continue
		}
		if line != "" {
			lines = append(lines, line+" ")
		}
		for b.Measure(word, s) > width {
			head := b.breakWord(word, s, width)
			if head == word {
				break
			}
			lines, word = append(lines, head), word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// breakWord returns the part of a word that fits into a width: up to a punctuation mark, or else up
// to any character, at least one.
func (b Breaker) breakWord(word string, s Style, width float64) string {
	head := b.fittingPrefix(word, s, width)
	at := strings.LastIndexFunc(head, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) })
	if at <= 0 {
		return head
	}
	_, mark := utf8.DecodeRuneInString(head[at:])
	return head[:at+mark]
}

// fittingPrefix returns the longest prefix of text that fits into a width, at least one character
// with the marks on it.
func (b Breaker) fittingPrefix(text string, s Style, width float64) string {
	end := 0
	for i, r := range text {
		if i > 0 && !unicode.Is(unicode.M, r) {
			if end > 0 && b.Measure(text[:i], s) > width {
				return text[:end]
			}
			end = i
		}
	}
	if end > 0 && b.Measure(text, s) > width {
		return text[:end]
	}
	return text
}

// Truncate shortens text with an ellipsis to fit into a width on one line.
func (b Breaker) Truncate(text string, s Style, width float64) string {
	if b.Measure(text, s) <= width {
		return text
	}
	return strings.TrimSpace(b.fittingPrefix(text, s, width-b.Measure("…", s))) + "…"
}
