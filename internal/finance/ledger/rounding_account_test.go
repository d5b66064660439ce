package ledger_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestRoundingAccountIsFoundOrCreated posts lines that round apart with the account of the template,
// and again after it is archived.
func TestRoundingAccountIsFoundOrCreated(t *testing.T) {
	t.Parallel()
	b := open(t)
	post := func() *pb.Account {
		t.Helper()
		e := b.entry(b.line("6100", "10.01"), b.line("6110", "10.01"), b.line("1000", "-22.13"))
		for _, l := range e.Lines[:2] {
			l.Amount, l.ExchangeRate = &typepb.Money{Amount: "10.01", CurrencyCode: "EUR"}, "1.1055"
		}
		posted, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
		if err != nil {
			t.Fatal(err)
		}
		if len(posted.GetLines()) != 4 || posted.GetLines()[2].GetAmount().GetAmount() != "-22.13" ||
			posted.GetLines()[3].GetBaseAmount().GetAmount() != "-0.01" {
			t.Errorf("got lines %v", posted.GetLines())
		}
		account, err := b.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: posted.GetLines()[3].GetAccountId()})
		if err != nil || account.GetSubtype() != pb.Account_ROUNDING {
			t.Fatalf("got account %v, %v", account, err)
		}
		return account
	}
	first := post()
	if again := post(); again.GetId() != first.GetId() || first.GetCode() != "6980" {
		t.Errorf("got accounts %v and %v, want the template's", first, again)
	}
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: first.GetId()}); err != nil {
		t.Fatal(err)
	}
	created := post()
	if created.GetId() == first.GetId() || created.GetCode() != "" {
		t.Errorf("got account %v, want a new one without the code that is taken", created)
	}
	if again := post(); again.GetId() != created.GetId() {
		t.Errorf("got account %v, want %v", again, created)
	}
}
