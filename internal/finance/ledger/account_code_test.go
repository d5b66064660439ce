package ledger

import "testing"

func TestNextFreeCode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sameSubtype, taken []string
		want               string
	}{
		"no code for a subtype without accounts": {nil, []string{"1000"}, ""},
		"no code after codes that are words":     {[]string{"BANK"}, []string{"BANK"}, ""},
		"one step after the highest":             {[]string{"1000", "1010"}, []string{"1000", "1010", "1100"}, "1020"},
		"skips taken codes":                      {[]string{"1080"}, []string{"1080", "1090", "1100"}, "1110"},
	} {
		if got := nextFreeCode(c.sameSubtype, c.taken); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
