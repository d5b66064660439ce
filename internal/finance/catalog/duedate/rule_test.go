package duedate_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"backoffice/internal/finance/catalog/duedate"
	"backoffice/internal/platform/calendar"
)

func date(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const (
	monthEnd  = duedate.DaysAfterMonthEnd
	afterDays = duedate.MonthEndAfterDays
)

// onDay returns the rule for a day of the month.
func onDay(months, day int) duedate.Rule {
	return duedate.Rule{Kind: duedate.DayOfMonth, Months: months, Day: day}
}

func TestDueDateFollowsRule(t *testing.T) {
	for name, c := range map[string]struct {
		rule           duedate.Rule
		document, want string
	}{
		"on receipt":                       {duedate.Rule{}, "2026-11-20", "2026-11-20"},
		"net 30":                           {duedate.Rule{Days: 30}, "2026-03-15", "2026-04-14"},
		"net 30 over a leap day":           {duedate.Rule{Days: 30}, "2028-02-10", "2028-03-11"},
		"net 90 over the end of a year":    {duedate.Rule{Days: 90}, "2026-11-20", "2027-02-18"},
		"end of month":                     {duedate.Rule{Kind: monthEnd}, "2026-02-03", "2026-02-28"},
		"end of month on its last day":     {duedate.Rule{Kind: monthEnd}, "2028-02-29", "2028-02-29"},
		"net 10 end of month":              {duedate.Rule{Kind: monthEnd, Days: 10}, "2026-03-03", "2026-04-10"},
		"45 days after the end of month":   {duedate.Rule{Kind: monthEnd, Days: 45}, "2026-01-15", "2026-03-17"},
		"end of month after 45 days":       {duedate.Rule{Kind: afterDays, Days: 45}, "2026-01-15", "2026-03-31"},
		"end of month after 0 days":        {duedate.Rule{Kind: afterDays}, "2026-01-15", "2026-01-31"},
		"25 of the following month":        {onDay(1, 25), "2026-03-15", "2026-04-25"},
		"the 15th, still to come":          {onDay(0, 15), "2026-11-10", "2026-11-15"},
		"the 15th, on that day":            {onDay(0, 15), "2026-11-15", "2026-11-15"},
		"the 15th, already past":           {onDay(0, 15), "2026-12-16", "2027-01-15"},
		"the 31st in a shorter month":      {onDay(1, 31), "2026-01-31", "2026-02-28"},
		"the 30th in a leap February":      {onDay(1, 30), "2028-01-01", "2028-02-29"},
		"the 31st in a long month":         {onDay(2, 31), "2026-01-31", "2026-03-31"},
		"the 1st two months on, next year": {onDay(2, 1), "2026-11-30", "2027-01-01"},
		"the 31st on the last day":         {onDay(0, 31), "2026-04-30", "2026-04-30"},
	} {
		if got := c.rule.Date(date(t, c.document)); got.String() != c.want {
			t.Errorf("%s: got %s for %s, want %s", name, got, c.document, c.want)
		}
	}
}

// drawRule draws a rule within the limits of the API.
func drawRule(t *rapid.T) duedate.Rule {
	return duedate.Rule{
		Kind:   duedate.Kind(rapid.IntRange(0, 3).Draw(t, "kind")),
		Days:   rapid.IntRange(0, 365).Draw(t, "days"),
		Months: rapid.IntRange(0, 24).Draw(t, "months"),
		Day:    rapid.IntRange(1, 31).Draw(t, "day"),
	}
}

// drawDate draws a date from 2000 on.
func drawDate(t *rapid.T) calendar.Date {
	first, err := calendar.NewDate(2000, time.January, 1)
	if err != nil {
		t.Fatal(err)
	}
	return first.AddDays(rapid.IntRange(0, 40_000).Draw(t, "date"))
}

func TestDueDateIsNeverBeforeDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule, document := drawRule(t), drawDate(t)
		if due := rule.Date(document); due.Before(document) {
			t.Fatalf("%+v is due on %s, before %s", rule, due, document)
		}
	})
}

// TestDueDateKeepsOrderOfDocuments checks that a later document is not due before an earlier one.
func TestDueDateKeepsOrderOfDocuments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule, document := drawRule(t), drawDate(t)
		later := document.AddDays(rapid.IntRange(0, 100).Draw(t, "days later"))
		if rule.Date(later).Before(rule.Date(document)) {
			t.Fatalf("%+v: %s is due on %s, and %s on %s", rule, document, rule.Date(document), later, rule.Date(later))
		}
	})
}

func TestDayOfMonthIsThatDayOrTheLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule, document := drawRule(t), drawDate(t)
		rule.Kind = duedate.DayOfMonth
		due := rule.Date(document)
		if due.Day() != rule.Day && (due != due.LastOfMonth() || due.Day() > rule.Day) {
			t.Fatalf("day %d after %s is %s", rule.Day, document, due)
		}
		months := (due.Year()-document.Year())*12 + int(due.Month()) - int(document.Month())
		if months != rule.Months && (rule.Months != 0 || months != 1) {
			t.Fatalf("%d months after %s is %s", rule.Months, document, due)
		}
	})
}
