// Package typeface lays out text for printed documents and charts. It selects a font for each
// character, puts right-to-left text in visual order, joins and reorders letters as their script
// requires, and returns the glyphs of a line with their positions. Its fonts cover Latin, Greek,
// Cyrillic, Hebrew, Arabic, the scripts of India and Southeast Asia, Chinese, Japanese, Korean,
// symbols and emoji. What they lack is refused, never drawn as a box. The caller breaks text into
// lines and positions them.
package typeface

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/harfbuzz"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// Set lays out the text of one document. It is not safe for concurrent use.
type Set struct {
	shapers map[*Font]*harfbuzz.Font
	buffer  *harfbuzz.Buffer
	// laid are the lines laid out so far. A document repeats many of its words.
	laid map[lineKey]Line
	// drawnBy caches the font of a character in regular weight; nil if there is none.
	drawnBy map[rune]*Font
}

// lineKey identifies a line of text.
type lineKey struct {
	text string
	bold bool
}

// Line is text on one line.
type Line struct {
	// Spans are the parts of the line, from left to right.
	Spans []Span
	// Width is the width of the line in ems: multiples of the font size.
	Width float64
}

// Span is a part of a line that one font draws.
type Span struct {
	Font *Font
	// Thick is true if the outlines are to be thickened, because the font has no bold weight.
	Thick  bool
	Glyphs []Glyph
}

// Glyph is a glyph to draw. Lengths are in ems.
type Glyph struct {
	ID uint16
	// Text is what the glyph stands for. Empty if an earlier glyph of the line stands for it.
	Text string
	// Advance is the distance to the next glyph. Right and Up move the glyph itself.
	Advance, Right, Up float64
}

// New returns a set for one document.
func New() *Set {
	return &Set{
		shapers: map[*Font]*harfbuzz.Font{}, buffer: harfbuzz.NewBuffer(), laid: map[lineKey]Line{},
		drawnBy: map[rune]*Font{},
	}
}

// maxLaid is how many lines a set remembers.
const maxLaid = 50_000

// Layout lays out text on one line. Control characters become spaces.
func (s *Set) Layout(text string, bold bool) Line {
	key := lineKey{text, bold}
	line, known := s.laid[key]
	if !known {
		line = s.layout(text, bold)
		if len(s.laid) < maxLaid {
			s.laid[key] = line
		}
	}
	return line
}

// Check refuses text that no font can draw, with SCRIPT_NOT_PRINTABLE. pieces are all text of a
// document.
func (s *Set) Check(pieces iter.Seq[string]) error {
	missing := s.missing(pieces)
	if len(missing) == 0 {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_SCRIPT_NOT_PRINTABLE,
		"The document contains characters that no font of the server has: %s. Request a text format, or change the text.",
		strings.Join(missing, ", "))
}

// missing returns the sorted names of the scripts (Unicode Standard Annex 24) of the characters
// that no font has, such as Cherokee. Characters of no script are "symbols".
func (s *Set) missing(pieces iter.Seq[string]) []string {
	scripts := map[string]bool{}
	for text := range pieces {
		for _, r := range text {
			if !isInvisible(r) && s.font(r, nil) == nil {
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

// isInvisible reports whether a character needs no glyph.
func isInvisible(r rune) bool { return unicode.IsControl(r) || harfbuzz.IsDefaultIgnorable(r) }

// font returns the font that draws a character, in regular weight: the font of the text before it
// for a mark or an invisible character, if it has it, or else the first font that has it. It
// returns nil if there is none.
func (s *Set) font(r rune, before *Font) *Font {
	if before != nil && (isInvisible(r) || unicode.Is(unicode.M, r) && before.has(r)) {
		return before
	}
	f, known := s.drawnBy[r]
	if !known {
		if i := slices.IndexFunc(fonts, func(f *Font) bool { return f.covers(r) && f.has(r) }); i >= 0 {
			f = fonts[i]
		}
		s.drawnBy[r] = f
	}
	return f
}
