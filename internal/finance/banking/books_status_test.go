package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestBooksStatusCountMatchesFilter checks that the filter of a finding lists as many lines as the
// finding counts: unmatched, held and partially matched ones.
func TestBooksStatusCountMatchesFilter(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	said := b.importLines(
		t, b.account.GetId(), "2026-01-05,First half,60.00\n2026-01-06,Whose,-5.00\n2026-01-07,Fuel,-40.00\n",
	)
	half := b.post(t, "2026-01-05", b.account.GetLedgerAccountId(), b.codes["OTHER_INCOME"], "30")
	if _, err := b.createMatch(t, &pb.BankMatch{Lines: lines(said[0], "30"), Entries: entries(half)}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.hold(t, said[1].GetId(), "Ask Ann"); err != nil {
		t.Fatal(err)
	}
	status, err := b.ledger.GetBooksStatus(t.Context(), &pb.GetBooksStatusRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range status.GetFindings() {
		if f.GetKind() == pb.BooksStatus_Finding_UNCATEGORIZED_LINES {
			if listed := b.findLines(t, f.GetFilter()); f.GetCount() != 3 || len(listed) != 3 {
				t.Errorf("got %d lines counted and %d listed, want 3", f.GetCount(), len(listed))
			}
			return
		}
	}
	t.Errorf("got %v", status.GetFindings())
}
