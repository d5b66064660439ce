package banking

import (
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
)

// postingDate returns the date of the entry of a decision: the requested one, or else the day on
// which the bank booked the money. It refuses a date before that day, and one more than a year
// ahead, which usually has a wrong year.
func postingDate(c *call.Call, requested, booked string) (string, error) {
	if requested == "" {
		return booked, nil
	}
	day, err := calendar.ParseBusinessDate(requested)
	switch {
	case err != nil:
		return "", fault.Invalid(fault.At("postingDate", "%s", err))
	case requested < booked:
		return "", fault.Invalid(fault.At("postingDate", "must not be before the booked date, %s", booked))
	case requested != booked && day.After(c.Today()) && !ledger.IsPlausibleDate(c, day):
		return "", fault.Invalid(fault.At("postingDate", "must not be more than a year ahead"))
	}
	return requested, nil
}

// remapDate maps an error about the date of an entry to the posting date of the request, since the
// booked date of a line cannot change.
func remapDate(f fault.Field) fault.Field {
	return fault.At("postingDate", "must be later, because the date of the entry %s", f.Message)
}
