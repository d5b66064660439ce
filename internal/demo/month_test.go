package demo

import (
	"testing"

	"backoffice/internal/platform/calendar"
)

// TestEntriesBalanceAndDatesExist checks that every entry of the story balances and every date
// exists, whatever today is.
func TestEntriesBalanceAndDatesExist(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2026-11-22", "2026-01-01", "2024-02-29", "2026-03-31"} {
		today, err := calendar.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		first := firstMonth(today)
		for n := range months {
			checkMonth(t, newMonth(n, first.AddMonths(n)), today)
		}
	}
}

func checkMonth(t *testing.T, m month, today calendar.Date) {
	t.Helper()
	for _, e := range m.entries {
		if d := m.date(e.day); d.Before(m.first) || d.After(m.first.LastOfMonth()) || !d.Before(today.FirstOfMonth()) {
			t.Errorf("%s of %s: got date %s", e.description, m.first, d)
		}
		var sum int64
		for _, p := range e.postings {
			sum += p.cents
		}
		if sum != 0 {
			t.Errorf("%s of %s: got a sum of %d, want 0", e.description, m.first, sum)
		}
	}
	for _, l := range append(m.chequing, m.savings...) {
		if d := m.date(l.day); d.Before(m.first) || d.After(m.first.LastOfMonth()) || l.cents == 0 {
			t.Errorf("%s: got date %s and amount %d", l.text, d, l.cents)
		}
	}
}
