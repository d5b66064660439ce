package typeface

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestRuns(t *testing.T) {
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
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

// TestRunsProperty holds runs to keep as many characters as there are.
func TestRunsProperty(t *testing.T) {
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
			t.Fatalf("%q has %d characters in its runs", text, n)
		}
	})
}

// TestGroupedProperty holds the marks of thousands to change nothing else.
func TestGroupedProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.StringMatching(`-?[1-9][0-9]{0,14}(\.[0-9]{2})?`).Draw(t, "amount")
		got := Grouped(amount)
		whole, _, _ := strings.Cut(strings.TrimPrefix(got, "-"), ".")
		if strings.ReplaceAll(got, ",", "") != amount || strings.HasPrefix(whole, ",") {
			t.Fatalf("%s becomes %s", amount, got)
		}
		for i, group := range strings.Split(whole, ",") {
			if len(group) > 3 || i > 0 && len(group) != 3 {
				t.Fatalf("%s becomes %s", amount, got)
			}
		}
	})
}
