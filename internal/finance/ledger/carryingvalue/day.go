package carryingvalue

import "backoffice/internal/platform/calendar"

// Day holds the flows of a balance in a foreign currency on a day.
type Day struct {
	Date calendar.Date
	// Debits and Credits are posted at the value of the day. A reversal counts, negative, on the side
	// of the entry that it reverses, so that an entry reversed on its own day counts for nothing.
	Debits, Credits Position
	// AtCarryingValue are flows of items whose carrying value is known, such as the entries of a bank
	// match.
	AtCarryingValue Position
	// Revalued is the effect of a revaluation, which is posted at the end of the day. Unrevalued is
	// that of its reversal, at the beginning of the next day.
	Revalued, Unrevalued int64
	// Difference is the exchange difference that is already posted.
	Difference int64
}

// addDay adds the flows of a day to the balance, and returns the realized exchange difference of
// the day. What increases the balance is added first, so that the result does not depend on the
// order of posting. At the end of the day, a balance of zero has a carrying value of zero.
func (p *Position) addDay(d Day) (difference int64) {
	p.Base += d.Unrevalued
	side := sign(p.Minor)
	if side == 0 {
		side = sign(d.Debits.Minor + d.Credits.Minor + d.AtCarryingValue.Minor)
	}
	increases, decreases := d.Debits, d.Credits
	if side < 0 {
		increases, decreases = d.Credits, d.Debits
	}
	difference = p.settleAtPosted(increases) + p.settleAtPosted(d.AtCarryingValue)
	switch {
	case decreases.Minor == 0:
		difference -= decreases.Base // settled and restored at different rates on one day
	case sign(decreases.Minor) == side && p.Minor != 0:
		difference += p.restore(decreases)
	default:
		difference += p.settle(decreases)
	}
	if p.Minor == 0 {
		difference -= p.Base
		p.Base = 0
	}
	p.Base += d.Revalued
	return difference
}

// Difference is an exchange difference that is to be posted on a day, so that the posted ones of
// that day equal the realized ones.
type Difference struct {
	Date  calendar.Date
	Minor int64
}

// Missing computes the realized exchange differences of a balance, day by day, and returns those
// that are not posted yet. The days are sorted, and opening is the balance before the first of
// them.
func Missing(opening Position, days []Day) (missing []Difference) {
	for _, d := range days {
		if minor := opening.addDay(d) - d.Difference; minor != 0 {
			missing = append(missing, Difference{d.Date, minor})
		}
	}
	return missing
}
