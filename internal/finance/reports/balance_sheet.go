package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// balanceSheet sets what is owned against what is owed and what is the owners'. thisYear
// are the results of each column's own fiscal year: income that no closing entry
// carried to an account is the owners' all the same.
func balanceSheet(s statement, thisYear amounts) *pb.BalanceSheet {
	assetRows, assets := s.section("Assets", debit, ofType(pb.Account_ASSET))
	liabilityRows, liabilities := s.section("Liabilities", credit, ofType(pb.Account_LIABILITY))
	equityRows, equity := s.section("Equity", credit, ofType(pb.Account_EQUITY))
	prior := s.earnings().minus(thisYear)
	equity = equity.plus(thisYear).plus(prior)
	rows := append(equityRows.Rows, s.row("Earnings of earlier years", prior), s.row("Earnings of this year", thisYear))
	if s.translated {
		equity = equity.plus(s.difference())
		rows = append(rows, s.row("Translation difference", s.difference()))
	}
	equityRows = s.row("Equity", equity, rows...)
	return &pb.BalanceSheet{
		AsOf:             s.columns[0].end.String(),
		Columns:          s.labels(),
		Rows:             []*pb.ReportRow{assetRows, liabilityRows, equityRows},
		TotalAssets:      s.money(assets[0]),
		TotalLiabilities: s.money(liabilities[0]),
		TotalEquity:      s.money(equity[0]),
		CurrentEarnings:  s.money(thisYear[0]),
		PriorEarnings:    s.money(prior[0]),
		Series: []*pb.ReportSeries{
			s.series("Assets", assets), s.series("Liabilities", liabilities), s.series("Equity", equity),
		},
	}
}

func ofType(t pb.Account_Type) func(balance) bool {
	return func(b balance) bool { return b.is(t) }
}

// earnings are income less expenses.
func (s statement) earnings() amounts { return s.sum(credit, balance.isResult) }
