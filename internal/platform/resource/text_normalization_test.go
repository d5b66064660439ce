package resource

import "testing"

func TestTextIsNormalized(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		kind       textKind
		text, want string
	}{
		{"trims all kinds of white space", lineText, "\u00a0 Acme\t\u3000", "Acme"},
		{"composes characters", lineText, "Cafe\u0301", "Caf\u00e9"},
		{"keeps inner spaces", lineText, "Acme  Inc", "Acme  Inc"},
		{"drops control characters", lineText, "Ac\x1b\x7fme", "Acme"},
		{"drops direction overrides", lineText, "Acme\u202ecni\u2066", "Acmecni"},
		{"keeps right-to-left marks", lineText, "\u05d0\u200f1", "\u05d0\u200f1"},
		{"keeps inner joiners", lineText, "\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"},
		{"keeps text with U+0000, which validation refuses", lineText, " a\x00", " a\x00"},
		{"keeps invalid UTF-8, which validation refuses", lineText, " a\xff", " a\xff"},
		{"keeps line breaks and tabs in prose", proseText, " one\r\n\ttwo\n", "one\r\n\ttwo"},
		{"drops other control characters in prose", proseText, "one\x07", "one"},
	} {
		if got := c.kind.normalize(c.text); got != c.want {
			t.Errorf("%s: %q: got %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func TestInvisibleTextIsRecognized(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"A": true, "7": true, "\u2026": true, "\u2603": true, "\u0645\u200c": true,
		"": false, " \u00a0\u3000": false,
		"\u200b\u200d\ufeff": false, "\u3164": false, "\u2800": false, "\u0301": false, "\u202e": false,
	} {
		if isInvisible(text) == want {
			t.Errorf("%q is visible: got %t, want %t", text, !want, want)
		}
	}
}
