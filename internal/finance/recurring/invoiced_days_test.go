package recurring

import (
	"slices"
	"strings"
	"testing"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// TestInvoicesCountForTheClosestDay finds which days of a recurrence have an invoice after it or
// the holidays changed.
func TestInvoicesCountForTheClosestDay(t *testing.T) {
	t.Parallel()
	monthly := &typepb.Recurrence{Frequency: typepb.Recurrence_MONTHLY}
	weekly := &typepb.Recurrence{Frequency: typepb.Recurrence_WEEKLY}
	daily := &typepb.Recurrence{Frequency: typepb.Recurrence_DAILY}
	for name, c := range map[string]struct {
		rule               *typepb.Recurrence
		days, stored, want string
	}{
		"the same days": {monthly, "2027-01-15 2027-02-15 2027-03-15", "2027-01-15 2027-03-15",
			"2027-01-15 2027-03-15"},
		"a later day":       {monthly, "2027-01-20 2027-02-20 2027-03-20", "2027-01-15 2027-02-15", "2027-01-20 2027-02-20"},
		"an earlier day":    {monthly, "2027-01-05 2027-02-05 2027-03-05", "2027-01-15 2027-02-15", "2027-01-05 2027-02-05"},
		"after a holiday":   {monthly, "2027-01-04 2027-02-01", "2027-01-01 2027-02-01", "2027-01-04 2027-02-01"},
		"a later start":     {monthly, "2027-04-20 2027-05-20", "2027-01-15 2027-02-15", ""},
		"weeks, not months": {weekly, "2027-01-06 2027-01-13 2027-01-20", "2027-01-15", "2027-01-13"},
		"every day":         {daily, "2027-01-06 2027-01-08", "2027-01-07", ""},
		"no days":           {daily, "", "2027-01-07", ""},
		"no invoices":       {daily, "2027-01-06", "", ""},
		"a month before":    {monthly, "2027-02-28 2027-03-31", "2027-01-31", ""},
	} {
		read := func(text string) (days []calendar.Date) {
			for _, day := range strings.Fields(text) {
				d, err := calendar.ParseDate(day)
				if err != nil {
					t.Fatal(err)
				}
				days = append(days, d)
			}
			return days
		}
		days := read(c.days)
		invoiced := invoicedDays(days, read(c.stored), c.rule)
		var got []string
		for _, day := range days {
			if invoiced[day] {
				got = append(got, day.String())
			}
		}
		if !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
