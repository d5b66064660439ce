package typeface

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// describe returns a line as its fonts and the text of their glyphs, from left to right.
func describe(line Line) string {
	var parts []string
	for _, span := range line.Spans {
		text := strings.TrimPrefix(strings.TrimSuffix(span.Font.Name, "-Regular"), "NotoSans") + ":"
		for _, g := range span.Glyphs {
			text += g.Text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "|")
}

// TestLineIsInVisualOrder checks which font draws each part of a line, and the order from left to
// right.
func TestLineIsInVisualOrder(t *testing.T) {
	t.Parallel()
	s := New()
	for text, want := range map[string]string{
		"":                  "",
		"Müller 5 €":        ":Müller 5 €",
		"a שלום b":          ":a |Hebrew:םולש|: b",
		"שלום 123 עולם":     "Hebrew:םלוע|: |:123|: |Hebrew:םולש",
		"abc שלום 123 עולם": ":abc |Hebrew:םלוע|: |:123|: |Hebrew:םולש",
		"שלום (Ltd)":        ":)|:Ltd|:( |Hebrew:םולש",
		"1010 שלום (7)":     ":1010 |:)|:7|:( |Hebrew:םולש",
		"a\tb\x00":          ":a b ",
		"−5":                "Math:−|:5",
		"日本 ビル":             "DroidSansFallback:日本|: |DroidSansFallback:ビル",
		"사무용품 👍🏽":           "KR:사무용품|: |NotoEmoji:👍🏽",
	} {
		if got := describe(s.Layout(text, false)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestLettersAreJoined checks that letters change their form with their neighbors: Arabic letters
// join, and a vowel sign of Devanagari moves before its consonant.
func TestLettersAreJoined(t *testing.T) {
	t.Parallel()
	s := New()
	glyphs := func(text string) (out []uint16) {
		for _, span := range s.Layout(text, false).Spans {
			for _, g := range span.Glyphs {
				out = append(out, g.ID)
			}
		}
		return out
	}
	if alone, joined := glyphs("ه"), glyphs("ههه"); slices.Contains(joined, alone[0]) {
		t.Errorf("got the glyphs %v of joined letters, one of which is that of a single letter, %v", joined, alone)
	}
	if one, both := glyphs("क"), glyphs("कि"); len(both) < 2 || both[0] == one[0] || !slices.Contains(both, one[0]) {
		t.Errorf("got the glyphs %v, want the vowel sign before %v", both, one)
	}
}

// TestBoldWithoutBoldFontIsThick checks that bold text is bold in each script.
func TestBoldWithoutBoldFontIsThick(t *testing.T) {
	t.Parallel()
	for _, span := range New().Layout("Total ערב", true).Spans {
		if isLatin := span.Font == boldFont; isLatin == span.Thick {
			t.Errorf("%s: got thick %t", span.Font.Name, span.Thick)
		}
	}
}

// TestMissingScriptsAreNamed checks that text is refused if and only if a font lacks a character.
func TestMissingScriptsAreNamed(t *testing.T) {
	t.Parallel()
	s := New()
	for text, want := range map[string]string{
		"": "", "Büro − 5 €\t\n": "", "Έξοδα Кириллица שלום مصروفات": "", "事務用品費 オフィス ひらがな 사무용품": "",
		"हिन्दी ไทย বাংলা தமிழ் ខ្មែរ አማርኛ ქართული Հայերեն": "", "😀 Party → ✓ ≠ ©": "",
		"ᏣᎳᎩ": "Cherokee", "ᠮᠣᠩᠭᠣᠯ 𐎠𐎭": "Mongolian, Old Persian", "\U0001fbcb": "symbols",
	} {
		if got := strings.Join(s.missing(slices.Values([]string{text, text})), ", "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if err := s.Check(slices.Values([]string{text})); (err == nil) != (want == "") {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

// TestLineKeepsText checks that no box is drawn if no script is missing, and that the glyphs of a
// line stand for all characters of its text, so that it can be copied and searched.
func TestLineKeepsText(t *testing.T) {
	t.Parallel()
	s := New()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom(nil, unicode.Latin, unicode.Hebrew, unicode.Arabic, unicode.Devanagari,
			unicode.Thai, unicode.Han, unicode.Hangul, unicode.So, unicode.Nd, unicode.Zs, unicode.Po)).Draw(t, "text")
		if s.missing(slices.Values([]string{text})) != nil {
			return
		}
		want, got := map[rune]int{}, map[rune]int{}
		for _, r := range text {
			want[r]++
		}
		for _, span := range s.Layout(text, false).Spans {
			for _, g := range span.Glyphs {
				for _, r := range g.Text {
					got[r]++
				}
				if g.ID == 0 {
					t.Fatalf("%q: got the glyph of a missing character in %s", text, span.Font.Name)
				}
			}
		}
		if !maps.Equal(got, want) {
			t.Fatalf("%q: got %v, want %v", text, got, want)
		}
	})
}

// TestThousandsSeparatorsOnlyAddCommas checks that the separators form groups of three digits and
// change no other character.
func TestThousandsSeparatorsOnlyAddCommas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.StringMatching(`-?[1-9][0-9]{0,14}(\.[0-9]{2})?`).Draw(t, "amount")
		got := GroupThousands(amount)
		whole, _, _ := strings.Cut(strings.TrimPrefix(got, "-"), ".")
		if strings.ReplaceAll(got, ",", "") != amount || strings.HasPrefix(whole, ",") {
			t.Fatalf("%s: got %s, want the same digits", amount, got)
		}
		for i, group := range strings.Split(whole, ",") {
			if len(group) > 3 || i > 0 && len(group) != 3 {
				t.Fatalf("%s: got %s, want groups of three digits", amount, got)
			}
		}
	})
}
