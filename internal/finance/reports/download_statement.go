package reports

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/paper"
)

func trialBalanceTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	r, err := s.GetTrialBalance(ctx, &pb.GetTrialBalanceRequest{
		AsOf: q.AsOf, Compare: q.Compare, CompareCount: q.CompareCount, DimensionValueIds: q.DimensionValueIds,
		ColumnDimensionId: q.ColumnDimensionId, KnownAt: q.KnownAt, CurrencyCode: q.CurrencyCode, StartDate: q.StartDate,
	})
	t := newTable("As of "+r.GetAsOf(), r.GetColumns(), r.GetRows())
	for _, row := range t.Rows {
		blankEmptySides(row.Cells[2:])
	}
	total := paper.Row{Cells: []string{"Total", ""}, Total: true}
	for _, a := range r.GetTotals() {
		total.Cells = append(total.Cells, a.Amount)
	}
	t.Rows = append(t.Rows, total)
	return t, err
}

// blankEmptySides clears the side on which an account has no balance.
func blankEmptySides(cells []string) {
	for i := 0; i+1 < len(cells); i += 2 {
		switch {
		case isZero(cells[i+1]):
			cells[i+1] = ""
		case isZero(cells[i]):
			cells[i] = ""
		}
	}
}

func isZero(amount string) bool {
	for _, c := range amount {
		if c >= '1' && c <= '9' {
			return false
		}
	}
	return true
}

func accountBalancesTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	r, err := s.GetAccountBalances(ctx, &pb.GetAccountBalancesRequest{
		AsOf: q.AsOf, DimensionValueIds: q.DimensionValueIds, KnownAt: q.KnownAt,
	})
	t := paper.Table{
		Subtitle: "As of " + r.GetAsOf(),
		Columns:  tableColumns("Account Code Currency", "Own balance", "Balance", "Total"),
	}
	for _, b := range r.GetBalances() {
		t.Rows = append(t.Rows, paper.Row{Level: int(b.Level), Cells: []string{
			b.DisplayName, b.Code, b.OwnBalance.CurrencyCode, b.OwnBalance.Amount, b.Balance.Amount, b.Total.Amount,
		}})
	}
	return t, err
}

func profitAndLossTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	r, err := s.GetProfitAndLoss(ctx, &pb.GetProfitAndLossRequest{
		StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount,
		DimensionValueIds: q.DimensionValueIds,
		ColumnDimensionId: q.ColumnDimensionId, KnownAt: q.KnownAt, CurrencyCode: q.CurrencyCode,
		PercentOfRevenue: q.PercentOfRevenue, YearToDate: q.YearToDate,
	})
	return newTable(r.GetStartDate()+" to "+r.GetEndDate(), r.GetColumns(), r.GetRows()), err
}

func balanceSheetTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	r, err := s.GetBalanceSheet(ctx, &pb.GetBalanceSheetRequest{
		AsOf: q.AsOf, Compare: q.Compare, CompareCount: q.CompareCount, DimensionValueIds: q.DimensionValueIds,
		ColumnDimensionId: q.ColumnDimensionId, KnownAt: q.KnownAt, CurrencyCode: q.CurrencyCode,
	})
	return newTable("As of "+r.GetAsOf(), r.GetColumns(), r.GetRows()), err
}

func cashFlowTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	r, err := s.GetCashFlowStatement(ctx, &pb.GetCashFlowStatementRequest{
		StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount, Method: q.Method,
		KnownAt: q.KnownAt, CurrencyCode: q.CurrencyCode,
	})
	t := newTable(r.GetStartDate()+" to "+r.GetEndDate(), r.GetColumns(), r.GetRows())
	for i, n := range r.GetNonCashTransactions() {
		if i == 0 {
			heading := make([]string, len(t.Columns))
			heading[0] = "Investing and financing without cash"
			t.Rows = append(t.Rows, paper.Row{Cells: heading, Total: true})
		}
		cells := []string{n.Label, ""}
		for _, a := range n.Amounts {
			cells = append(cells, a.Amount)
		}
		t.Rows = append(t.Rows, paper.Row{Cells: cells, Level: 1})
	}
	return t, err
}

func profitVersusCashTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	r, err := s.GetProfitVersusCash(ctx, &pb.GetProfitVersusCashRequest{
		StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount,
		KnownAt: q.KnownAt, CurrencyCode: q.CurrencyCode,
	})
	return newTable(r.GetStartDate()+" to "+r.GetEndDate(), r.GetColumns(), r.GetRows()), err
}

// newTable flattens the rows of a report. The total of a heading follows its rows.
func newTable(subtitle string, columns []*pb.ReportColumn, rows []*pb.ReportRow) paper.Table {
	t := paper.Table{Subtitle: subtitle, Columns: []paper.Column{{Label: "Account"}, {Label: "Code"}}}
	percent := slices.ContainsFunc(rows, func(r *pb.ReportRow) bool { return len(r.Percentages) > 0 })
	for _, c := range columns {
		t.Columns = append(t.Columns, paper.Column{Label: c.GetLabel(), Amount: true})
		if percent {
			t.Columns = append(t.Columns, paper.Column{Label: "% of sales", Amount: true})
		}
	}
	appendRows(&t, rows, 0)
	return t
}

func appendRows(t *paper.Table, rows []*pb.ReportRow, level int) {
	for _, r := range rows {
		sums := []string{r.Label, r.AccountCode}
		for i, a := range r.Amounts {
			sums = append(sums, a.Amount)
			if len(r.Percentages) > 0 {
				sums = append(sums, r.Percentages[i])
			}
		}
		if len(r.Rows) == 0 {
			t.Rows = append(t.Rows, paper.Row{Cells: sums, Level: level, Total: r.AccountId == "" && level == 0})
			continue
		}
		heading := make([]string, len(sums))
		heading[0] = r.Label
		t.Rows = append(t.Rows, paper.Row{Cells: heading, Level: level, Total: true})
		appendRows(t, r.Rows, level+1)
		sums[0] = "Total " + r.Label
		t.Rows = append(t.Rows, paper.Row{Cells: sums, Level: level, Total: true})
	}
}
