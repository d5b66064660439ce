package interest

import (
	"slices"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/calendar"
)

// Rate is a rate in percent per year since a day. It applies until the next rate starts, or until
// End if it has one.
type Rate struct {
	Start, End calendar.Date
	Percent    decimal.Decimal
}

// Merge returns rates and others, which come first on a common day, sorted by start.
func Merge(rates, others []Rate) []Rate {
	merged := append(slices.Clone(others), rates...)
	slices.SortStableFunc(merged, func(a, b Rate) int { return a.Start.Compare(b.Start) })
	return slices.CompactFunc(merged, func(a, b Rate) bool { return a.Start == b.Start })
}

// rateOn returns the rate of a day, and the last day on which it applies, or the zero date if it
// has no end. If no rate is known, until is the last day for which none is.
func rateOn(rates []Rate, day calendar.Date) (percent decimal.Decimal, until calendar.Date, known bool) {
	n := slices.IndexFunc(rates, func(r Rate) bool { return r.Start.After(day) })
	next := calendar.Date{}
	if n < 0 {
		n = len(rates)
	} else {
		next = rates[n].Start.AddDays(-1)
	}
	if n == 0 {
		return decimal.Zero, next, false
	}
	r := rates[n-1]
	switch {
	case !r.End.IsZero() && r.End.Before(day):
		return decimal.Zero, next, false
	case r.End.IsZero():
		return r.Percent, next, true
	case next.IsZero():
		return r.Percent, r.End, true
	}
	return r.Percent, calendar.Earlier(r.End, next), true
}

// LastDay returns the last day for which a rate is known, or the zero date if the last rate has no
// end. Rates are sorted by start.
func LastDay(rates []Rate) calendar.Date {
	if len(rates) == 0 {
		return calendar.Date{}
	}
	return rates[len(rates)-1].End
}
