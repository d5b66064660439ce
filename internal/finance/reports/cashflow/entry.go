package cashflow

import (
	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// Line is a posted line in minor units of the base currency, debits positive.
type Line struct {
	Account *Account
	Minor   int64
}

// Entry is a posted entry, without lines that close a year. Its lines add up to zero.
type Entry struct {
	Lines []Line
	// Revaluation is true for an entry that changes the base amount of foreign balances only: a
	// revaluation, the reversal of one, or a realized exchange difference.
	Revaluation bool
	// Opening is true for an import of opening balances.
	Opening bool
	// RecodesCash is true for an entry that moves the amounts of an entry with cash to other accounts.
	RecodesCash bool
	// Reversal is true for an entry that reverses another one.
	Reversal bool
}

// Flow is cash that came from an account, positive, or went to it, negative.
type Flow struct {
	Section pb.Account_CashFlowSection
	// Class is the class of an operating flow.
	Class pb.Account_CashFlowClass
	// Account is uuid.Nil for imported opening cash.
	Account uuid.UUID
	Minor   int64
}

// Movement is an amount of an account, credits positive.
type Movement struct {
	Account uuid.UUID
	Minor   int64
}

// Exchange is a part of an entry that moved no cash: it debits one account and credits another.
type Exchange struct {
	Debit, Credit uuid.UUID
	Minor         int64
}

// Attribution says where a cash-flow statement shows an entry.
//
// The flows and the effect add up to the cash that the entry moved. The movements of the entry's
// operating accounts less the excluded ones add up to its operating flows. The direct and the
// indirect method therefore agree for each entry.
type Attribution struct {
	Flows []Flow
	// Excluded are the movements of operating accounts that are not operating cash: they belong to
	// investing or financing, or to the effect of exchange rates (IAS 7.20b and c).
	Excluded []Movement
	// Effect is what exchange rates added to cash (IAS 7.28).
	Effect int64
	// NonCash are investing and financing transactions without cash (IAS 7.43, ASC 230-10-50-3).
	NonCash []Exchange
}

// Attribute attributes the cash of an entry to its other lines.
func Attribute(e Entry) Attribution {
	if e.Reversal {
		// A reversal is shown where the entry that it reverses is shown.
		return attribute(e.negated()).negated()
	}
	return attribute(e)
}

func attribute(e Entry) Attribution {
	a := newAttributor(e.Lines)
	switch {
	case e.Revaluation:
		// Revaluation is not a cash flow. It changes the cash held by the effect of rates (IAS 7.28).
		return Attribution{Effect: a.cash.net, Excluded: a.allMovements()}
	case e.Opening:
		// Opening balances were not received or paid by the organization in these books.
		out := Attribution{Excluded: a.allMovements()}
		if net := a.cash.net; net != 0 {
			out.Flows = []Flow{{Section: pb.Account_FINANCING, Minor: net}}
		}
		return out
	case e.RecodesCash:
		// The cash that the other entry moved is moved from account to account as well.
		a.placeFollowers()
		return a.attribution()
	}
	a.separateExchangeEffect()
	a.placeFollowers()
	a.placeDisposalResults()
	a.matchWithoutCash()
	return a.attribution()
}

// negated returns the entry with the opposite signs, as it was before a reversal.
func (e Entry) negated() Entry {
	lines := make([]Line, len(e.Lines))
	for i, l := range e.Lines {
		lines[i] = Line{l.Account, -l.Minor}
	}
	e.Lines = lines
	return e
}

func (a Attribution) negated() Attribution {
	for i := range a.Flows {
		a.Flows[i].Minor *= -1
	}
	for i := range a.Excluded {
		a.Excluded[i].Minor *= -1
	}
	for i := range a.NonCash {
		a.NonCash[i].Minor *= -1
	}
	a.Effect *= -1
	return a
}

// AttributeAlone attributes the sum of lines on an operating account that only cash lines on the
// other side balance.
func AttributeAlone(a *Account, minor int64) Attribution {
	return Attribution{Flows: []Flow{{Section: a.section(), Class: a.class(), Account: a.ID, Minor: -minor}}}
}
