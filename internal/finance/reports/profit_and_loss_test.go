package reports_test

import (
	"fmt"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestProfitAndLossSubtotals checks what is above and below the operating profit.
func TestProfitAndLossSubtotals(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postLines(t, "2026-01-10", "1000 1000.00, 4000 -1000.00")
	c.postLines(t, "2026-02-10", "1000 2000.00, 4000 -2000.00")
	c.postLines(t, "2026-02-11", "5000 500.00, 6000 300.00, 6100 200.00, 6800 100.00, 1000 -1100.00")
	c.postLines(t, "2026-02-12", "6900 40.00, 1000 -40.00")
	c.postLines(t, "2026-02-13", "1000 10.00, 4800 -10.00")
	c.postLines(t, "2026-02-14", "1000 5.00, 4850 -5.00")
	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2026-02-01", EndDate: "2026-02-28", PercentOfRevenue: true, YearToDate: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := amountsByKey(profit.GetRows(), map[string]string{})
	for key, want := range map[string]string{
		"grossProfit": "1500.00", "operatingExpenses": "600.00", "operatingProfit": "900.00", "otherIncome": "10.00",
		"interest": "40.00", "exchangeGains": "5.00", "profitBeforeTax": "875.00", "netIncome": "875.00",
	} {
		if got[key] != want {
			t.Errorf("%s: got %s, want %s", key, got[key], want)
		}
	}
	if profit.GetOperatingProfit().GetAmount() != "900.00" || profit.GetProfitBeforeTax().GetAmount() != "875.00" ||
		profit.GetGrossMargin() != "75.00" || profit.GetTotalExpenses().GetAmount() != "640.00" {
		t.Errorf("got %v", profit)
	}
	rows := profit.GetRows()
	last := rows[len(rows)-1]
	if last.GetKind() != pb.ReportRow_TOTAL || last.GetAmounts()[1].GetAmount() != "1875.00" ||
		fmt.Sprint(last.GetPercentages()) != "[43.75 62.50]" {
		t.Errorf("got %v", last)
	}
	if year := profit.GetColumns()[1]; year.GetLabel() != "Year to date" || year.GetStartDate() != "2026-01-01" ||
		year.GetEndDate() != "2026-02-28" || profit.GetStartDate() != "2026-02-01" {
		t.Errorf("got %v", profit.GetColumns())
	}
	file, err := c.reports.DownloadReport(t.Context(), &pb.DownloadReportRequest{
		Report: pb.DownloadReportRequest_PROFIT_AND_LOSS, Format: pb.DownloadReportRequest_CSV, StartDate: "2026-02-01",
		EndDate: "2026-02-28", PercentOfRevenue: true, YearToDate: true,
	})
	if err != nil || !strings.Contains(string(file.GetData()), "Feb 2026,% of Sales,Year to Date,% of Sales\n") ||
		!strings.Contains(string(file.GetData()), "Net income,,875.00,43.75,1875.00,62.50\n") {
		t.Errorf("got %s, %v", file.GetData(), err)
	}
	none, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2027-02-01", EndDate: "2027-02-28", PercentOfRevenue: true,
	})
	if err != nil || none.GetGrossMargin() != "" || none.GetRows()[0].GetPercentages()[0] != "" {
		t.Errorf("without sales: got %v, %v", none, err)
	}
}

// TestMonthsShowFiguresOfPeriod compares months. The figures beside the columns are those of the
// asked period or day, which is the last column.
func TestMonthsShowFiguresOfPeriod(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.post(t, "2024-01-31", "1000", "4000", "10.00")
	c.post(t, "2024-02-01", "1000", "4000", "20.00")
	c.post(t, "2024-03-01", "1000", "4000", "50.00")
	sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{
		AsOf: "2024-03-31", Compare: pb.Compare_MONTHS,
	})
	if err != nil || sheet.GetAsOf() != "2024-03-31" || sheet.GetTotalAssets().GetAmount() != "80.00" {
		t.Errorf("got %v, %v", sheet, err)
	}
	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2024-01-01", EndDate: "2024-03-31", Compare: pb.Compare_MONTHS,
	})
	if err != nil || profit.GetStartDate() != "2024-01-01" || profit.GetEndDate() != "2024-03-31" ||
		profit.GetNetIncome().GetAmount() != "80.00" {
		t.Errorf("got %v, %v", profit, err)
	}
	var columns []string
	for _, column := range profit.GetColumns() {
		columns = append(columns, column.GetLabel()+" "+column.GetStartDate()+" "+column.GetEndDate())
	}
	want := "2024-01 2024-01-01 2024-01-31, 2024-02 2024-02-01 2024-02-29, 2024-03 2024-03-01 2024-03-31, " +
		"Total 2024-01-01 2024-03-31"
	if got := strings.Join(columns, ", "); got != want {
		t.Errorf("got columns %s, want %s", got, want)
	}
	row := profit.GetRows()[0].GetRows()[0]
	if !strings.HasPrefix(row.GetKey(), "sales/acc_") || row.GetKind() != pb.ReportRow_ACCOUNT ||
		row.GetDrillFilter() != row.GetColumnFilters()[3] {
		t.Errorf("got %v", row)
	}
	flow, err := c.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{
		StartDate: "2024-01-01", EndDate: "2024-03-31", Compare: pb.Compare_MONTHS,
	})
	if err != nil || flow.GetClosingCash().GetAmount() != "80.00" || flow.GetOpeningCash().GetAmount() != "0.00" {
		t.Errorf("got %v, %v", flow, err)
	}
	years, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2024-03-01", EndDate: "2024-03-31", Compare: pb.Compare_PREVIOUS_PERIOD, CompareCount: 2,
	})
	if err != nil || years.GetStartDate() != "2024-03-01" || years.GetNetIncome().GetAmount() != "50.00" ||
		years.GetColumns()[0].GetStartDate() != "2024-01-01" {
		t.Errorf("got %v, %v", years, err)
	}
}

// TestTrialBalanceOfPeriod checks that the report shows opening balances, debits and credits, and
// closing balances.
func TestTrialBalanceOfPeriod(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.post(t, "2025-12-31", "1000", "3000", "100.00")
	c.post(t, "2026-01-10", "1000", "4000", "50.00")
	c.post(t, "2026-01-11", "6100", "1000", "20.00")
	c.post(t, "2026-02-11", "6100", "1000", "7.00")
	ask := &pb.GetTrialBalanceRequest{StartDate: "2026-01-01", AsOf: "2026-01-31"}
	for range 2 {
		trial, err := c.reports.GetTrialBalance(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		var labels, amounts, totals []string
		for i, column := range trial.GetColumns() {
			labels = append(labels, column.GetLabel())
			amounts = append(amounts, trial.GetRows()[0].GetAmounts()[i].GetAmount())
			totals = append(totals, trial.GetTotals()[i].GetAmount())
		}
		if got := strings.Join(labels, ", "); got != "opening debit, opening credit, debit, credit, closing debit, closing credit" {
			t.Errorf("got columns %s", got)
		}
		if got := strings.Join(amounts, " "); got != "100.00 0.00 50.00 20.00 130.00 0.00" {
			t.Errorf("got %s", got)
		}
		if got := strings.Join(totals, " "); got != "100.00 100.00 70.00 70.00 150.00 150.00" {
			t.Errorf("got totals %s", got)
		}
		if trial.GetTotalDebit().GetAmount() != "150.00" || trial.GetAsOf() != "2026-01-31" {
			t.Errorf("got %v", trial)
		}
		c.checkColumnFilters(t, "trial balance of a period", trial.GetRows(), 2)
		c.rollUp(t)
	}
	for name, refused := range map[string]*pb.GetTrialBalanceRequest{
		"start after the end": {StartDate: "2026-02-01", AsOf: "2026-01-31"},
		"comparison":          {StartDate: "2026-01-01", AsOf: "2026-01-31", Compare: pb.Compare_PREVIOUS_YEAR},
	} {
		if _, err := c.reports.GetTrialBalance(t.Context(), refused); apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
