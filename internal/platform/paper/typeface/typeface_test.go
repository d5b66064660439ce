package typeface

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestRunsSplitTextByFont(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"":            "",
		"Müller −5 €": "go:Müller −5 €",
		"a שלום b":    "go:a |dejavu:םולש|go: b",
		"a\tb\x00":    "go:a b ",
		"日本":          "dejavu:\ufffd\ufffd",
		"😀":           "dejavu:\ufffd",
	} {
		var got []string
		for _, r := range s.Runs(text) {
			got = append(got, r.Family+":"+r.Text)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("Runs(%q): got %q, want %q", text, got, want)
		}
	}
}

// TestMissingNamesScriptsWithoutFont checks that scripts are missing if and only if a replacement
// character is drawn.
func TestMissingNamesScriptsWithoutFont(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"":               "",
		"Büro − 5 €\t\n": "",
		"Έξοδα Кириллица שלום مصروفات": "",
		"事務用品費":           "Han",
		"オフィス ひらがな":       "Hiragana, Katakana",
		"사무용품 हिन्दी ไทย": "Devanagari, Hangul, Thai",
		"😀 Party":         "symbols",
	} {
		if got := strings.Join(s.Missing(slices.Values([]string{text, text})), ", "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		replaced := slices.ContainsFunc(s.Runs(text), func(r Run) bool { return strings.ContainsRune(r.Text, replacement) })
		if replaced != (want != "") {
			t.Errorf("%q: got replacement characters %t, want %t", text, replaced, want != "")
		}
	}
}

// TestRunsPreserveCharacterCount checks that runs lose and add no characters.
func TestRunsPreserveCharacterCount(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		n := 0
		for _, r := range s.Runs(text) {
			n += utf8.RuneCountInString(r.Text)
		}
		if n != utf8.RuneCountInString(text) {
			t.Fatalf("Runs(%q): got %d characters, want %d", text, n, utf8.RuneCountInString(text))
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
