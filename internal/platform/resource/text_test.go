package resource

import "testing"

func TestTextIsTidied(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		kind       textKind
		text, want string
	}{
		{"trims blanks of any kind", line, "\u00a0 Acme\t\u3000", "Acme"},
		{"composes", line, "Cafe\u0301", "Caf\u00e9"},
		{"keeps blanks inside", line, "Acme  Inc", "Acme  Inc"},
		{"drops controls", line, "Ac\x1b\x7fme", "Acme"},
		{"drops marks that turn the direction", line, "Acme\u202ecni\u2066", "Acmecni"},
		{"keeps the marks of right-to-left names", line, "\u05d0\u200f1", "\u05d0\u200f1"},
		{"keeps joiners inside", line, "\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"},
		{"leaves U+0000 to be refused", line, " a\x00", " a\x00"},
		{"leaves broken UTF-8 to be refused", line, " a\xff", " a\xff"},
		{"keeps the lines of prose", prose, " one\r\n\ttwo\n", "one\r\n\ttwo"},
		{"drops other controls in prose", prose, "one\x07", "one"},
	} {
		if got := c.kind.tidy(c.text); got != c.want {
			t.Errorf("%s: %q becomes %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func TestVisibleText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"A": true, "7": true, "\u2026": true, "\u2603": true, "\u0645\u200c": true,
		"": false, " \u00a0\u3000": false, "\u200b\u200d\ufeff": false, "\u3164": false, "\u2800": false, "\u0301": false, "\u202e": false,
	} {
		if isInvisible(text) == want {
			t.Errorf("%q is visible: %t, want %t", text, !want, want)
		}
	}
}
