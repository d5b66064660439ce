package typeface

import (
	"slices"
	"unicode"

	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
)

// piece is a part of a text with one direction, script and font.
type piece struct {
	start, end  int
	rightToLeft bool
	script      language.Script
	font        *Font
}

// layout lays out text on one line.
func (s *Set) layout(text string, bold bool) (line Line) {
	letters := []rune(text)
	for i, r := range letters {
		if unicode.IsControl(r) {
			letters[i] = ' '
		}
	}
	for _, run := range visualRuns(letters) {
		pieces := s.split(letters, run)
		if run.rightToLeft {
			slices.Reverse(pieces)
		}
		for _, p := range pieces {
			span := s.shape(letters, p, bold)
			for _, g := range span.Glyphs {
				line.Width += g.Advance
			}
			line.Spans = append(line.Spans, span)
		}
	}
	return line
}

// visualRuns returns the parts of a text with one direction each, from left to right (Unicode
// Standard Annex 9).
func visualRuns(letters []rune) (out []piece) {
	var paragraph bidi.Paragraph
	runs := paragraph.Segment(letters, direction(letters))
	var levels []bidi.Level
	var highest bidi.Level
	for i := range runs.NumRuns() {
		r := runs.Run(i)
		out = append(out, piece{start: r.Start, end: r.End, rightToLeft: !r.IsLeftToRight()})
		levels, highest = append(levels, r.Level), max(highest, r.Level)
	}
	// Rule L2: from the highest level to the lowest odd level, reverse any sequence of runs at that
	// level or higher.
	for level := highest; level > 0; level-- {
		for start := 0; start < len(out); start++ {
			end := start
			for end < len(out) && levels[end] >= level {
				end++
			}
			slices.Reverse(out[start:end])
			slices.Reverse(levels[start:end])
			start = max(start, end)
		}
	}
	return out
}

// direction returns the direction of a line: from left to right if it begins with a digit, such as
// a code before a name, and else that of its first letter.
func direction(letters []rune) bidi.Direction {
	for _, r := range letters {
		switch {
		case unicode.IsDigit(r):
			return bidi.LeftToRight
		case unicode.IsLetter(r):
			return bidi.Neutral
		}
	}
	return bidi.LeftToRight
}

// split divides a run by script and font. Characters that several scripts share belong to the
// script before them.
func (s *Set) split(letters []rune, run piece) (out []piece) {
	for i := run.start; i < run.end; i++ {
		next := piece{i, i + 1, run.rightToLeft, language.LookupScript(letters[i]), nil}
		var before *Font
		if n := len(out); n > 0 {
			before = out[n-1].font
		}
		if next.font = s.font(letters[i], before); next.font == nil {
			next.font = fonts[0]
		}
		if n := len(out); n > 0 {
			last := &out[n-1]
			if !next.script.Strong() {
				next.script = last.script
			} else if !last.script.Strong() && last.font == next.font {
				last.script = next.script
			}
			if last.script == next.script && last.font == next.font {
				last.end = next.end
				continue
			}
		}
		out = append(out, next)
	}
	return out
}

// shape returns the glyphs of a piece.
func (s *Set) shape(letters []rune, p piece, bold bool) Span {
	out := Span{Font: p.font, Thick: bold}
	if bold && p.font == fonts[0] {
		out.Font, out.Thick = boldFont, false
	}
	shaper := s.shapers[out.Font]
	if shaper == nil {
		shaper = harfbuzz.NewFont(font.NewFace(out.Font.load().Font))
		s.shapers[out.Font] = shaper
	}
	b := s.buffer
	b.Clear()
	b.AddRunes(letters, p.start, p.end-p.start)
	b.Props = harfbuzz.SegmentProperties{Direction: harfbuzz.LeftToRight, Script: p.script, Language: "en"}
	if p.rightToLeft {
		b.Props.Direction = harfbuzz.RightToLeft
	}
	b.Shape(shaper, nil)
	em := float64(out.Font.UnitsPerEm())
	for i, info := range b.Info {
		at := b.Pos[i]
		out.Glyphs = append(out.Glyphs, Glyph{
			ID: uint16(info.Glyph), Advance: float64(at.XAdvance) / em, Right: float64(at.XOffset) / em,
			Up: float64(at.YOffset) / em,
		})
	}
	addText(out.Glyphs, b.Info, letters, p)
	return out
}

// addText sets what the glyphs of a piece stand for. The glyphs of a cluster stand for its
// characters one by one. If there are more glyphs, those before the last stand for nothing; if
// there are more characters, the last stands for several.
func addText(glyphs []Glyph, infos []harfbuzz.GlyphInfo, letters []rune, p piece) {
	before := p.end // the start of the cluster to the left, if the piece is written from right to left
	for i := 0; i < len(infos); {
		next := i + 1
		for next < len(infos) && infos[next].Cluster == infos[i].Cluster {
			next++
		}
		end := before
		if !p.rightToLeft {
			if end = p.end; next < len(infos) {
				end = infos[next].Cluster
			}
		}
		before = infos[i].Cluster
		text := letters[before:end]
		for ; i < next-1 && len(text) > 1; i++ {
			glyphs[i].Text, text = string(text[0]), text[1:]
		}
		glyphs[next-1].Text = string(text)
		i = next
	}
}
