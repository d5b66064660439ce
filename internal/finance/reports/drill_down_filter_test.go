package reports_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
)

// sumLines adds up the lines that match a filter, in minor units of the base currency.
func (c company) sumLines(t *testing.T, filter string) (sum int64) {
	t.Helper()
	token := ""
	for {
		page, err := c.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{
			Filter: filter, PageSize: 500, PageToken: token,
		})
		if err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		for _, l := range page.GetJournalLines() {
			sum += minorUnits(t, l.GetBaseAmount())
		}
		if token = page.GetNextPageToken(); token == "" {
			return sum
		}
	}
}

// checkColumnFilters runs the filter of each column of each account row. The lines must add up
// to the amount or, where credits are shown positive, to its negative. It returns the number of
// filters.
func (c company) checkColumnFilters(t *testing.T, name string, rows []*pb.ReportRow, sides int) (n int) {
	t.Helper()
	for _, r := range rows {
		n += c.checkColumnFilters(t, name, r.GetRows(), sides)
		for i, filter := range r.GetColumnFilters() {
			want := minorUnits(t, r.GetAmounts()[i*sides])
			if sides == 2 {
				want -= minorUnits(t, r.GetAmounts()[2*i+1])
			}
			if got := c.sumLines(t, filter); got != want && (sides == 2 || got != -want) {
				t.Errorf("%s: %s, column %d, filter %s: got lines of %d, want %d",
					name, r.GetLabel(), i, filter, got, want)
			}
			n++
		}
	}
	return n
}

// TestDrillFiltersListTheLinesOfEachAmount runs the filter of every row of every report. It repeats
// this for each kind of comparison, and with knownAt before a late entry.
func TestDrillFiltersListTheLinesOfEachAmount(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	c.rollUp(t)
	last, err := c.ledger.ListJournalEntries(t.Context(),
		&pb.ListJournalEntriesRequest{PageSize: 1, OrderBy: "date desc"})
	if err != nil {
		t.Fatal(err)
	}
	known := last.GetJournalEntries()[0].GetPostTime()
	c.post(t, "2026-02-11", "6100", "1000", "77.00")
	c.post(t, "2026-04-11", "1000", "2500", "900.00")
	for name, at := range map[string]*timestamppb.Timestamp{"now": nil, "known": known} {
		for _, compare := range []pb.Compare{
			pb.Compare_COMPARE_UNSPECIFIED, pb.Compare_PREVIOUS_PERIOD, pb.Compare_PREVIOUS_YEAR, pb.Compare_MONTHS,
		} {
			name := fmt.Sprint(name, " ", compare)
			trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{
				AsOf: "2026-04-30", Compare: compare, KnownAt: at,
			})
			if err != nil || c.checkColumnFilters(t, name+" trial balance", trial.GetRows(), 2) == 0 {
				t.Fatal(err)
			}
			profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
				StartDate: "2026-01-01", EndDate: "2026-04-30", Compare: compare, KnownAt: at,
			})
			if err != nil || c.checkColumnFilters(t, name+" profit and loss", profit.GetRows(), 1) == 0 {
				t.Fatal(err)
			}
			sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{
				AsOf: "2026-04-30", Compare: compare, KnownAt: at,
			})
			if err != nil || c.checkColumnFilters(t, name+" balance sheet", sheet.GetRows(), 1) == 0 {
				t.Fatal(err)
			}
			for _, method := range []pb.CashFlowStatement_Method{
				pb.CashFlowStatement_DIRECT, pb.CashFlowStatement_INDIRECT,
			} {
				flow, err := c.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{
					StartDate: "2026-01-01", EndDate: "2026-04-30", Compare: compare, Method: method, KnownAt: at,
				})
				if err != nil || c.checkColumnFilters(t, fmt.Sprint(name, " ", method), flow.GetRows(), 1) == 0 {
					t.Fatal(err)
				}
			}
			walk, err := c.reports.GetProfitVersusCash(t.Context(), &pb.GetProfitVersusCashRequest{
				StartDate: "2026-01-01", EndDate: "2026-04-30", Compare: compare, KnownAt: at,
			})
			if err != nil || c.checkColumnFilters(t, name+" profit versus cash", walk.GetRows(), 1) == 0 {
				t.Fatal(err)
			}
			for i := range walk.GetColumns() {
				var sum int64
				rows := walk.GetRows()
				for _, r := range rows[:len(rows)-1] {
					sum += minorUnits(t, r.GetAmounts()[i])
				}
				if change := minorUnits(t, rows[len(rows)-1].GetAmounts()[i]); sum != change {
					t.Errorf("%s: got reasons of %d, want a change in cash of %d", name, sum, change)
				}
			}
		}
	}
}

// TestMaximumDimensionColumns splits a report into the maximum number of columns. It also runs
// the filter of the column for lines without a value.
func TestMaximumDimensionColumns(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	d, err := c.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{
		Dimension: &pb.Dimension{DisplayName: "Client"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 34 {
		if _, err := c.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
			DimensionValue: &pb.DimensionValue{DimensionId: d.GetId(), DisplayName: fmt.Sprint(i)},
		}); err != nil {
			t.Fatal(err)
		}
	}
	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2026-01-01", EndDate: "2026-04-30", ColumnDimensionId: d.GetId(),
	})
	if err != nil || len(profit.GetColumns()) != 36 {
		t.Fatal(profit.GetColumns(), err)
	}
	c.checkColumnFilters(t, "36 columns", profit.GetRows(), 1)
}

// TestReportsBalanceWhilePosting reads statements while entries are posted and rolled up. Every
// statement must balance, and the last rollup must not change them.
func TestReportsBalanceWhilePosting(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	ctx, d := c.systemContext(t)
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
		if err != nil ||
			minorUnits(t, sheet.GetTotalAssets()) != minorUnits(t, sheet.GetTotalLiabilities())+
				minorUnits(t, sheet.GetTotalEquity()) {
			t.Fatalf("balance sheet does not balance: %v, %v", sheet, err)
		}
		trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: "2026-12-31"})
		if err != nil || trial.GetTotalDebit().GetAmount() != trial.GetTotalCredit().GetAmount() {
			t.Fatalf("trial balance does not balance: %v, %v", trial, err)
		}
	}
	read := func() string {
		flow, err := c.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{
			StartDate: "2026-01-01", EndDate: "2026-12-31", Compare: pb.Compare_MONTHS,
		})
		if err != nil {
			t.Fatal(err)
		}
		profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
			StartDate: "2026-01-01", EndDate: "2026-12-31", Compare: pb.Compare_MONTHS,
		})
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
	if n, err := db.Read(ctx, d, ledger.CountStaleRollups); err != nil || n != 0 || read() != before {
		t.Errorf("got %d differing rollups, %v; want statements %s", n, err, before)
	}
}
