package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestFiscalYearContainsDay(t *testing.T) {
	for _, c := range []struct {
		day        string
		first      time.Month
		start, end string
	}{
		{"2026-11-21", time.January, "2026-01-01", "2026-12-31"},
		{"2026-11-21", time.July, "2026-07-01", "2027-06-30"},
		{"2026-03-31", time.April, "2025-04-01", "2026-03-31"},
		{"2026-04-01", time.April, "2026-04-01", "2027-03-31"},
		{"2024-02-29", time.March, "2023-03-01", "2024-02-29"},
		{"2026-12-31", time.December, "2026-12-01", "2027-11-30"},
		{"2026-11-21", 0, "2026-01-01", "2026-12-31"},
		{"0001-01-15", time.April, "0001-01-01", "0001-03-31"},
		{"9999-12-15", time.July, "9999-07-01", "9999-12-31"},
	} {
		start, end := FiscalYear(date(t, c.day), c.first)
		if start != date(t, c.start) || end != date(t, c.end) {
			t.Errorf("FiscalYear(%s, %s): got %s to %s, want %s to %s", c.day, c.first, start, end, c.start, c.end)
		}
	}
}

func TestMonthEndsOnItsLastDay(t *testing.T) {
	if start, end := Month(date(t, "2024-02-10")); start != date(t, "2024-02-01") || end != date(t, "2024-02-29") {
		t.Errorf("got %s to %s", start, end)
	}
}

func TestFiscalYearsHaveNoGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Date{2, 1, 1}.AddDays(rapid.IntRange(0, 3_650_000).Draw(t, "days"))
		first := time.Month(rapid.IntRange(1, 12).Draw(t, "first"))
		start, end := FiscalYear(d, first)
		if d.Before(start) || d.After(end) || start.Day() != 1 || start.Month() != first {
			t.Fatalf("FiscalYear(%s, %s): got %s to %s", d, first, start, end)
		}
		if next, _ := FiscalYear(end.AddDays(1), first); next != start.AddMonths(12) {
			t.Fatalf("the year after %s to %s begins on %s", start, end, next)
		}
	})
}
