package reports_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
)

// lines adds up what a filter lists, in minor units of the base.
func (c company) lines(t *testing.T, filter string) (sum int64) {
	t.Helper()
	token := ""
	for {
		page, err := c.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{Filter: filter, PageSize: 500, PageToken: token})
		if err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		for _, l := range page.GetJournalLines() {
			sum += minor(t, l.GetBaseAmount())
		}
		if token = page.GetNextPageToken(); token == "" {
			return sum
		}
	}
}

// drillAll runs the filter of each column of each row of an account, and holds its lines
// to add up to the amount or, where credits are shown positive, to its opposite.
func (c company) drillAll(t *testing.T, name string, rows []*pb.ReportRow, sides int) (n int) {
	t.Helper()
	for _, r := range rows {
		n += c.drillAll(t, name, r.GetRows(), sides)
		for i, filter := range r.GetColumnFilters() {
			want := minor(t, r.GetAmounts()[i*sides])
			if sides == 2 {
				want -= minor(t, r.GetAmounts()[2*i+1])
			}
			if got := c.lines(t, filter); got != want && (sides == 2 || got != -want) {
				t.Errorf("%s: %s column %d is %d, its lines by %s add up to %d", name, r.GetLabel(), i, want, filter, got)
			}
			n++
		}
	}
	return n
}

// TestDrillFilters runs the filter of every row of every report, compared, divided, and
// as known before a late entry.
func TestDrillFilters(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.trade(t)
	c.rollUp(t)
	last, err := c.ledger.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{PageSize: 1, OrderBy: "date desc"})
	if err != nil {
		t.Fatal(err)
	}
	known := last.GetJournalEntries()[0].GetPostTime()
	c.post(t, "2026-02-11", "6100", "1000", "77.00")
	c.post(t, "2026-04-11", "1000", "2500", "900.00")
	for name, at := range map[string]*timestamppb.Timestamp{"now": nil, "known": known} {
		for _, compare := range []pb.Compare{pb.Compare_COMPARE_UNSPECIFIED, pb.Compare_PREVIOUS_PERIOD, pb.Compare_PREVIOUS_YEAR, pb.Compare_MONTHS} {
			name := fmt.Sprint(name, " ", compare)
			trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: "2026-04-30", Compare: compare, KnownAt: at})
			if err != nil || c.drillAll(t, name+" trial balance", trial.GetRows(), 2) == 0 {
				t.Fatal(err)
			}
			profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: "2026-01-01", EndDate: "2026-04-30", Compare: compare, KnownAt: at})
			if err != nil || c.drillAll(t, name+" profit and loss", profit.GetRows(), 1) == 0 {
				t.Fatal(err)
			}
			sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-04-30", Compare: compare, KnownAt: at})
			if err != nil || c.drillAll(t, name+" balance sheet", sheet.GetRows(), 1) == 0 {
				t.Fatal(err)
			}
			for _, method := range []pb.CashFlowStatement_Method{pb.CashFlowStatement_DIRECT, pb.CashFlowStatement_INDIRECT} {
				flow, err := c.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{StartDate: "2026-01-01", EndDate: "2026-04-30", Compare: compare, Method: method, KnownAt: at})
				if err != nil || c.drillAll(t, fmt.Sprint(name, " ", method), flow.GetRows(), 1) == 0 {
					t.Fatal(err)
				}
			}
			walk, err := c.reports.GetProfitVersusCash(t.Context(), &pb.GetProfitVersusCashRequest{StartDate: "2026-01-01", EndDate: "2026-04-30", Compare: compare, KnownAt: at})
			if err != nil || c.drillAll(t, name+" profit versus cash", walk.GetRows(), 1) == 0 {
				t.Fatal(err)
			}
			for i := range walk.GetColumns() {
				var sum int64
				rows := walk.GetRows()
				for _, r := range rows[:len(rows)-1] {
					sum += minor(t, r.GetAmounts()[i])
				}
				if change := minor(t, rows[len(rows)-1].GetAmounts()[i]); sum != change {
					t.Errorf("%s: the reasons add up to %d, cash changed by %d", name, sum, change)
				}
			}
		}
	}
}

// TestManyDimensionColumns divides by as many values as there are columns for, and runs
// the filter of what carries none of them.
func TestManyDimensionColumns(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.trade(t)
	d, err := c.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{Dimension: &pb.Dimension{DisplayName: "Project"}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 34 {
		if _, err := c.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{DimensionValue: &pb.DimensionValue{DimensionId: d.GetId(), DisplayName: fmt.Sprint(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: "2026-01-01", EndDate: "2026-04-30", ColumnDimensionId: d.GetId()})
	if err != nil || len(profit.GetColumns()) != 36 {
		t.Fatal(profit.GetColumns(), err)
	}
	c.drillAll(t, "36 columns", profit.GetRows(), 1)
}

// TestReportsWhilePosting reads statements while entries are posted and rolled up: every
// one of them balances, and after the last they are what they were before the roll-up.
func TestReportsWhilePosting(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.trade(t)
	ctx, d := c.background(t)
	posted := make(chan error)
	go func() {
		defer close(posted)
		for range 15 {
			_, err := c.ledger.CreateJournalEntry(t.Context(), c.entry("2026-03-02", "1000", "4000", "1.00"))
			posted <- err
			posted <- ledger.New(d).RollUp(ctx)
		}
	}()
	for err := range posted {
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-12-31"})
		if err != nil || minor(t, sheet.GetTotalAssets()) != minor(t, sheet.GetTotalLiabilities())+minor(t, sheet.GetTotalEquity()) {
			t.Fatalf("%v, %v", sheet, err)
		}
		trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: "2026-12-31"})
		if err != nil || trial.GetTotalDebit().GetAmount() != trial.GetTotalCredit().GetAmount() {
			t.Fatalf("%v, %v", trial, err)
		}
	}
	read := func() string {
		flow, err := c.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{StartDate: "2026-01-01", EndDate: "2026-12-31", Compare: pb.Compare_MONTHS})
		if err != nil {
			t.Fatal(err)
		}
		profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: "2026-01-01", EndDate: "2026-12-31", Compare: pb.Compare_MONTHS})
		if err != nil {
			t.Fatal(err)
		}
		return flow.String() + profit.String()
	}
	c.post(t, "2026-05-05", "6100", "1000", "5.00")
	before := read()
	if err := ledger.New(d).RollUp(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := db.Read(ctx, d, ledger.RollupsDiffer); err != nil || n != 0 || read() != before {
		t.Errorf("%d rollups differ, %v; the statements were %s", n, err, before)
	}
}
