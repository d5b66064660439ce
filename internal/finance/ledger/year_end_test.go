package ledger_test

import (
	"context"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
)

// firstFiscalYear returns the first fiscal year.
func firstFiscalYear(t *testing.T, b books) *pb.FiscalYear {
	t.Helper()
	list, err := b.ListFiscalYears(t.Context(), &pb.ListFiscalYearsRequest{OrderBy: "start_date"})
	if err != nil || len(list.GetFiscalYears()) == 0 {
		t.Fatalf("got %v, %v", list, err)
	}
	return list.GetFiscalYears()[0]
}

// TestPostingCreatesMissingFiscalYear posts entries in years that do not exist. The years follow
// the organization's fiscal year and do not overlap.
func TestPostingCreatesMissingFiscalYear(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2024-02-29", "6100", "1000", "1")
	b.postOn(t, "2024-12-31", "6100", "1000", "1")
	y := firstFiscalYear(t, b)
	if y.GetStartDate() != "2024-01-01" || y.GetEndDate() != "2024-12-31" || len(b.periods(t)) != 11 ||
		b.periods(t)["2024-02-01"].GetEndDate() != "2024-02-29" {
		t.Errorf("got %v and %d periods", y, len(b.periods(t)))
	}
	_, err := b.CreateFiscalYear(t.Context(),
		&pb.CreateFiscalYearRequest{FiscalYear: &pb.FiscalYear{StartDate: "2024-07-01", EndDate: "2025-06-30"}})
	wantReason(t, err, optionsv1.Reason_FISCAL_YEARS_OVERLAP, "startDate")
	_, err = b.CreateFiscalYear(t.Context(),
		&pb.CreateFiscalYearRequest{FiscalYear: &pb.FiscalYear{StartDate: "2025-07-01", EndDate: "2025-06-30"}})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "endDate")
	// A short year is created by the caller, then postings create the years around it.
	short, err := b.CreateFiscalYear(t.Context(),
		&pb.CreateFiscalYearRequest{FiscalYear: &pb.FiscalYear{StartDate: "2026-03-15", EndDate: "2026-06-30"}})
	if err != nil || short.GetState() != pb.FiscalYear_OPEN {
		t.Fatal(err)
	}
	b.postOn(t, "2026-02-01", "6100", "1000", "1")
	b.postOn(t, "2026-08-01", "6100", "1000", "1")
	p := b.periods(t)
	if p["2026-03-01"].GetEndDate() != "2026-03-14" || p["2026-03-15"].GetEndDate() != "2026-03-31" ||
		p["2026-07-01"] == nil {
		t.Errorf("got %v", p)
	}
}

// TestClosedYearCarriesProfitUntilReopened closes and reopens a fiscal year. The profit moves to
// retained earnings and back, and the profit and loss statement does not change.
func TestClosedYearCarriesProfitUntilReopened(t *testing.T) {
	t.Parallel()
	b := open(t)
	reports := pb.NewReportsServiceClient(b.Organization)
	project := b.createDimension(t, "Client")
	website := b.createDimensionValue(t, project, "Website")
	sale := b.entryOn("2025-06-30", "1000", "4000", "1000")
	sale.Lines[1].DimensionValueIds = []string{website}
	if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: sale}); err != nil {
		t.Fatal(err)
	}
	b.postOn(t, "2025-07-31", "6100", "1000", "300")
	b.postOn(t, "2026-01-31", "6100", "1000", "50")
	y := firstFiscalYear(t, b)
	_, err := b.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: y.GetId()})
	wantReason(t, err, optionsv1.Reason_PERIOD_OPEN)
	b.closeThrough(t, "2025-01-01", "2025-12-01")

	profit := func() string {
		pl, err := reports.GetProfitAndLoss(t.Context(),
			&pb.GetProfitAndLossRequest{StartDate: "2025-01-01", EndDate: "2025-12-31"})
		if err != nil {
			t.Fatal(err)
		}
		return pl.GetNetIncome().GetAmount()
	}
	sheet := func() *pb.BalanceSheet {
		bs, err := reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-01-31"})
		if err != nil {
			t.Fatal(err)
		}
		return bs
	}
	preview, err := b.CloseFiscalYear(t.Context(),
		&pb.CloseFiscalYearRequest{FiscalYearId: y.GetId(), ValidateOnly: true})
	if err != nil || len(preview.GetJournalEntries()) != 1 ||
		preview.GetFiscalYear().GetNetIncome().GetAmount() != "700.00" {
		t.Fatalf("got %v, %v", preview, err)
	}
	if sheet().GetPriorEarnings().GetAmount() != "700.00" {
		t.Error("the preview posted entries")
	}
	closed, err := b.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: y.GetId()})
	if err != nil || closed.GetFiscalYear().GetState() != pb.FiscalYear_CLOSED {
		t.Fatalf("got %v, %v", closed, err)
	}
	lines := b.lines(t, "closing = true AND account_id = \""+b.codes["3200"]+"\"")
	if len(lines) != 2 || profit() != "700.00" {
		t.Errorf("got lines %v on retained earnings and profit %s", lines, profit())
	}
	if bs := sheet(); bs.GetPriorEarnings().GetAmount() != "0.00" ||
		bs.GetCurrentEarnings().GetAmount() != "-50.00" || bs.GetTotalEquity().GetAmount() != "650.00" {
		t.Errorf("got %v", bs)
	}
	late := b.entryOn("2025-12-31", "6100", "1000", "1")
	late.LockExceptionReason = "Found in a drawer"
	_, err = b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: late})
	wantReason(t, err, optionsv1.Reason_PERIOD_LOCKED, "date")
	_, err = b.ReopenAccountingPeriod(t.Context(),
		&pb.ReopenAccountingPeriodRequest{AccountingPeriodId: b.periods(t)["2025-12-01"].GetId(), Reason: "A mistake"})
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = b.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: closed.GetJournalEntries()[0].GetId()})
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE)

	opened, err := b.ReopenFiscalYear(t.Context(),
		&pb.ReopenFiscalYearRequest{FiscalYearId: y.GetId(), Reason: "The auditor found something"})
	if err != nil || opened.GetNetIncome() != nil || len(opened.GetClosingEntryIds()) != 0 {
		t.Fatalf("got %v, %v", opened, err)
	}
	if bs := sheet(); bs.GetPriorEarnings().GetAmount() != "700.00" || profit() != "700.00" ||
		bs.GetTotalEquity().GetAmount() != "650.00" {
		t.Errorf("got %v and profit %s after reopening", bs, profit())
	}
	if p := b.periods(t)["2025-12-01"]; p.GetState() != pb.AccountingPeriod_CLOSED {
		t.Errorf("got %v", p)
	}
}

// TestYearCloseWaitsForPosting closes a fiscal year while an entry is being posted into it by
// exception. The result of that entry is carried to retained earnings too.
func TestYearCloseWaitsForPosting(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2025-06-30", "1000", "4000", "100")
	b.closeThrough(t, "2025-01-01", "2025-12-01")
	y := firstFiscalYear(t, b).GetId()
	closed := make(chan *pb.CloseFiscalYearResponse, 1)
	err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
		late := b.entryOn("2025-12-31", "1000", "4000", "7")
		late.LockExceptionReason = "Found in a drawer"
		if err := ledger.Post(ctx, tx, late); err != nil {
			return err
		}
		go func() {
			response, err := b.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: y})
			if err != nil {
				t.Error(err)
			}
			closed <- response
		}()
		return awaitBlocked(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	if response := <-closed; response.GetFiscalYear().GetNetIncome().GetAmount() != "107.00" {
		t.Errorf("got %v, want a net income of 107.00", response)
	}
	if whole, err := b.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{}); err != nil || !whole.GetPassed() {
		t.Errorf("got %v, %v", whole, err)
	}
}

// TestYearsAndPeriodsLockInSameOrder closes and reopens a fiscal year while another transaction
// holds one of its periods, as closing the period does. The year waits for the period, and does not
// hold the organization lock yet, which the other transaction needs next.
func TestYearsAndPeriodsLockInSameOrder(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2025-06-30", "1000", "4000", "100")
	b.closeThrough(t, "2025-01-01", "2025-12-01")
	y, december := firstFiscalYear(t, b).GetId(), b.parseKey(t, "acp", b.periods(t)["2025-12-01"].GetId())
	for _, change := range []func() error{
		func() error {
			_, err := b.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: y})
			return err
		},
		func() error {
			_, err := b.ReopenFiscalYear(t.Context(),
				&pb.ReopenFiscalYearRequest{FiscalYearId: y, Reason: "The auditor found something"})
			return err
		},
	} {
		changed := make(chan error, 1)
		if err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx,
				`
select
from finance.accounting_periods
where org_id = platform.org_id()
and id = $1
for no key update`, december); err != nil {
				return err
			}
			go func() { changed <- change() }()
			if err := awaitBlocked(ctx, tx); err != nil {
				return err
			}
			_, err := tx.Exec(ctx,
				`select from platform.organizations where org_id = platform.org_id() for no key update nowait`)
			return err
		}); err != nil {
			t.Errorf("got a deadlock: %v", err)
		}
		if err := <-changed; err != nil {
			t.Fatal(err)
		}
	}
}
