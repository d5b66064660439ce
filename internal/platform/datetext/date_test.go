package datetext

import (
	"strings"
	"testing"

	"backoffice/internal/platform/calendar"
)

func day(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDatesInManyNotations reads a date in the notations of banks.
func TestDatesInManyNotations(t *testing.T) {
	for _, text := range []string{
		"05 Jan 2026", "5-Jan-26", "05JAN2026", "Jan 5, 2026", "January 5th, 2026", "Mon 5 Jan 2026", "5. Januar 2026",
		"5 janv. 2026", "1er", "5 de enero de 2026", "2026-Jan-05", "2026-01-05", "20260105", "2026.01.05.", "5.1.2026.",
		"05.01.26, 10:15", "2026-01-05T10:15:00Z", "2026-01-05 10:15:00.000", "2026/01/05", "2026年1月5日",
		"05 Jan 2026 10:15 AM",
	} {
		date, err := Parse(text, DayMonthYear)
		if isDate := text != "1er"; (err == nil) != isDate || isDate && date != day(t, "2026-01-05") {
			t.Errorf("%q: got %s, %v", text, date, err)
		}
	}
	for _, text := range []string{
		"", "Jan 2026", "5 Foo 2026", "05.01.2026 - 07.01.2026", "2026-01", "32 Jan 2026", "5 Jan 1", "2026-01-05 note",
		"0x", "5 5 Jan 2026", "5.1.2026..", "12345678901",
	} {
		if date, err := Parse(text, DayMonthYear); err == nil {
			t.Errorf("%q: got %s, want an error", text, date)
		}
	}
}

// TestDateOrderIsShownOrAsked finds the order of dates by what is possible and plausible, and
// refuses dates that may be either of two days.
func TestDateOrderIsShownOrAsked(t *testing.T) {
	for _, c := range []struct {
		dates string
		order Order
		shown bool
	}{
		{"26-01-05 26-01-28", YearMonthDay, true}, {"05-01-26 28-01-26", DayMonthYear, true},
		{"01-05-26 01-28-26", MonthDayYear, true}, {"05.01.26 06.01.26", DayMonthYear, false},
		{"26/01/28", YearMonthDay, true}, {"21.11.26", DayMonthYear, false},
		{"31/12/2025 01/01/2026", DayMonthYear, true},
		{"26-01-05", YearMonthDay, true}, {"2026-01-05", YearMonthDay, true},
		{"20/01/26 21/01/26", DayMonthYear, false},
		{"05/01/26 06/01/26", "", false}, {"20-01-26", "", false}, {"01/02/2026", "", false},
		{"31/01/2026 01/31/2026", "", false},
	} {
		order, isShown, err := DetectOrder(strings.Fields(c.dates), day(t, "2026-11-21"))
		if order != c.order || isShown != c.shown || (err == nil) != (c.order != "") {
			t.Errorf("%s: got %q, %v and %v, want %q, %v", c.dates, order, isShown, err, c.order, c.shown)
		}
	}
}
