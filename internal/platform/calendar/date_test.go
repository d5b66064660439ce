package calendar

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func date(t testing.TB, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func anyDate() *rapid.Generator[Date] {
	return rapid.Custom(func(t *rapid.T) Date {
		return Date{1, 1, 1}.AddDays(rapid.IntRange(0, 3_652_058).Draw(t, "days"))
	})
}

func TestParseDateAcceptsOneForm(t *testing.T) {
	for _, text := range []string{"2026-11-21", "0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29"} {
		if d := date(t, text); d.String() != text || d.IsZero() {
			t.Errorf("ParseDate(%q) = %s", text, d)
		}
	}
	for _, text := range []string{
		"", "2026-02-30", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31", "0000-01-01",
		"2026-1-1", "26-01-01", "10000-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "2026-01-01T00:00:00Z",
		"+026-01-01", "2026-+1-01", "2026--1-01", "-001-01-01", "20261121", "２０２６-01", "2026-0x-01",
	} {
		if d, err := ParseDate(text); err == nil || !d.IsZero() {
			t.Errorf("ParseDate(%q) = %s, want an error", text, d)
		}
	}
}

func TestParseCompactDate(t *testing.T) {
	if d, err := ParseCompactDate("20261121"); err != nil || d != date(t, "2026-11-21") {
		t.Errorf("got %s, %v, want 2026-11-21", d, err)
	}
	for _, text := range []string{"", "20112000", "2011-1-1", "201104011", "20110230"} {
		if d, err := ParseCompactDate(text); err == nil {
			t.Errorf("ParseCompactDate(%q) = %s, want an error", text, d)
		}
	}
}

func TestZeroDateIsBeforeAllDays(t *testing.T) {
	var none Date
	if !none.IsZero() || none.String() != "" || !none.Before(date(t, "0001-01-01")) {
		t.Errorf("got %q, want the zero Date", none)
	}
}

func TestDateParts(t *testing.T) {
	d := date(t, "2026-11-21")
	if d.Year() != 2026 || d.Month() != time.November || d.Day() != 21 || d.Weekday() != time.Saturday {
		t.Errorf("%s: %d %s %d %s", d, d.Year(), d.Month(), d.Day(), d.Weekday())
	}
}

func TestAddDaysStopsAtFirstAndLastDate(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-12-31", 1, "2027-01-01"},
		{"2024-02-28", 1, "2024-02-29"},
		{"2024-03-01", -1, "2024-02-29"},
		{"2026-11-21", 0, "2026-11-21"},
		{"9999-12-31", 1, "9999-12-31"},
		{"0001-01-01", -1, "0001-01-01"},
		{"2026-11-21", math.MaxInt, "9999-12-31"},
		{"2026-11-21", math.MinInt, "0001-01-01"},
	} {
		if got := date(t, c.from).AddDays(c.n); got != date(t, c.want) {
			t.Errorf("%s.AddDays(%d) = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestAddMonthsKeepsToTheMonth(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2026-01-31", 2, "2026-03-31"},
		{"2026-01-31", 3, "2026-04-30"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2026-01-31", -2, "2025-11-30"},
		{"2026-03-15", -15, "2024-12-15"},
		{"2026-12-15", 1, "2027-01-15"},
		{"9999-12-15", 1, "9999-12-31"},
		{"0001-01-15", -1, "0001-01-01"},
		{"2026-11-21", math.MaxInt, "9999-12-31"},
		{"2026-11-21", math.MinInt, "0001-01-01"},
	} {
		if got := date(t, c.from).AddMonths(c.n); got != date(t, c.want) {
			t.Errorf("%s.AddMonths(%d) = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestParseDateReversesString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate().Draw(t, "date")
		if back, err := ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("got %s, %v, want %s", back, err, d)
		}
	})
}

func TestDaysUntilReversesAddDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDate().Draw(t, "a"), anyDate().Draw(t, "b")
		n := a.DaysUntil(b)
		if a.AddDays(n) != b || b.AddDays(-n) != a {
			t.Fatalf("%s.DaysUntil(%s) = %d, but AddDays returns %s", a, b, n, a.AddDays(n))
		}
		if a.Before(b) != (n > 0) || a.After(b) != (n < 0) || (a == b) != (n == 0) {
			t.Fatalf("the order of %s and %s contradicts DaysUntil = %d", a, b, n)
		}
		if int(b.Weekday()-a.Weekday()+7)%7 != (n%7+7)%7 {
			t.Fatalf("%s is a %s and %s, %d days later, is a %s", a, a.Weekday(), b, n, b.Weekday())
		}
	})
}

func TestAddMonthsKeepsDayOrEndOfMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		anchor := Date{2000, 1, 1}.AddDays(rapid.IntRange(0, 36_524).Draw(t, "days"))
		n := rapid.IntRange(-1200, 1200).Draw(t, "months")
		got := anchor.AddMonths(n)
		months := (got.Year()-anchor.Year())*12 + int(got.Month()-anchor.Month())
		if months != n || got.Day() != min(anchor.Day(), got.LastOfMonth().Day()) {
			t.Fatalf("%s.AddMonths(%d) = %s", anchor, n, got)
		}
	})
}
