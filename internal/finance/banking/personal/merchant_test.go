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
