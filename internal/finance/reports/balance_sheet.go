package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// balanceSheet shows assets, liabilities and equity. thisYear is the result of each column's
// own fiscal year. Results that no closing entry has moved to an equity account yet belong to
// the owners too.
func balanceSheet(s statement, thisYear amounts) *pb.BalanceSheet {
	assetRows, assets := s.section("assets", "Assets", debit, ofType(pb.Account_ASSET))
	liabilityRows, liabilities := s.section("liabilities", "Liabilities", credit, ofType(pb.Account_LIABILITY))
	equityRows, equity := s.section("equity", "Equity", credit, ofType(pb.Account_EQUITY))
	prior := s.earnings().minus(thisYear)
	equity = equity.plus(thisYear).plus(prior)
	rows := append(equityRows.Rows, s.subtotal("equity/priorEarnings", "Prior-year earnings", prior),
		s.subtotal("equity/currentEarnings", "Current-year earnings", thisYear))
	if s.translated {
		equity = equity.plus(s.translationDifference())
		rows = append(rows,
			s.subtotal("equity/translationDifference", "Translation difference", s.translationDifference()))
	}
	equityRows = s.heading("equity", "Equity", equity, rows...)
	return &pb.BalanceSheet{
		AsOf:             s.columns[s.asked()].end.String(),
		Columns:          s.headings(),
		Rows:             []*pb.ReportRow{assetRows, liabilityRows, equityRows},
		TotalAssets:      s.figure(assets),
		TotalLiabilities: s.figure(liabilities),
		TotalEquity:      s.figure(equity),
		CurrentEarnings:  s.figure(thisYear),
		PriorEarnings:    s.figure(prior),
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
