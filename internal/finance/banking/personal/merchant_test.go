package personal

import "testing"

// TestNamesAreWholeWords checks that names are found as whole words only, and that the first of
// several is returned.
func TestNamesAreWholeWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"netflix.com amsterdam":    "netflix",
		"card 12 disney plus 9,99": "disney plus",
		"paramount+ monthly":       "paramount+",
		"spotify and netflix":      "spotify",
		"aldi":                     "aldi",
		"aldi and netflix":         "netflix",
		"zoom video":               "",
		"ritz spalding":            "",
		"caldic chemicals":         "",
		"xaldi aldi":               "aldi",
		"ältaldi aldi":             "aldi",
		"lidlé":                    "",
		"éaldi":                    "",
		"aldi9":                    "",
		"":                         "",
	} {
		if found, ok := find(merchants, text); found.name != want || ok != (want != "") {
			t.Errorf("%q: got %q, want %q", text, found.name, want)
		}
	}
}

// TestKindsAreRead reads kinds with their names, and skips comments and other lines.
func TestKindsAreRead(t *testing.T) {
	t.Parallel()
	got := readKinds("# a comment: with | names\n\nno kind\ngrocer?: corner | corner shop\ntoys: lego\n")
	if len(got) != 2 || got[0].kind != "grocer" || !got[0].shared || len(got[0].names) != 2 || got[1].shared {
		t.Fatalf("got %+v", got)
	}
	for text, want := range map[string]string{
		"the corner shop": "corner", "lego corner": "lego", "corner lego": "lego", "a corner": "corner", "": "",
	} {
		if found, _ := find(got, text); found.name != want {
			t.Errorf("%q: got %q, want %q", text, found.name, want)
		}
	}
	if words := readWords("# a comment\none two\nthree"); len(words) != 3 {
		t.Errorf("got %q", words)
	}
}
