package ledger_test

import (
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// openAccruals signs up an organization with an account for accrued expenses.
func openAccruals(t *testing.T) books {
	t.Helper()
	b := open(t)
	b.codes["accrued"] = b.create(t, &pb.Account{
		Code: "2150", DisplayName: "Accrued Expenses", Type: pb.Account_LIABILITY,
		Subtype: pb.Account_OTHER_LIABILITY,
	}).GetId()
	return b
}

// accrual returns an entry of 2026-01-31 that is reversed on a day.
func (b books) accrual(reverseDate string) *pb.JournalEntry {
	e := b.entryOn("2026-01-31", "6100", "accrued", "100")
	e.ReverseDate = reverseDate
	return e
}

func (b books) get(t *testing.T, key string) *pb.JournalEntry {
	t.Helper()
	e, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: key})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// checkReversedOn checks that an entry, as its posting returned it, is stored with its reversal.
func (b books) checkReversedOn(t *testing.T, e *pb.JournalEntry, day string) {
	t.Helper()
	stored, reversal := b.get(t, e.GetId()), b.get(t, e.GetReversedById())
	if stored.GetEtag() != e.GetEtag() || stored.GetReversedById() != e.GetReversedById() {
		t.Errorf("got %v, stored %v", e, stored)
	}
	if reversal.GetDate() != day || reversal.GetReversesId() != e.GetId() || reversal.GetReverseDate() != "" ||
		reversal.GetState() != pb.JournalEntry_POSTED {
		t.Errorf("got the reversal %v", reversal)
	}
	for i, l := range reversal.GetLines() {
		was := stored.GetLines()[i]
		if l.GetAccountId() != was.GetAccountId() || minorOf(t, l.GetAmount()) != -minorOf(t, was.GetAmount()) ||
			minorOf(t, l.GetBaseAmount()) != -minorOf(t, was.GetBaseAmount()) {
			t.Errorf("got the line %v, want the opposite of %v", l, was)
		}
	}
}

// TestAccrualsArePostedWithTheirReversals posts accruals among other entries at once, in a batch
// and from a draft.
func TestAccrualsArePostedWithTheirReversals(t *testing.T) {
	t.Parallel()
	b := openAccruals(t)
	var posting sync.WaitGroup
	for i := range 16 {
		posting.Go(func() {
			if i%2 == 0 {
				b.postOn(t, "2026-01-31", "6100", "1000", "1")
				return
			}
			e, err := b.tryPost(t, b.accrual("2026-02-01"))
			if err != nil {
				t.Error(err)
				return
			}
			b.checkReversedOn(t, e, "2026-02-01")
		})
	}
	posting.Wait()
	batch, err := b.BatchCreateJournalEntries(t.Context(), &pb.BatchCreateJournalEntriesRequest{
		Requests: []*pb.CreateJournalEntryRequest{
			{JournalEntry: b.accrual("2026-03-01")}, {JournalEntry: b.accrual("")}, {JournalEntry: b.accrual("2027-02-01")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.checkReversedOn(t, batch.GetJournalEntries()[0], "2026-03-01")
	b.checkReversedOn(t, batch.GetJournalEntries()[2], "2027-02-01")
	draft, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{JournalEntry: b.accrual("2026-04-01"), Draft: true})
	if err != nil || draft.GetReversedById() != "" {
		t.Fatalf("got %v, %v", draft, err)
	}
	posted, err := b.PostJournalEntry(t.Context(),
		&pb.PostJournalEntryRequest{JournalEntryId: draft.GetId(), Etag: draft.GetEtag()})
	if err != nil {
		t.Fatal(err)
	}
	b.checkReversedOn(t, posted, "2026-04-01")
	b.checkIntegrity(t)
}

// TestAccrualInForeignCurrencyIsReversed posts an accrual in euros. Its reversal has its base
// amounts.
func TestAccrualInForeignCurrencyIsReversed(t *testing.T) {
	t.Parallel()
	b := openAccruals(t)
	e := b.accrual("2026-02-01")
	e.CurrencyCode, e.ExchangeRate = "EUR", "1.2"
	posted, err := b.tryPost(t, e)
	if err != nil {
		t.Fatal(err)
	}
	b.checkReversedOn(t, posted, "2026-02-01")
	b.checkIntegrity(t)
}

// TestReverseDateIsChecked refuses days on which no reversal can be posted, and stores neither of
// the two entries.
func TestReverseDateIsChecked(t *testing.T) {
	t.Parallel()
	b := openAccruals(t)
	for _, day := range []string{"2026-01-31", "2026-01-30", "2027-02-02", "2026-02-30", "tomorrow"} {
		for _, draft := range []bool{false, true} {
			_, err := b.CreateJournalEntry(t.Context(),
				&pb.CreateJournalEntryRequest{JournalEntry: b.accrual(day), Draft: draft})
			apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "reverseDate")
		}
	}
	if got := b.lines(t, ""); len(got) != 0 {
		t.Errorf("got the lines %v", got)
	}
}

// TestReversalIsRefusedInClosedPeriod posts an accrual whose reversal would lie in a closed period.
// The reason for the exception of the entry does not apply to its reversal.
func TestReversalIsRefusedInClosedPeriod(t *testing.T) {
	t.Parallel()
	b := openAccruals(t)
	b.postOn(t, "2026-01-15", "6100", "1000", "1")
	b.postOn(t, "2026-02-15", "6100", "1000", "1")
	b.closeThrough(t, "2026-01-01", "2026-02-01")
	e := b.accrual("2026-02-01")
	e.LockExceptionReason = "Late accrual"
	_, err := b.tryPost(t, e)
	apptest.WantRefused(t, err, optionsv1.Reason_PERIOD_CLOSED, "reverseDate")
	e.ReverseDate = "2026-03-01"
	posted, err := b.tryPost(t, e)
	if err != nil {
		t.Fatal(err)
	}
	b.checkReversedOn(t, posted, "2026-03-01")
}

// TestReverseDateOfPostedEntryIsFixed refuses to change the day of a posted entry, and to reverse
// it again.
func TestReverseDateOfPostedEntryIsFixed(t *testing.T) {
	t.Parallel()
	b := openAccruals(t)
	e, err := b.tryPost(t, b.accrual("2026-02-01"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.reverse(t, e, "2026-02-02")
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_REVERSED)
	_, err = b.UpdateJournalEntry(t.Context(), &pb.UpdateJournalEntryRequest{
		JournalEntryId: e.GetId(), JournalEntry: &pb.JournalEntry{ReverseDate: "2026-03-01", Etag: e.GetEtag()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"reverse_date"}},
	})
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_POSTED)
	validated, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{JournalEntry: b.accrual("2026-02-01"), ValidateOnly: true})
	if err != nil || validated.GetReversedById() == "" {
		t.Errorf("got %v, %v", validated, err)
	}
	if got := len(b.lines(t, `account_id = "`+b.codes["6100"]+`"`)); got != 2 {
		t.Errorf("got %d lines on the account, want 2", got)
	}
}
