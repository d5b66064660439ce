package banklines_test

import (
	"testing"

	"backoffice/internal/bench/banklines"
)

// TestPersonalSpendingIsSuspected checks that at least 18 of the 20 personal lines of 200 are
// suspected, and at most two others.
func TestPersonalSpendingIsSuspected(t *testing.T) {
	t.Parallel()
	lines := banklines.PersonalLines()
	got := banklines.Suspect(lines, func(l banklines.PersonalLine) {
		t.Logf("personal is %t: %s %s (%s)", l.Personal, l.Counterparty, l.Description, l.Why)
	})
	if len(lines) != 200 || got.Right+got.Missed != 20 || got.Right < 18 || got.False > 2 {
		t.Errorf("got %+v of %d lines, want at least 18 right, at most 2 false", got, len(lines))
	}
}
