package ledger

import (
	"testing"

	"backoffice/internal/platform/money"
)

// TestMinTurnoverCannotOverflow adds up more lines of the largest amount than an int64 can hold.
func TestMinTurnoverCannotOverflow(t *testing.T) {
	t.Parallel()
	debit := figure{minor: money.MaxMinor, base: money.MaxMinor}
	credit := figure{minor: -money.MaxMinor, base: -money.MaxMinor}
	for name, test := range map[string]struct {
		repeated []figure
		lines    int
		exceeds  bool
	}{
		"unbalanced lines within the limit": {[]figure{debit}, 222, false},
		"unbalanced lines above the limit":  {[]figure{debit}, 223, true},
		"balanced lines within the limit":   {[]figure{debit, credit}, 222, false},
		"as many lines as an entry has":     {[]figure{debit}, 500, true},
		"unbalanced credits":                {[]figure{credit}, 1000, true},
		"twice the lines of an entry":       {[]figure{debit, credit}, 1000, true},
	} {
		var figures []figure
		for range test.lines {
			figures = append(figures, test.repeated...)
		}
		if got := minTurnover(figures); got > maxTurnover != test.exceeds {
			t.Errorf("%s: got %d, want more than %d: %v", name, got, maxTurnover, test.exceeds)
		}
	}
}
