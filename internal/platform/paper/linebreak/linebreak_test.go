package linebreak

import (
	"slices"
	"strings"
	"testing"

	"backoffice/internal/platform/paper/typeface"
)

func TestWordsKeepDatesAndNoBreakSpaces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                           {},
		"due Oct 31, 2026 or later":  {"due", "Oct 31, 2026", "or", "later"},
		"a – b":                      {"a –", "b"},
		"1\u202f234,50\u00a0EUR now": {"1\u202f234,50\u00a0EUR", "now"},
	} {
		if got := Words(text); !slices.Equal(got, want) {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

// TestWrapLosesNoText breaks words that are longer than a line, with and without punctuation.
func TestWrapLosesNoText(t *testing.T) {
	t.Parallel()
	b := New(typeface.New())
	for _, text := range []string{
		"a short line", strings.Repeat("word ", 40) + "end", strings.Repeat("x", 200), strings.Repeat("事務用品", 30),
		strings.Repeat("part-", 40), "ผู้ที่",
	} {
		lines := b.Wrap(text, Style{Size: 9}, 100)
		for _, line := range lines {
			if width := b.Measure(strings.TrimSpace(line), Style{Size: 9}); width > 100 {
				t.Errorf("%q is %.1f points wide", line, width)
			}
		}
		if strings.Join(lines, "") != text {
			t.Errorf("got %q", lines)
		}
	}
}
