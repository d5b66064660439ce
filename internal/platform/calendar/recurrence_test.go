package calendar

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRecurrence(t *testing.T) {
	day := func(text string) Date {
		d, err := ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	monthly := Recurrence{First: day("2026-01-31"), Months: 1}
	for from, want := range map[string]string{
		"2025-06-01": "2026-01-31", "2026-01-31": "2026-01-31", "2026-02-01": "2026-02-28", "2026-03-01": "2026-03-31", "2028-02-01": "2028-02-29",
	} {
		if got := monthly.From(day(from)); got != day(want) {
			t.Errorf("from %s: got %s, want %s", from, got, want)
		}
	}
	weekly := Recurrence{First: day("2026-11-20"), Days: 7}
	if got := weekly.From(day("2026-11-21")); got != day("2026-11-27") {
		t.Errorf("got %s", got)
	}
	if n := weekly.Between(day("2026-11-20"), day("2026-12-05")); n != 3 {
		t.Errorf("got %d", n)
	}
	if n := monthly.Between(day("2026-02-01"), day("2026-02-28")); n != 0 {
		t.Errorf("got %d", n)
	}
}

// TestRecurrenceHasNoGaps holds the day that From answers to be the first of the series,
// which none lies before.
func TestRecurrenceHasNoGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := civil(rapid.IntRange(1990, 2040).Draw(t, "year"), 1, 1).AddDays(rapid.IntRange(0, 365).Draw(t, "day"))
		r := Recurrence{First: first}
		if rapid.Bool().Draw(t, "in months") {
			r.Months = rapid.IntRange(1, 12).Draw(t, "months")
		} else {
			r.Days = rapid.IntRange(1, 60).Draw(t, "days")
		}
		from := first.AddDays(rapid.IntRange(-400, 4000).Draw(t, "from"))
		got := r.From(from)
		if got.Before(from) || got.Before(first) {
			t.Fatalf("%v from %s is %s", r, from, got)
		}
		for n := 0; r.nth(n).Before(got); n++ {
			if !r.nth(n).Before(from) {
				t.Fatalf("%v from %s passes %s over", r, from, r.nth(n))
			}
		}
	})
}
