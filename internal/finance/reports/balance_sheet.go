package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// balanceSheet shows assets, liabilities and equity. thisYear is the result of each column's
// own fiscal year. Results that no closing entry has moved to an equity account yet belong to
// the owners too.
func balanceSheet(s statement, thisYear amounts) *pb.BalanceSheet {
	assetRows, assets := s.section("Assets", debit, ofType(pb.Account_ASSET))
	liabilityRows, liabilities := s.section("Liabilities", credit, ofType(pb.Account_LIABILITY))
	equityRows, equity := s.section("Equity", credit, ofType(pb.Account_EQUITY))
	prior := s.earnings().minus(thisYear)
	equity = equity.plus(thisYear).plus(prior)
	rows := append(equityRows.Rows, s.row("Prior-year earnings", prior), s.row("Current-year earnings", thisYear))
	if s.translated {
		equity = equity.plus(s.translationDifference())
		rows = append(rows, s.row("Translation difference", s.translationDifference()))
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

// earnings returns income less expenses.
func (s statement) earnings() amounts { return s.sum(credit, balance.isResult) }
