package reports_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// hugeEntry returns an entry with the given number of lines of the largest amount.
func (c company) hugeEntry(lines int) *pb.CreateJournalEntryRequest {
	e := &pb.JournalEntry{Date: "2026-03-01"}
	for i := range lines {
		l := &pb.JournalLine{
			AccountId: c.codes["1000"], Amount: &typepb.Money{Amount: money.Format(money.MaxMinor, "USD")},
		}
		if i >= lines/2 {
			l.AccountId, l.Amount.Amount = c.codes["4000"], "-"+l.Amount.Amount
		}
		e.Lines = append(e.Lines, l)
	}
	return &pb.CreateJournalEntryRequest{JournalEntry: e}
}

// TestEntriesBeyondReportRangeAreRejected posts an entry whose sums would exceed what reports
// can add up. It also reads the reports of the largest books that are accepted.
func TestEntriesBeyondReportRangeAreRejected(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	refused := func(what string, lines int) {
		t.Helper()
		_, err := c.ledger.CreateJournalEntry(t.Context(), c.hugeEntry(lines))
		if apptest.Reason(err) != optionsv1.Reason_SUM_OUT_OF_RANGE || !slices.Contains(apptest.Fields(err), "lines") {
			t.Errorf("%s: got %v", what, err)
		}
	}
	refused("a single entry that is too large", 1000)
	if _, err := c.ledger.CreateJournalEntry(t.Context(), c.hugeEntry(400)); err != nil {
		t.Fatal(err)
	}
	refused("an entry too many, before the rollup", 100)
	c.rollUp(t)
	refused("an entry too many, after the rollup", 100)
	_, err := c.ledger.BatchCreateJournalEntries(t.Context(), &pb.BatchCreateJournalEntriesRequest{
		Requests: []*pb.CreateJournalEntryRequest{
			c.hugeEntry(20), c.hugeEntry(20), c.hugeEntry(20),
		}})
	if apptest.Reason(err) != optionsv1.Reason_SUM_OUT_OF_RANGE {
		t.Errorf("a batch too large as a whole: got %v", err)
	}
	c.post(t, "2026-03-02", "1000", "4000", "12.50")
	if _, err := c.ledger.CreateJournalEntry(t.Context(), c.hugeEntry(40)); err != nil {
		t.Errorf("an entry that fits: got %v", err)
	}
	year := &pb.GetProfitAndLossRequest{StartDate: "2026-01-01", EndDate: "2026-12-31"}
	if pl, err := c.reports.GetProfitAndLoss(t.Context(), year); err != nil ||
		pl.GetNetIncome().GetAmount() != money.Format(220*money.MaxMinor+1250, "USD") {
		t.Errorf("profit and loss: got %v, %v", pl.GetNetIncome(), err)
	}
	if _, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: "2026-12-31"}); err != nil {
		t.Errorf("trial balance: %v", err)
	}
	if _, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-12-31"}); err != nil {
		t.Errorf("balance sheet: %v", err)
	}
	if _, err := c.reports.GetGeneralLedger(t.Context(), &pb.GetGeneralLedgerRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31", PageSize: 500,
	}); err != nil {
		t.Errorf("general ledger: %v", err)
	}
	if _, err := c.reports.GetJournal(t.Context(), &pb.GetJournalRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31",
	}); err != nil {
		t.Errorf("journal: %v", err)
	}
}

// TestReversalsBeyondReportRangeAreRejected reverses the largest books that are accepted. The
// reversal of the reversal must be rejected.
func TestReversalsBeyondReportRangeAreRejected(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	whole, err := c.ledger.CreateJournalEntry(t.Context(), c.hugeEntry(400))
	if err != nil {
		t.Fatal(err)
	}
	reversal, err := c.ledger.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: whole.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: reversal.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_SUM_OUT_OF_RANGE {
		t.Errorf("reversal of a reversal: got %v", err)
	}
	if _, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: "2026-12-31"}); err != nil {
		t.Errorf("trial balance: %v", err)
	}
}
