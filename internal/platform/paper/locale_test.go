package paper

import (
	"testing"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/paper/linebreak"
)

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestPaperAndDatesFollowRegion checks the paper, the language and the order of a date in regions.
func TestPaperAndDatesFollowRegion(t *testing.T) {
	t.Parallel()
	day := date(t, "2026-10-31")
	for region, want := range map[string]struct {
		isLetter              bool
		language, long, short string
	}{
		"US": {true, "en-US", "October 31, 2026", "Oct 31, 2026"},
		"CA": {true, "en-CA", "October 31, 2026", "Oct 31, 2026"},
		"PH": {true, "en-PH", "October 31, 2026", "Oct 31, 2026"},
		"MX": {true, "en-MX", "31 October 2026", "31 Oct 2026"},
		"DE": {false, "en-DE", "31 October 2026", "31 Oct 2026"},
		"JP": {false, "en-JP", "31 October 2026", "31 Oct 2026"},
		"":   {false, "en", "31 October 2026", "31 Oct 2026"},
	} {
		l := NewLocale(region)
		if l.UsesLetter() != want.isLetter || l.Language() != want.language || l.LongDate(day) != want.long ||
			l.ShortDate(day) != want.short {
			t.Errorf("%q: got Letter %t, %s, %s, %s", region, l.UsesLetter(), l.Language(), l.LongDate(day), l.ShortDate(day))
		}
	}
}

// TestPeriodsAreWrittenOut checks the heading of a document and the label of a column for a period.
func TestPeriodsAreWrittenOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		start, end     string
		isFiscalYear   bool
		heading, label string
	}{
		{"2026-01-01", "2026-12-31", true, "For the Year Ended December 31, 2026", "2026"},
		{"2025-11-01", "2026-10-31", false, "For the Year Ended October 31, 2026", "Year Ended Oct 31, 2026"},
		{
			"2026-06-15", "2026-12-31", true, "For the Period June 15 to December 31, 2026", "Jun 15 – Dec 31, 2026",
		},
		{"2024-10-01", "2025-12-31", true, "For the 15 Months Ended December 31, 2025", "Oct 2024 – Dec 2025"},
		{"2025-12-28", "2026-12-26", true, "For the Year Ended December 26, 2026", "Dec 28, 2025 – Dec 26, 2026"},
		{"2026-01-31", "2027-02-05", true, "For the Year Ended February 5, 2027", "Jan 31, 2026 – Feb 5, 2027"},
		{"2026-02-01", "2026-02-28", false, "For the Month Ended February 28, 2026", "Feb 2026"},
		{"2024-02-01", "2024-02-28", false, "For the Period February 1 to February 28, 2024", "Feb 1 – Feb 28, 2024"},
		{"2026-01-01", "2026-03-31", false, "For the Three Months Ended March 31, 2026", "Jan – Mar 2026"},
		{"2025-11-01", "2026-01-31", false, "For the Three Months Ended January 31, 2026", "Nov 2025 – Jan 2026"},
		{"2025-01-01", "2026-06-30", false, "For the 18 Months Ended June 30, 2026", "Jan 2025 – Jun 2026"},
		{"2026-01-15", "2026-02-14", false, "For the Month Ended February 14, 2026", "Jan 15 – Feb 14, 2026"},
		{
			"2025-12-24", "2026-01-02", false, "For the Period December 24, 2025 to January 2, 2026",
			"Dec 24, 2025 – Jan 2, 2026",
		},
		{"2026-03-05", "2026-03-05", false, "For the Day March 5, 2026", "Mar 5, 2026"},
	} {
		start, end, l := date(t, c.start), date(t, c.end), NewLocale("US")
		if got := l.ForPeriod(start, end, c.isFiscalYear); got != c.heading {
			t.Errorf("%s to %s: got heading %s, want %s", c.start, c.end, got, c.heading)
		}
		if got := l.PeriodLabel(start, end); got != c.label {
			t.Errorf("%s to %s: got label %s, want %s", c.start, c.end, got, c.label)
		}
	}
	if got := NewLocale("DE").ForPeriod(date(t, "2026-01-01"), date(t, "2026-03-15"), false); got !=
		"For the Period 1 January to 15 March 2026" {
		t.Errorf("got %s", got)
	}
}

// TestDatesAreOneWord checks that a date within text is not broken between lines.
func TestDatesAreOneWord(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"Oct 31, 2026": 1, "31 October 2026": 1, "Year Ended Oct 31, 2026": 3, "Nov 2025 – Jan 2026": 2, "May 2026 Debit": 2,
		"Paid on 3 Mar 2026 by card": 5, "Marching band": 2, "Augmented 2026 plan": 3, "a – b": 2,
	} {
		if got := linebreak.Words(text); len(got) != want {
			t.Errorf("%q: got %q, want %d words", text, got, want)
		}
	}
}
