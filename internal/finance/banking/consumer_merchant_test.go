package banking

import "testing"

// TestConsumerMerchantMatchesWholeWords checks that names are found as whole words only, and that
// the first of several is returned.
func TestConsumerMerchantMatchesWholeWords(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"netflix.com amsterdam":    "netflix",
		"card 12 disney plus 9,99": "disney plus",
		"paramount+ monthly":       "paramount+",
		"zoom video, then the zoo": "zoo",
		"spotify and netflix":      "spotify",
		"aldi":                     "aldi",
		"zoom video":               "",
		"ritz spalding":            "",
		"caldic chemicals":         "",
		"lidlé":                    "",
		"éaldi":                    "",
		"aldi9":                    "",
		"":                         "",
	} {
		if _, name := findConsumerMerchant(written); name != want {
			t.Errorf("%q: got %q, want %q", written, name, want)
		}
	}
}
