package reports

import (
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// presentByIFRS18 moves interest to financing, in the profit and loss (IFRS 18.59) and in the
// cash-flow statement (IAS 7.34A). Other income and expenses are in the category of their account's
// cash flows.
func (s *statement) presentByIFRS18() {
	s.ifrs18 = true
	for i, b := range s.balances {
		if b.Subtype == pb.Account_INTEREST.String() {
			s.balances[i].CashFlowSection = pb.Account_FINANCING.String()
		}
	}
}

// Categories of IFRS 18 besides operating and income tax (IFRS 18.47).
var (
	investingPart = resultPart{"investing", "Investing", credit}
	financingPart = resultPart{"financing", "Financing", debit}
)

// categoryPart returns the section of an income or expense account by IFRS 18. Operating is what is
// not investing, financing or income tax (IFRS 18.52).
func (b balance) categoryPart() resultPart {
	part := b.resultPart()
	switch {
	case part == taxPart:
	case b.CashFlowSection == pb.Account_INVESTING.String():
		return investingPart
	case b.CashFlowSection == pb.Account_FINANCING.String():
		return financingPart
	}
	return part
}

// isOperatingResult reports whether an account is part of the operating profit by IFRS 18.
func (b balance) isOperatingResult() bool {
	return b.isResult() && !slices.Contains([]resultPart{investingPart, financingPart, taxPart}, b.categoryPart())
}

// withOtherResults returns the movements that are not operating cash, plus the income and expenses
// outside the operating profit. What remains leads from the operating profit to operating cash,
// such as income tax.
func (s statement) withOtherResults(excluded statement) statement {
	excluded.balances = slices.Clone(excluded.balances)
	for i, b := range s.balances {
		if !b.isResult() || b.isOperatingResult() {
			continue
		}
		rest := &excluded.balances[i]
		rest.Minor = rest.Minor.plus(b.Minor)
		rest.Moved = !rest.Minor.isZero()
	}
	return excluded
}
