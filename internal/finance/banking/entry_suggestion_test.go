package banking_test

import (
	"fmt"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestEntryOfBusyDayIsSuggested posts more entries on a day than are read for it. The entry of a
// line's amount is suggested wherever it stands among them.
func TestEntryOfBusyDayIsSuggested(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	req := &pb.BatchCreateJournalEntriesRequest{}
	for i := range 300 {
		amount := &typepb.Money{Amount: fmt.Sprintf("%d.00", 1000+i)}
		req.Requests = append(req.Requests, &pb.CreateJournalEntryRequest{JournalEntry: &pb.JournalEntry{
			Date: "2026-01-05", Description: "Receipt", Lines: []*pb.JournalLine{
				{AccountId: b.account.GetLedgerAccountId(), Amount: amount},
				{AccountId: b.codes["SALES"], Amount: &typepb.Money{Amount: "-" + amount.Amount}},
			},
		}})
	}
	made, err := b.ledger.BatchCreateJournalEntries(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 150, 299} {
		said := b.importLines(t, b.account.GetId(), fmt.Sprintf("2026-01-06,Receipt,%d.00\n", 1000+i))
		got, err := b.suggest(t, said[0].GetId())
		if err != nil || len(got.GetSuggestions()) == 0 ||
			got.GetSuggestions()[0].GetJournalEntryId() != made.GetJournalEntries()[i].GetId() {
			t.Errorf("entry %d: got %v, %v", i, got, err)
		}
	}
}
