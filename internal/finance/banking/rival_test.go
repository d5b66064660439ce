package banking_test

import (
	"sync"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestRivalsOfMatches takes the decision of a line back while a match is made of it: a match
// that stands has its entry.
func TestRivalsOfMatches(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	claimed := b.codes["PREPAID_EXPENSE"]
	var group sync.WaitGroup
	for range 6 {
		line := b.said(t, b.another(t, "USD"), "2026-01-05,Paid,50.00\n")[0]
		if _, err := b.HoldBankStatementLine(t.Context(), &pb.HoldBankStatementLineRequest{BankStatementLineId: line.GetId(), Reason: "Whose?"}); err != nil {
			t.Fatal(err)
		}
		claim := b.post(t, "2026-01-03", claimed, b.codes["OTHER_INCOME"], "50")
		group.Go(func() {
			if _, err := b.match(t, &pb.BankMatch{Lines: lines(line), Entries: on(claimed, entries(claim))}); err != nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			if _, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{BankStatementLineId: line.GetId()}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	all, err := b.ListBankMatches(t.Context(), &pb.ListBankMatchesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all.GetBankMatches() {
		e, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: m.GetJournalEntryId()})
		if err != nil || (e.GetReversedById() == "") != (m.GetState() == pb.BankMatch_MATCHED) {
			t.Errorf("%v has %v, %v", m, e, err)
		}
	}
}
