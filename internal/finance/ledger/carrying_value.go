package ledger

import (
	"github.com/shopspring/decimal"

	"backoffice/internal/platform/calendar"
)

// position is a balance in a foreign currency, in minor units. Debits are positive.
type position struct {
	minor int64
	// base is the carrying value, in minor units of the base currency.
	base int64
}

func (p position) plus(q position) position { return position{p.minor + q.minor, p.base + q.base} }

func (p position) minus(q position) position { return position{p.minor - q.minor, p.base - q.base} }

// isReducedBy reports whether an amount has the opposite sign of the balance.
func (p position) isReducedBy(minor int64) bool { return sign(p.minor)*sign(minor) < 0 }

// valueOf returns the carrying value of an amount, at the weighted average of the balance.
func (p position) valueOf(minor int64) int64 {
	value := decimal.NewFromInt(p.base).Mul(decimal.NewFromInt(minor))
	return value.DivRound(decimal.NewFromInt(p.minor), 0).IntPart()
}

// settle adds a flow to the balance. What settles a part of the balance leaves at the carrying value
// of that part, and what exceeds the balance enters at the value at which it was posted (IAS 21.21,
// 21.28; ASC 830-20-35-2). It returns the realized exchange difference, which must be added to the
// account so that the flow leaves at the carrying value. A positive difference is a gain.
func (p *position) settle(flow position) (difference int64) {
	if p.isReducedBy(flow.minor) {
		settled := sign(flow.minor) * min(magnitude(flow.minor), magnitude(p.minor))
		difference = p.valueOf(settled) - flow.valueOf(settled)
	}
	*p = p.plus(position{flow.minor, flow.base + difference})
	return difference
}

// settleAtPosted adds a flow that settles items whose carrying value it was posted at. Only a flow
// that leaves nothing of the balance realizes a difference.
func (p *position) settleAtPosted(flow position) (difference int64) {
	if p.isReducedBy(flow.minor) && magnitude(flow.minor) >= magnitude(p.minor) {
		return p.settle(flow)
	}
	*p = p.plus(flow)
	return 0
}

// restore adds a flow that reverses an earlier settlement. What was settled returns at the carrying
// value, which undoes the realized difference. If less than a tenth of it remains, the average of the
// rest is too inexact, and the flow returns at the value at which it was posted.
func (p *position) restore(flow position) (difference int64) {
	if magnitude(flow.minor)/10 <= magnitude(p.minor) {
		difference = p.valueOf(flow.minor) - flow.base
	}
	*p = p.plus(position{flow.minor, flow.base + difference})
	return difference
}

func magnitude(minor int64) int64 { return max(minor, -minor) }

// dayFlows are the flows of a balance in a foreign currency on a day.
type dayFlows struct {
	date calendar.Date
	// debits and credits are posted at the value of the day. A reversal counts, negative, on the side
	// of the entry that it reverses, so that an entry reversed on its own day counts for nothing.
	debits, credits position
	// atCarryingValue are flows of items whose carrying value is known, such as the entries of a bank
	// match.
	atCarryingValue position
	// revalued is the effect of a revaluation, which is posted at the end of the day. unrevalued is
	// that of its reversal, at the beginning of the next day.
	revalued, unrevalued int64
	// difference is the exchange difference that is already posted.
	difference int64
}

// sum returns the effect of all flows of the day on the balance.
func (f dayFlows) sum() position {
	return f.debits.plus(f.credits).plus(f.atCarryingValue).plus(position{0, f.revalued + f.unrevalued + f.difference})
}

// addDay adds the flows of a day to the balance, and returns the realized exchange difference of the
// day. What increases the balance is added first, so that the result does not depend on the order of
// posting. At the end of the day, a balance of zero has a carrying value of zero.
func (p *position) addDay(f dayFlows) (difference int64) {
	p.base += f.unrevalued
	side := sign(p.minor)
	if side == 0 {
		side = sign(f.debits.minor + f.credits.minor + f.atCarryingValue.minor)
	}
	increases, decreases := f.debits, f.credits
	if side < 0 {
		increases, decreases = f.credits, f.debits
	}
	difference = p.settleAtPosted(increases) + p.settleAtPosted(f.atCarryingValue)
	switch {
	case decreases.minor == 0:
		difference -= decreases.base // settled and restored at different rates on one day
	case sign(decreases.minor) == side && p.minor != 0:
		difference += p.restore(decreases)
	default:
		difference += p.settle(decreases)
	}
	if p.minor == 0 {
		difference -= p.base
		p.base = 0
	}
	p.base += f.revalued
	return difference
}

// missingDifference is an exchange difference that is to be posted on a day, so that the posted ones
// of that day equal the realized ones.
type missingDifference struct {
	date  calendar.Date
	minor int64
}

// findMissingDifferences computes the realized exchange differences of a balance, day by day, and
// returns those that are not posted yet. days are sorted, and opening is the balance before the
// first of them.
func findMissingDifferences(opening position, days []dayFlows) (missing []missingDifference) {
	for _, f := range days {
		if minor := opening.addDay(f) - f.difference; minor != 0 {
			missing = append(missing, missingDifference{f.date, minor})
		}
	}
	return missing
}
