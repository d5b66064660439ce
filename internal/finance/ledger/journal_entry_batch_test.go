package ledger_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

func TestValidateOnlyStoresNothing(t *testing.T) {
	t.Parallel()
	b := open(t)
	good := b.entry(b.line("6100", "1"), b.line("1000", "-1"))
	e, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: good, ValidateOnly: true})
	if err != nil || e.GetState() != pb.JournalEntry_POSTED || e.GetLines()[1].GetAmount().GetAmount() != "-1.00" {
		t.Errorf("got %v, %v", e, err)
	}
	_, err = b.BatchCreateJournalEntries(t.Context(),
		&pb.BatchCreateJournalEntriesRequest{ValidateOnly: true,
			Requests: []*pb.CreateJournalEntryRequest{{JournalEntry: good}}})
	if err != nil || len(b.lines(t, "")) != 0 {
		t.Errorf("got %v, or lines were stored", err)
	}
	_, err = b.BatchCreateJournalEntries(t.Context(),
		&pb.BatchCreateJournalEntriesRequest{Requests: []*pb.CreateJournalEntryRequest{{JournalEntry: good,
			ValidateOnly: true}}})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "requests[0].validateOnly")
}

func TestBatchCreatesUpToThousandEntries(t *testing.T) {
	t.Parallel()
	b := open(t)
	req := &pb.BatchCreateJournalEntriesRequest{}
	for i := range 1000 {
		amount := fmt.Sprintf("%d.25", i+1)
		req.Requests = append(req.Requests,
			&pb.CreateJournalEntryRequest{JournalEntry: b.entry(b.line("6100", amount), b.line("1000", "-"+amount)),
				Draft: i == 7})
	}
	made, err := b.BatchCreateJournalEntries(t.Context(), req)
	if err != nil || len(made.GetJournalEntries()) != 1000 {
		t.Fatalf("got %d entries, %v", len(made.GetJournalEntries()), err)
	}
	for _, i := range []int{0, 500, 999} {
		b.checkPosted(t, made.GetJournalEntries()[i])
	}
	if e := made.GetJournalEntries()[7]; e.GetState() != pb.JournalEntry_DRAFT || len(e.GetLines()) != 2 {
		t.Errorf("got draft %v", e)
	}
	req.Requests = append(req.Requests, req.Requests[0])
	_, err = b.BatchCreateJournalEntries(t.Context(), req)
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "requests")
}

// TestBatchIsAllOrNone checks that a refused batch reports the violations of every entry and stores
// none.
func TestBatchIsAllOrNone(t *testing.T) {
	t.Parallel()
	b := open(t)
	batch := func(entries ...*pb.JournalEntry) error {
		req := &pb.BatchCreateJournalEntriesRequest{}
		for _, e := range entries {
			req.Requests = append(req.Requests, &pb.CreateJournalEntryRequest{JournalEntry: e})
		}
		_, err := b.BatchCreateJournalEntries(t.Context(), req)
		return err
	}
	good := b.entry(b.line("6100", "1"), b.line("1000", "-1"))
	wantReason(t, batch(good, b.entry(b.line("6100", "1"), b.line("1000", "-2")), nil,
		b.entry(b.line("1200", "1"), b.line("acc_x", "-1"))),
		optionsv1.Reason_ACCOUNT_IS_CONTROL,
		"requests[1].journalEntry.lines", "requests[2].journalEntry.date",
		"requests[3].journalEntry.lines[1].accountId", "requests[3].journalEntry.lines[0].accountId")
	same := proto.CloneOf(good)
	same.Id = "jrn_01k9zzzzzzzzzzzzzzzzzzzzzz"
	if err := batch(same, good, same); err == nil {
		t.Error("got no error for two entries with the same id")
	}
	if len(b.lines(t, "")) != 0 {
		t.Error("a refused batch stored lines")
	}
}

// TestBatchSizeAndReversalDateAreLimited checks that the server refuses a batch of more than 1000
// entries, and a reversal dated before its entry.
func TestBatchSizeAndReversalDateAreLimited(t *testing.T) {
	t.Parallel()
	b := open(t)
	req := &pb.BatchCreateJournalEntriesRequest{}
	for range 1001 {
		req.Requests = append(req.Requests,
			&pb.CreateJournalEntryRequest{JournalEntry: b.entry(b.line("6100", "1"), b.line("1000", "-1"))})
	}
	_, err := b.BatchCreateJournalEntries(t.Context(), req)
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "requests")
	e := b.post(t, "6100", "1000", "5")
	_, err = b.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId(), Date: "2020-01-01"})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "date")
}
