// Package typeface owns the letters of printed documents and pictures: which font draws
// which character, so that a name in any script it has is drawn as it is written, and
// what is drawn in none shows as a mark instead of nothing. It covers Latin, Greek,
// Cyrillic, Hebrew, Arabic, Armenian, Georgian and many signs; Chinese, Japanese and
// Korean need fonts too large to carry. Where letters go on a page is left to whoever
// draws it. Text that runs from the right is put in its order; Arabic letters stand
// unjoined.
package typeface

import (
	"strings"
	"unicode"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
)

// Family is a font in both of its weights.
type Family struct {
	Name          string
	Regular, Bold []byte
	letters       *sfnt.Font
}

// Set are the families that draw together: what the first does not have is drawn by the
// next.
type Set struct {
	families []Family
	// drawnBy remembers which family draws a character.
	drawnBy map[rune]int
	room    sfnt.Buffer
}

// Run is a part of a text that one family draws.
type Run struct {
	Family, Text string
}

// missing is drawn in place of a character that no family has.
const missing = '\ufffd'

// New makes a set for one document.
func New() (*Set, error) {
	s := &Set{drawnBy: map[rune]int{}, families: []Family{
		{Name: "go", Regular: goregular.TTF, Bold: gobold.TTF},
		{Name: "dejavu", Regular: dejavusans.TTF, Bold: dejavusansbold.TTF},
	}}
	for i := range s.families {
		var err error
		if s.families[i].letters, err = sfnt.Parse(s.families[i].Regular); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Families are the set's families, the first the one for plain text.
func (s *Set) Families() []Family { return s.families }

// Runs divides a text, in the order in which it is seen from left to right, by the families
// that draw it. Control characters are blanks.
func (s *Set) Runs(text string) (out []Run) {
	var part strings.Builder
	last := -1
	end := func() {
		if part.Len() > 0 {
			out = append(out, Run{s.families[last].Name, part.String()})
			part.Reset()
		}
	}
	for _, r := range seen(text) {
		if unicode.IsControl(r) {
			r = ' '
		}
		at, has := s.family(r)
		if !has {
			r, at = missing, len(s.families)-1
		}
		if at != last {
			end()
			last = at
		}
		part.WriteRune(r)
	}
	end()
	return out
}

// seen is a text from left to right (Unicode, Standard Annex 9).
func seen(text string) string {
	// To order one takes longer than to draw it, and most have nothing to be ordered.
	if !strings.ContainsFunc(text, turns) {
		return text
	}
	var p bidi.Paragraph
	if n, err := p.SetString(text); err != nil || n < len(text) {
		return text
	}
	order, err := p.Order()
	if err != nil {
		return text
	}
	var out strings.Builder
	for i := range order.NumRuns() {
		run := order.Run(i)
		if run.Direction() == bidi.RightToLeft {
			out.WriteString(bidi.ReverseString(run.String()))
		} else {
			out.WriteString(run.String())
		}
	}
	return out.String()
}

// turns tells whether a character is written, or makes others be, from right to left.
func turns(r rune) bool {
	properties, _ := bidi.LookupRune(r)
	switch properties.Class() {
	case bidi.R, bidi.AL, bidi.RLE, bidi.RLO, bidi.RLI:
		return true
	}
	return false
}

func (s *Set) family(r rune) (at int, has bool) {
	at, known := s.drawnBy[r]
	if !known {
		at = len(s.families)
		for i, f := range s.families {
			// Fonts of these files address the first plane only, as PDF embeds them.
			if glyph, err := f.letters.GlyphIndex(&s.room, r); err == nil && glyph != 0 && r <= 0xffff {
				at = i
				break
			}
		}
		s.drawnBy[r] = at
	}
	return at, at < len(s.families)
}
