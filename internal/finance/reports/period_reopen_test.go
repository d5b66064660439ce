package reports_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// shortYear is a fiscal year of two months.
type shortYear struct {
	id, start, second, end string
}

// createShortYear creates a fiscal year of January and February.
func (c company) createShortYear(t *testing.T, year int) shortYear {
	t.Helper()
	s := shortYear{
		start: fmt.Sprintf("%d-01-01", year), second: fmt.Sprintf("%d-02-01", year), end: fmt.Sprintf("%d-02-28", year),
	}
	y, err := c.ledger.CreateFiscalYear(t.Context(), &pb.CreateFiscalYearRequest{
		FiscalYear: &pb.FiscalYear{StartDate: s.start, EndDate: s.end},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.id = y.GetId()
	return s
}

// monthOf returns the period of a short year that starts on a day.
func (c company) monthOf(t *testing.T, s shortYear, start string) *pb.AccountingPeriod {
	t.Helper()
	list, err := c.ledger.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		Filter: fmt.Sprintf("fiscal_year_id = %q AND start_date = %q", s.id, start),
	})
	if err != nil || len(list.GetAccountingPeriods()) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	return list.GetAccountingPeriods()[0]
}

func (c company) closeMonths(t *testing.T, s shortYear) {
	t.Helper()
	for _, month := range []string{s.start, s.second} {
		if _, err := c.ledger.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
			AccountingPeriodId: c.monthOf(t, s, month).GetId(),
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func (c company) reopenMonths(t *testing.T, s shortYear) {
	t.Helper()
	for _, month := range []string{s.second, s.start} {
		if _, err := c.ledger.ReopenAccountingPeriod(t.Context(), &pb.ReopenAccountingPeriodRequest{
			AccountingPeriodId: c.monthOf(t, s, month).GetId(), Reason: "To see",
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func (c company) closeYear(t *testing.T, s shortYear) {
	t.Helper()
	if _, err := c.ledger.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: s.id}); err != nil {
		t.Fatal(err)
	}
}

// states formats the states of the year and its months.
func (c company) states(t *testing.T, s shortYear) string {
	t.Helper()
	y, err := c.ledger.GetFiscalYear(t.Context(), &pb.GetFiscalYearRequest{FiscalYearId: s.id})
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprint(y.GetState(), y.GetNetIncome(), y.GetClosingEntryIds(), y.GetCloseTime())
	for _, month := range []string{s.start, s.second} {
		p := c.monthOf(t, s, month)
		out += fmt.Sprint(" ", p.GetState(), p.GetCloseTime(), p.GetCloseReason())
	}
	return out
}

// statements returns the statements as known at an instant, or now if known is nil. Unless
// zeros is set, rows of zero are left out.
func (c company) statements(t *testing.T, s shortYear, known *timestamppb.Timestamp, zeros bool) map[string]string {
	t.Helper()
	out := map[string]string{}
	keep := func(name string, m proto.Message, err error, rows *[]*pb.ReportRow) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !zeros {
			*rows = withoutZeros(*rows)
		}
		out[name] = protojson.Format(m)
	}
	trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: s.end, KnownAt: known})
	keep("trial balance", trial, err, &trial.Rows)
	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: s.start, EndDate: s.end, Compare: pb.Compare_MONTHS, KnownAt: known,
	})
	keep("profit and loss", profit, err, &profit.Rows)
	sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{
		AsOf: s.end, Compare: pb.Compare_PREVIOUS_PERIOD, CompareCount: 2, KnownAt: known,
	})
	keep("balance sheet", sheet, err, &sheet.Rows)
	for _, method := range []pb.CashFlowStatement_Method{pb.CashFlowStatement_INDIRECT, pb.CashFlowStatement_DIRECT} {
		flow, err := c.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{
			StartDate: s.start, EndDate: s.end, Method: method, KnownAt: known,
		})
		keep("cash flow "+method.String(), flow, err, &flow.Rows)
	}
	versus, err := c.reports.GetProfitVersusCash(t.Context(), &pb.GetProfitVersusCashRequest{
		StartDate: s.start, EndDate: s.end, KnownAt: known,
	})
	keep("profit versus cash", versus, err, &versus.Rows)
	return out
}

// allReports returns every report with all of its lines.
func (c company) allReports(t *testing.T, s shortYear) map[string]string {
	t.Helper()
	out := c.statements(t, s, nil, true)
	ledger, err := c.reports.GetGeneralLedger(t.Context(), &pb.GetGeneralLedgerRequest{
		StartDate: s.start, EndDate: s.end, PageSize: 500,
	})
	if err != nil {
		t.Fatal(err)
	}
	journal, err := c.reports.GetJournal(t.Context(), &pb.GetJournalRequest{
		StartDate: s.start, EndDate: s.end, PageSize: 500,
	})
	if err != nil {
		t.Fatal(err)
	}
	out["general ledger"], out["journal"] = protojson.Format(ledger), protojson.Format(journal)
	return out
}

func withoutZeros(rows []*pb.ReportRow) (left []*pb.ReportRow) {
	for _, r := range rows {
		r.Rows = withoutZeros(r.Rows)
		if len(r.Rows) > 0 || !allZero(r.Amounts) {
			left = append(left, r)
		}
	}
	return left
}

func allZero(amounts []*typepb.Money) bool {
	for _, a := range amounts {
		if a.GetAmount() != "0.00" {
			return false
		}
	}
	return true
}

func checkSameReports(t *testing.T, when string, before, after map[string]string) {
	t.Helper()
	for name := range before {
		if before[name] != after[name] {
			t.Errorf("%s: %s: got\n%s\nwant\n%s", when, name, after[name], before[name])
		}
	}
}

// movement is an amount posted from one account to another in a month of a short year.
type movement struct {
	second        bool
	day           int
	debit, credit string
	cents         int64
}

var movements = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) movement {
	codes := rapid.SampledFrom([]string{"1000", "1300", "2500", "3000", "4000", "5000", "6100"})
	return movement{
		rapid.Bool().Draw(t, "second"), rapid.IntRange(1, 28).Draw(t, "day"), codes.Draw(t, "debit"),
		codes.Draw(t, "credit"), rapid.Int64Range(1, 10_000_000).Draw(t, "cents"),
	}
}), 1, 6)

func (c company) postMovement(t *testing.T, s shortYear, m movement) {
	t.Helper()
	month := s.start
	if m.second {
		month = s.second
	}
	req := c.entry(fmt.Sprintf("%s-%02d", month[:7], m.day), m.debit, m.credit, money.Format(m.cents, "USD"))
	req.ConfirmUnusualDate = true
	if _, err := c.ledger.CreateJournalEntry(t.Context(), req); err != nil {
		t.Fatal(err)
	}
}

// TestReopeningRestoresReports closes and reopens the months and then the year, over random
// entries. Reopened months restore every report line by line. The closing entries of a year and
// their reversals stay in the books, since entries are never deleted. So a reopened year
// restores its states and all totals, and reports as known before the closing do not change.
// The profit is the same while the year is closed.
func TestReopeningRestoresReports(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	// Six runs only: each reads about sixty reports.
	for seed := range 6 {
		s := c.createShortYear(t, 2017+seed)
		for _, m := range movements.Example(seed) {
			c.postMovement(t, s, m)
		}
		states, before, sums := c.states(t, s), c.allReports(t, s), c.statements(t, s, nil, false)

		c.closeMonths(t, s)
		checkSameReports(t, "with its months closed", before, c.allReports(t, s))
		c.reopenMonths(t, s)
		checkSameReports(t, "with its months reopened", before, c.allReports(t, s))
		if now := c.states(t, s); now != states {
			t.Errorf("states: got %s, want %s", now, states)
		}

		c.closeMonths(t, s)
		known := c.monthOf(t, s, s.second).GetCloseTime()
		then := c.statements(t, s, known, true)
		c.closeYear(t, s)
		if now := c.statements(t, s, nil, false)["profit and loss"]; now != sums["profit and loss"] {
			t.Errorf("profit and loss of the closed year: got\n%s\nwant\n%s", now, sums["profit and loss"])
		}
		if _, err := c.ledger.ReopenFiscalYear(t.Context(),
			&pb.ReopenFiscalYearRequest{FiscalYearId: s.id, Reason: "To see"}); err != nil {
			t.Fatal(err)
		}
		c.reopenMonths(t, s)
		checkSameReports(t, "with its year reopened", sums, c.statements(t, s, nil, false))
		checkSameReports(t, "as known before", then, c.statements(t, s, known, true))
		if now := c.states(t, s); now != states {
			t.Errorf("states: got %s, want %s", now, states)
		}
		c.closeMonths(t, s)
		c.closeYear(t, s)
	}
	whole, err := c.ledger.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{})
	if err != nil || !whole.GetPassed() {
		t.Errorf("got %v, %v", whole, err)
	}
}
