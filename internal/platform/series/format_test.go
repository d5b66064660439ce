package series

import (
	"testing"

	"backoffice/internal/platform/calendar"
)

func TestFormatsNumbers(t *testing.T) {
	t.Parallel()
	day, err := calendar.NewDate(2026, 11, 21)
	if err != nil {
		t.Fatal(err)
	}
	for format, want := range map[string]string{
		"{NUMBER}":               "7",
		"INV-{YYYY}-{NUMBER:4}":  "INV-2026-0007",
		"{YY}/{NUMBER:1}":        "26/7",
		"№ {NUMBER:12} ({YYYY})": "№ 000000000007 (2026)",
	} {
		f, err := parseFormat(format)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.text(7, day); got != want {
			t.Errorf("%s: got %s, want %s", format, got, want)
		}
	}
}

func TestRefusesFormats(t *testing.T) {
	t.Parallel()
	for _, format := range []string{
		"", "INV", "{YYYY}", "{NUMBER}{NUMBER}", "{NUMBER:0}", "{NUMBER:13}", "{YYYY:2}-{NUMBER}", "{MM}-{NUMBER}",
		"{NUMBER", "NUMBER}", "{{NUMBER}}", "{number}",
	} {
		if _, err := parseFormat(format); err == nil {
			t.Errorf("accepted the format %q", format)
		}
	}
}
