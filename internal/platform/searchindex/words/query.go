package words

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// MaxTerms is the largest number of words in a query.
const MaxTerms = 12

// MaxQueryLength is the length of a query in characters.
const MaxQueryLength = 200

// Term is a word of a query.
type Term struct {
	Word string
	// Prefix is true if the term stands for all words that begin with Word.
	Prefix bool
}

// last sorts after every character.
const last = "\U0010ffff"

// Range returns the first and last word that the term stands for, in byte order.
func (t Term) Range() (low, high string) {
	if t.Prefix {
		return t.Word, t.Word + last
	}
	return t.Word, t.Word
}

// Refusals of a query. Their messages follow the name of the field.
var (
	errNoWord  = errors.New("must contain a letter or a digit")
	errTooLong = fmt.Errorf("must have at most %d characters", MaxQueryLength)
	errTooMany = fmt.Errorf("must have at most %d words", MaxTerms)
)

// Parse returns the terms of a query, all of which a record must have. The last word is a prefix,
// so that results appear while it is typed; words in double quotes are whole. Words that another
// term implies are left out. The message of its error follows the name of the field.
func Parse(query string) ([]Term, error) {
	if len([]rune(query)) > MaxQueryLength {
		return nil, errTooLong
	}
	var terms []Term
	for i, section := range strings.Split(strings.NewReplacer("“", `"`, "”", `"`, "„", `"`).Replace(query), `"`) {
		// Odd sections stand between quotes.
		terms = appendTerms(terms, section, i%2 == 1)
	}
	terms = withoutImplied(terms)
	switch {
	case len(terms) == 0:
		return nil, errNoWord
	case len(terms) > MaxTerms:
		return nil, errTooMany
	}
	return terms, nil
}

// appendTerms appends the words of a part of a query. Unless they are quoted, the last one is a
// prefix, and no word before it.
func appendTerms(terms []Term, text string, quoted bool) []Term {
	before := len(terms)
	for i := range terms {
		if strings.TrimSpace(text) != "" {
			terms[i].Prefix = terms[i].Prefix && isUnspaced(firstRune(terms[i].Word))
		}
	}
	for _, c := range chunksOf(Fold(text)) {
		parts := c.parts
		if whole, ok := c.ungrouped(); ok {
			parts = whole
		}
		for _, part := range parts {
			if isUnspaced(firstRune(part)) {
				for _, pair := range pairs(part, false) {
					terms = append(terms, Term{Word: pair, Prefix: len(part) == len(pair) && isOneRune(pair)})
				}
				continue
			}
			terms = append(terms, Term{Word: cut(part)})
		}
	}
	if len(terms) > before && !quoted && !isUnspaced(firstRune(terms[len(terms)-1].Word)) {
		terms[len(terms)-1].Prefix = endsInWord(text)
	}
	return terms
}

// endsInWord reports whether a text ends in a word, with or without other characters behind it.
func endsInWord(text string) bool { return strings.ContainsFunc(text, isWordRune) }

func isOneRune(s string) bool { return len([]rune(s)) == 1 }

// withoutImplied removes terms that another term implies: repeated words, and prefixes of words.
func withoutImplied(terms []Term) (out []Term) {
	for i, t := range terms {
		implied := slices.ContainsFunc(terms[:i], func(o Term) bool { return t.impliedBy(o) }) ||
			slices.ContainsFunc(terms[i+1:], func(o Term) bool { return t.impliedBy(o) && !o.impliedBy(t) })
		if !implied {
			out = append(out, t)
		}
	}
	return out
}

// impliedBy reports whether every record with other has t too.
func (t Term) impliedBy(other Term) bool {
	if t.Prefix {
		return strings.HasPrefix(other.Word, t.Word)
	}
	return !other.Prefix && other.Word == t.Word
}

// Match reports whether the words of a record contain all terms.
func Match(terms []Term, words []string) bool {
	for _, t := range terms {
		if !slices.ContainsFunc(words, t.matches) {
			return false
		}
	}
	return true
}

// CountMatches returns the number of terms that the words contain.
func CountMatches(terms []Term, words []string) (n int) {
	for _, t := range terms {
		if slices.ContainsFunc(words, t.matches) {
			n++
		}
	}
	return n
}

func (t Term) matches(word string) bool {
	return word == t.Word || t.Prefix && strings.HasPrefix(word, t.Word)
}

func isMark(r rune) bool { return unicode.IsMark(r) }
