package calendar

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRecurrenceCountsFromFirstDay(t *testing.T) {
	day := func(text string) Date {
		d, err := ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	monthly := Recurrence{First: day("2026-01-31"), Months: 1}
	for from, want := range map[string]string{
		"2025-06-01": "2026-01-31", "2026-01-31": "2026-01-31", "2026-02-01": "2026-02-28", "2026-03-01": "2026-03-31",
		"2028-02-01": "2028-02-29",
	} {
		if got := monthly.OnOrAfter(day(from)); got != day(want) {
			t.Errorf("from %s: got %s, want %s", from, got, want)
		}
	}
	weekly := Recurrence{First: day("2026-11-20"), Days: 7}
	if got := weekly.OnOrAfter(day("2026-11-21")); got != day("2026-11-27") {
		t.Errorf("weekly from 2026-11-21: got %s, want 2026-11-27", got)
	}
	if n := weekly.CountBetween(day("2026-11-20"), day("2026-12-05")); n != 3 {
		t.Errorf("weekly: got %d days, want 3", n)
	}
	if n := monthly.CountBetween(day("2026-02-01"), day("2026-02-28")); n != 0 {
		t.Errorf("monthly: got %d days, want 0", n)
	}
}

// TestRecurrenceHasNoGaps checks that From returns the earliest day of the series that is on or
// after the given day.
func TestRecurrenceHasNoGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := clampDate(rapid.IntRange(1990, 2040).Draw(t, "year"), 1, 1).AddDays(rapid.IntRange(0, 365).Draw(t, "day"))
		r := Recurrence{First: first}
		if rapid.Bool().Draw(t, "in months") {
			r.Months = rapid.IntRange(1, 12).Draw(t, "months")
		} else {
			r.Days = rapid.IntRange(1, 60).Draw(t, "days")
		}
		from := first.AddDays(rapid.IntRange(-400, 4000).Draw(t, "from"))
		got := r.OnOrAfter(from)
		if got.Before(from) || got.Before(first) {
			t.Fatalf("%v.From(%s) = %s, want a day on or after both", r, from, got)
		}
		for n := 0; r.nth(n).Before(got); n++ {
			if !r.nth(n).Before(from) {
				t.Fatalf("%v.From(%s) = %s, want %s", r, from, got, r.nth(n))
			}
		}
	})
}
