// Package carryingvalue computes what balances in a foreign currency are worth on the books, and
// the exchange differences that are realized when they are settled (IAS 21.28, ASC 830-20-35-1). It
// computes on plain values of one balance, day by day, and reads no database. The result does not
// depend on the order in which the lines of a day were posted. A balance of zero is worth zero.
package carryingvalue

import (
	"cmp"

	"github.com/shopspring/decimal"
)

// Position is a balance in a foreign currency, or what changes it, in minor units. Debits are
// positive.
type Position struct {
	Minor int64
	// Base is the carrying value, in minor units of the base currency.
	Base int64
}

// Plus returns the sum of two positions.
func (p Position) Plus(q Position) Position { return Position{p.Minor + q.Minor, p.Base + q.Base} }

// Minus returns the position without another one.
func (p Position) Minus(q Position) Position { return Position{p.Minor - q.Minor, p.Base - q.Base} }

// isReducedBy reports whether an amount has the opposite sign of the balance.
func (p Position) isReducedBy(minor int64) bool { return sign(p.Minor)*sign(minor) < 0 }

// valueOf returns the carrying value of an amount, at the weighted average of the balance.
func (p Position) valueOf(minor int64) int64 {
	value := decimal.NewFromInt(p.Base).Mul(decimal.NewFromInt(minor))
	return value.DivRound(decimal.NewFromInt(p.Minor), 0).IntPart()
}

// settle adds a flow to the balance. What settles a part of the balance leaves at the carrying
// value of that part, and what exceeds the balance enters at the value at which it was posted (IAS
// 21.21, 21.28; ASC 830-20-35-1). It returns the realized exchange difference, which must be added
// to the account so that the flow leaves at the carrying value. A positive difference is a gain.
func (p *Position) settle(flow Position) (difference int64) {
	if p.isReducedBy(flow.Minor) {
		settled := sign(flow.Minor) * min(magnitude(flow.Minor), magnitude(p.Minor))
		difference = p.valueOf(settled) - flow.valueOf(settled)
	}
	*p = p.Plus(Position{flow.Minor, flow.Base + difference})
	return difference
}

// settleAtPosted adds a flow that settles items whose carrying value it was posted at. Only a flow
// that leaves nothing of the balance realizes a difference.
func (p *Position) settleAtPosted(flow Position) (difference int64) {
	if p.isReducedBy(flow.Minor) && magnitude(flow.Minor) >= magnitude(p.Minor) {
		return p.settle(flow)
	}
	*p = p.Plus(flow)
	return 0
}

// restore adds a flow that reverses an earlier settlement. What was settled returns at the carrying
// value, which undoes the realized difference. If less than a tenth of it remains, the average of
// the rest is too inexact, and the flow returns at the value at which it was posted.
func (p *Position) restore(flow Position) (difference int64) {
	if magnitude(flow.Minor)/10 <= magnitude(p.Minor) {
		difference = p.valueOf(flow.Minor) - flow.Base
	}
	*p = p.Plus(Position{flow.Minor, flow.Base + difference})
	return difference
}

func magnitude(minor int64) int64 { return max(minor, -minor) }

// sign returns 1, 0 or -1.
func sign(minor int64) int64 { return int64(cmp.Compare(minor, 0)) }
