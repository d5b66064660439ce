package ledger_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/status"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// TestEmptyFiscalYearCanBeDeleted deletes a year that was created with wrong dates and creates the
// right one. It refuses a year in which anything is dated or closed, and a stale etag.
func TestEmptyFiscalYearCanBeDeleted(t *testing.T) {
	t.Parallel()
	b := open(t)
	create := func(start, end string) *pb.FiscalYear {
		t.Helper()
		y, err := b.CreateFiscalYear(t.Context(),
			&pb.CreateFiscalYearRequest{FiscalYear: &pb.FiscalYear{StartDate: start, EndDate: end}})
		if err != nil {
			t.Fatal(err)
		}
		return y
	}
	remove := func(y *pb.FiscalYear, etag string) error {
		_, err := b.DeleteFiscalYear(t.Context(), &pb.DeleteFiscalYearRequest{FiscalYearId: y.GetId(), Etag: etag})
		return err
	}
	inUse := func(y *pb.FiscalYear, why string) {
		t.Helper()
		err := remove(y, "")
		wantReason(t, err, optionsv1.Reason_FISCAL_YEARS_IN_USE)
		if s, _ := status.FromError(err); !strings.Contains(s.Message(), why) {
			t.Errorf("got %q, want %q in it", s.Message(), why)
		}
	}
	wrong := create("2024-01-01", "2024-12-31")
	if err := remove(wrong, "stale"); err == nil {
		t.Error("a stale etag is accepted")
	}
	if err := remove(wrong, wrong.GetEtag()); err != nil {
		t.Fatal(err)
	}
	if len(b.periods(t)) != 0 {
		t.Errorf("got periods %v after the year is deleted", b.periods(t))
	}
	right := create("2023-07-01", "2024-06-30")
	next := create("2024-07-01", "2025-06-30")

	draft := b.entryOn("2024-06-30", "6100", "1000", "5")
	d, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: draft, Draft: true})
	if err != nil {
		t.Fatal(err)
	}
	inUse(right, "drafts")
	if _, err := b.DeleteJournalEntry(t.Context(), &pb.DeleteJournalEntryRequest{
		JournalEntryId: d.GetId(), Etag: d.GetEtag(),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CreateCurrencyRevaluation(t.Context(), &pb.CreateCurrencyRevaluationRequest{
		CurrencyRevaluation: &pb.CurrencyRevaluation{Date: "2025-06-29"},
	}); err != nil {
		t.Fatal(err)
	}
	inUse(next, "revaluation")
	if _, err := b.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: b.periods(t)["2023-07-01"].GetId(), Reason: "Nothing to reconcile",
	}); err != nil {
		t.Fatal(err)
	}
	inUse(right, "closed")
	b.postOn(t, "2024-07-01", "6100", "1000", "5")
	inUse(next, "posted")
	if len(b.periods(t)) != 24 {
		t.Errorf("got %d periods after refused deletions, want 24", len(b.periods(t)))
	}
}
