package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// Months around today in which the date of an entry is usual.
const (
	usualMonthsAhead  = 12
	usualMonthsBehind = 120
)

// IsPlausibleDate tells whether a date lies between ten years ago and a year from now, as
// the date of nearly every entry does.
func IsPlausibleDate(c *call.Call, date calendar.Date) bool {
	today := c.Today()
	return !date.After(today.AddMonths(usualMonthsAhead)) && !date.Before(today.AddMonths(-usualMonthsBehind))
}

// CheckPlausibleDate refuses the date of an entry that a person typed if it is unusual and
// not confirmed: most of such dates have a wrong year. What is no date is left to the
// checks of the entry.
func CheckPlausibleDate(c *call.Call, date string, confirmed bool) error {
	d, err := calendar.ParseDate(date)
	if confirmed || err != nil || IsPlausibleDate(c, d) {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_DATE_UNUSUAL,
		fault.At("date", "is more than a year ahead or ten years ago; set confirmUnusualDate if it is meant"))
}

// usualDate is CheckPlausibleDate as a rule of an entry.
func usualDate(confirmed bool) resource.Rule[*pb.JournalEntry] {
	return func(_ context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
		return CheckPlausibleDate(tx.Call(), e.Date, confirmed)
	}
}
