package iban

import "testing"

func TestIBANIsPrintedInGroups(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"DE89370400440532013000": "DE89 3704 0044 0532 0130 00", "no93 8601 1117947": "NO93 8601 1117 947",
		"DE89": "DE89", "": "",
	} {
		if got := Grouped(text); got != want {
			t.Errorf("%s: got %s", text, got)
		}
	}
	for text, want := range map[string]bool{
		"DE89 3704 0044 0532 0130 00": true, "DE89370400440532013001": false, "021000021": false, "": false,
	} {
		if got := Is(text); got != want {
			t.Errorf("%s: got %t", text, got)
		}
	}
}
