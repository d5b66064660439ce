package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// balanceSheet sets what is owned against what is owed and what is the owners'. all
// are the balances of all time, thisYear those of the day's fiscal year: income that
// no closing entry carried to an account is the owners' all the same.
func balanceSheet(currency string, p period, all, thisYear []balance) *pb.BalanceSheet {
	s := statement{currency: currency, period: p, all: all}
	assetRows, assets := s.section("Assets", debit, ofType(pb.Account_ASSET))
	liabilityRows, liabilities := s.section("Liabilities", credit, ofType(pb.Account_LIABILITY))
	equityRows, equity := s.section("Equity", credit, ofType(pb.Account_EQUITY))
	current := earnings(thisYear)
	prior := earnings(all) - current
	equity += current + prior
	equityRows = s.row("Equity", equity, append(equityRows.Rows,
		s.row("Earnings of earlier years", prior), s.row("Earnings of this year", current))...)
	return &pb.BalanceSheet{
		AsOf:             p.end.String(),
		Columns:          []string{"amount"},
		Rows:             []*pb.ReportRow{assetRows, liabilityRows, equityRows},
		TotalAssets:      s.money(assets),
		TotalLiabilities: s.money(liabilities),
		TotalEquity:      s.money(equity),
		CurrentEarnings:  s.money(current),
		PriorEarnings:    s.money(prior),
	}
}

func ofType(t pb.Account_Type) func(balance) bool {
	return func(b balance) bool { return b.is(t) }
}

// earnings are income less expenses.
func earnings(all []balance) (sum int64) {
	for _, b := range all {
		if b.is(pb.Account_INCOME) || b.is(pb.Account_EXPENSE) {
			sum -= b.Minor
		}
	}
	return sum
}
