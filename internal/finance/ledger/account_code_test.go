package ledger

import "testing"

func TestFreeCode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kin, taken []string
		want       string
	}{
		"none of its kind":      {nil, []string{"1000"}, ""},
		"codes that are words":  {[]string{"BANK"}, []string{"BANK"}, ""},
		"the next":              {[]string{"1000", "1010"}, []string{"1000", "1010", "1100"}, "1020"},
		"the next that is free": {[]string{"1080"}, []string{"1080", "1090", "1100"}, "1110"},
	} {
		if got := freeCode(c.kin, c.taken); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
