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

// The date of an entry is plausible within these months ahead of today and behind it.
const (
	plausibleMonthsAhead  = 12
	plausibleMonthsBehind = 120
)

// IsPlausibleDate reports whether a date is between ten years ago and a year from now, as the date
// of nearly every entry is.
func IsPlausibleDate(c *call.Call, date calendar.Date) bool {
	today := c.Today()
	return !date.After(today.AddMonths(plausibleMonthsAhead)) && !date.Before(today.AddMonths(-plausibleMonthsBehind))
}

// CheckPlausibleDate refuses an entry date that is neither plausible nor confirmed. Such dates
// usually have a wrong year. Use it for dates that a person typed. It accepts invalid dates, which
// other checks of the entry refuse.
func CheckPlausibleDate(c *call.Call, date string, confirmed bool) error {
	d, err := calendar.ParseDate(date)
	if confirmed || err != nil || IsPlausibleDate(c, d) {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_DATE_UNUSUAL,
		fault.At("date", "is more than a year ahead or ten years ago; set confirmUnusualDate if it is intended"))
}

// plausibleDateRule returns the rule that checks the date of a draft with CheckPlausibleDate. It
// runs before the draft is posted or waits for approval.
func plausibleDateRule(confirmed bool) resource.Rule[*pb.JournalEntry] {
	return func(_ context.Context, tx *db.Tx, _, e *pb.JournalEntry) error {
		return CheckPlausibleDate(tx.Call(), e.Date, confirmed || isPosted(e))
	}
}
