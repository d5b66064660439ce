// Package typeface provides the fonts of printed documents and charts, and selects the font for
// each character. It covers Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian and many
// symbols; fonts for Chinese, Japanese and Korean are too large to include. A character without a
// font is drawn as a replacement character; Missing returns its script. Right-to-left text is put in
// visual order, but Arabic letters are not joined. The caller positions the text.
package typeface

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
)

// Family is a font in regular and bold weight, as TrueType files.
type Family struct {
	Name          string
	Regular, Bold []byte
	outlines      *sfnt.Font
}

// Set is a list of font families. The first family that has a character draws it.
type Set struct {
	families []Family
	// drawnBy caches the index of the family that draws a character.
	drawnBy map[rune]int
	buffer  sfnt.Buffer
}

// Run is a piece of text that one family draws.
type Run struct {
	Family, Text string
}

// replacement is drawn instead of a character that no family has.
const replacement = '\ufffd'

// New returns a set for one document. It is not safe for concurrent use.
func New() (*Set, error) {
	s := &Set{drawnBy: map[rune]int{}, families: []Family{
		{Name: "go", Regular: goregular.TTF, Bold: gobold.TTF},
		{Name: "dejavu", Regular: dejavusans.TTF, Bold: dejavusansbold.TTF},
	}}
	for i := range s.families {
		var err error
		if s.families[i].outlines, err = sfnt.Parse(s.families[i].Regular); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Families returns the families of the set. The first is the preferred one.
func (s *Set) Families() []Family { return s.families }

// Runs splits text, in visual order from left to right, by the families that draw it. Control
// characters become spaces.
func (s *Set) Runs(text string) (out []Run) {
	var part strings.Builder
	last := -1
	end := func() {
		if part.Len() > 0 {
			out = append(out, Run{s.families[last].Name, part.String()})
			part.Reset()
		}
	}
	for _, r := range visualOrder(text) {
		if unicode.IsControl(r) {
			r = ' '
		}
		at, has := s.family(r)
		if !has {
			r, at = replacement, len(s.families)-1
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

// Missing returns the sorted names of the scripts (Unicode Standard Annex 24) of the
// characters that no family has, such as Han or Thai. pieces are all text of a document. Characters
// of no script, such as emoji, are "symbols".
func (s *Set) Missing(pieces iter.Seq[string]) []string {
	scripts := map[string]bool{}
	checked := map[rune]bool{}
	for text := range pieces {
		for _, r := range text {
			if checked[r] || unicode.IsControl(r) {
				continue
			}
			checked[r] = true
			if _, has := s.family(r); !has {
				scripts[scriptOf(r)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(scripts))
}

// scriptOf returns the name of a character's script.
func scriptOf(r rune) string {
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) && name != "Common" && name != "Inherited" {
			return strings.ReplaceAll(name, "_", " ")
		}
	}
	return "symbols"
}

// visualOrder returns text in visual order from left to right (Unicode Standard Annex 9).
func visualOrder(text string) string {
	// Reordering takes longer than drawing, and most text does not need it.
	if !strings.ContainsFunc(text, isRightToLeft) {
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

// isRightToLeft reports whether a character is written from right to left, or makes others be.
func isRightToLeft(r rune) bool {
	properties, _ := bidi.LookupRune(r)
	switch properties.Class() {
	case bidi.R, bidi.AL, bidi.RLE, bidi.RLO, bidi.RLI:
		return true
	}
	return false
}

// family returns the index of the family that draws a character.
func (s *Set) family(r rune) (at int, has bool) {
	at, known := s.drawnBy[r]
	if !known {
		at = len(s.families)
		for i, f := range s.families {
			// As embedded in a PDF, these fonts address only the Basic Multilingual Plane.
			if glyph, err := f.outlines.GlyphIndex(&s.buffer, r); err == nil && glyph != 0 && r <= 0xffff {
				at = i
				break
			}
		}
		s.drawnBy[r] = at
	}
	return at, at < len(s.families)
}
