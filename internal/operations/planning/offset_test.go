package planning

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/holiday"
)

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestShiftCountsDays moves days when a start moves, over a leap day, a weekend and a holiday.
func TestShiftCountsDays(t *testing.T) {
	t.Parallel()
	holidays, err := holiday.NewCalendar([]string{"US"}, holiday.Changes{})
	if err != nil {
		t.Fatal(err)
	}
	all, business := dayCounter{}, dayCounter{business: true, holidays: holidays}
	for _, c := range []struct {
		name          string
		days          dayCounter
		day, from, to string
		want          string
	}{
		{"all days", all, "2027-03-05", "2027-03-01", "2027-03-08", "2027-03-12"},
		{"over a leap day", all, "2028-02-27", "2028-02-25", "2028-02-27", "2028-02-29"},
		{"to the past", all, "2027-03-01", "2027-03-01", "2027-01-31", "2027-01-31"},
		{"before the start", all, "2027-02-26", "2027-03-01", "2027-03-02", "2027-02-27"},
		{"over a weekend", business, "2027-03-05", "2027-03-01", "2027-03-02", "2027-03-08"},
		{"to a Saturday", business, "2027-03-02", "2027-03-01", "2027-03-06", "2027-03-09"},
		{"over a holiday", business, "2027-07-02", "2027-07-01", "2027-07-02", "2027-07-06"},
		{"before the start", business, "2027-02-26", "2027-03-01", "2027-03-09", "2027-03-08"},
	} {
		if got := c.days.shift(date(t, c.day), date(t, c.from), date(t, c.to)); got.String() != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestShiftedDaysKeepTheirDistance checks that days keep their order and their distance, that
// moving to the same start changes no business day, and that moving back restores business days.
func TestShiftedDaysKeepTheirDistance(t *testing.T) {
	t.Parallel()
	holidays, err := holiday.NewCalendar([]string{"US"}, holiday.Changes{})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := dayCounter{}
		if rapid.Bool().Draw(t, "business days") {
			c = dayCounter{business: true, holidays: holidays}
		}
		day := func(label string) calendar.Date {
			first, _ := calendar.NewDate(2026, time.January, 1)
			d := first.AddDays(rapid.IntRange(0, 2000).Draw(t, label))
			if c.business {
				d = holidays.Following(d)
			}
			return d
		}
		from, to, a, b := day("from"), day("to"), day("a"), day("b")
		movedA, movedB := c.shift(a, from, to), c.shift(b, from, to)
		if c.between(a, b) != c.between(movedA, movedB) {
			t.Fatalf("%s and %s moved to %s and %s", a, b, movedA, movedB)
		}
		if c.shift(a, from, from) != a || c.shift(movedA, to, from) != a || c.shift(from, from, to) != to {
			t.Fatalf("%s moved to %s from %s to %s", a, movedA, from, to)
		}
	})
}
