package ledger_test

import (
	"sync"
	"sync/atomic"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// reverse reverses an entry on a date.
func (b books) reverse(t *testing.T, e *pb.JournalEntry, date string) (*pb.JournalEntry, error) {
	return b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId(), Date: date})
}

// TestEntryIsReversedOnce reverses an entry by several callers at once and again later. One
// reversal is stored, and the two reference each other.
func TestEntryIsReversedOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.postOn(t, "2026-01-10", "6100", "1000", "100")
	var done atomic.Int32
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			switch _, err := b.reverse(t, e, ""); {
			case err == nil:
				done.Add(1)
			case apptest.Reason(err) != optionsv1.Reason_JOURNAL_ENTRY_REVERSED:
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := done.Load(); n != 1 {
		t.Errorf("got %d reversals, want 1", n)
	}
	_, err := b.reverse(t, e, "2026-03-01")
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_REVERSED)
	e, err = b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	reversal, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetReversedById()})
	if err != nil || reversal.GetReversesId() != e.GetId() {
		t.Errorf("got %v, %v", reversal, err)
	}
	if got := len(b.lines(t, "account_id = \""+b.codes["6100"]+"\"")); got != 2 {
		t.Errorf("got %d lines on the account, want 2", got)
	}
}

// TestReversalGoesToOpenPeriod checks that the server refuses a reversal dated in a closed period.
// One without a date goes to the first open period after its entry.
func TestReversalGoesToOpenPeriod(t *testing.T) {
	t.Parallel()
	b := open(t)
	e, open := b.postOn(t, "2026-01-10", "6100", "1000", "100"), b.postOn(t, "2026-04-11", "6100", "1000", "7")
	b.closeThrough(t, "2026-01-01", "2026-03-01")
	for _, date := range []string{"2026-01-10", "2026-02-28", "2026-03-31"} {
		_, err := b.reverse(t, e, date)
		wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED, "date")
	}
	_, err := b.reverse(t, e, "2026-01-09")
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "date")
	if got, err := b.GetJournalEntry(t.Context(),
		&pb.GetJournalEntryRequest{JournalEntryId: e.GetId()}); err != nil || got.GetReversedById() != "" {
		t.Errorf("got %v, %v after refusals", got, err)
	}
	if r, err := b.reverse(t, e, ""); err != nil || r.GetDate() != "2026-04-01" {
		t.Errorf("got %v, %v", r, err)
	}
	if r, err := b.reverse(t, open, ""); err != nil || r.GetDate() != "2026-04-11" {
		t.Errorf("got %v, %v as the reversal in an open period", r, err)
	}
}
