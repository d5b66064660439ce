package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// balanceSheet shows assets, liabilities and equity. thisYear is the result of each column's
// own fiscal year. Results that no closing entry has moved to an equity account yet belong to
// the owners too. parts are the current parts of non-current accounts.
func balanceSheet(s statement, thisYear amounts, parts currentParts) *pb.BalanceSheet {
	terms := s.divide(parts)
	due := s.dueFromRest()
	assetsRow, currentAssets, assets := terms.side(pb.Account_ASSET, due)
	liabilitiesRow, currentLiabilities, liabilities := terms.side(pb.Account_LIABILITY, due)
	equityRow, equity := s.equity(thisYear)
	both := liabilities.plus(equity)
	net := assets.minus(liabilities)
	return &pb.BalanceSheet{
		AsOf:    s.columns[s.asked()].end.String(),
		Columns: s.headings(),
		Rows: []*pb.ReportRow{
			assetsRow, liabilitiesRow, equityRow,
			s.total("liabilitiesAndEquity", "Total liabilities and equity", both),
			s.total("netAssets", "Net assets", net),
		},
		TotalAssets:               s.figure(assets),
		TotalCurrentAssets:        s.figure(currentAssets),
		TotalLiabilities:          s.figure(liabilities),
		TotalCurrentLiabilities:   s.figure(currentLiabilities),
		TotalEquity:               s.figure(equity),
		TotalLiabilitiesAndEquity: s.figure(both),
		NetAssets:                 s.figure(net),
		CurrentEarnings:           s.figure(thisYear),
		PriorEarnings:             s.figure(s.earnings().minus(thisYear)),
		Series: []*pb.ReportSeries{
			s.series("Assets", assets), s.series("Liabilities", liabilities), s.series("Equity", equity),
		},
	}
}

// equity returns the equity accounts with the results that are not closed.
func (s statement) equity(thisYear amounts) (*pb.ReportRow, amounts) {
	row, equity := s.section("equity", "Equity", credit, ofType(pb.Account_EQUITY))
	prior := s.earnings().minus(thisYear)
	equity = equity.plus(thisYear).plus(prior)
	rows := append(row.Rows, s.subtotal("equity/priorEarnings", "Prior-year earnings", prior),
		s.subtotal("equity/currentEarnings", "Current-year earnings", thisYear))
	if s.translated {
		equity = equity.plus(s.translationDifference())
		rows = append(rows,
			s.subtotal("equity/translationDifference", "Translation difference", s.translationDifference()))
	}
	return s.heading("equity", "Equity", equity, rows...), equity
}

// dueFromRest returns what the lines of each column have paid for lines outside it, positive, or
// had paid for them, negative. It is zero unless the column is limited to dimension values: the
// lines of a fund need not balance while funds share a bank account. What one fund has paid for
// another is then due from it (ASC 958-205-45).
func (s statement) dueFromRest() amounts {
	due := s.sum(credit, func(balance) bool { return true })
	for i, c := range s.columns {
		if len(c.within)+len(c.without) == 0 {
			due[i] = 0
		}
	}
	return due
}

func ofType(t pb.Account_Type) func(balance) bool {
	return func(b balance) bool { return b.is(t) }
}

// earnings returns income less expenses.
func (s statement) earnings() amounts { return s.sum(credit, balance.isResult) }
