package banking_test

import (
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestRuleBooksTransfer checks that a rule decides a line as one side of a new transfer, and the
// other bank account's line as its missing side, in either order.
func TestRuleBooksTransfer(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings := b.addBankAccount(t, "USD")
	out := b.rule(t, &pb.BankRule{
		DisplayName: "To savings", BankAccountId: b.account.GetId(), Texts: []string{"savings"},
		TransferBankAccountId: savings, Memo: "Put aside",
	})
	back := b.rule(t, &pb.BankRule{
		DisplayName: "From checking", Texts: []string{"checking"}, TransferBankAccountId: b.account.GetId(),
	})
	if got := b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{
		Content: []byte(
			"Date,Text,Amount\n2026-01-05,Savings plan,-500.00\n2026-01-20,Savings plan,-500.00\n" +
				"2026-01-25,From savings,70.00\n2026-01-26,To checking itself,-1.00\n",
		),
	}); len(got.GetWarnings()) != 0 {
		t.Errorf("got %v", got.GetWarnings())
	}
	mine := b.findLines(t, `bank_account_id = "`+b.account.GetId()+`"`)
	if mine[0].GetState() != pb.BankStatementLine_MATCHED || mine[0].GetBankRuleId() != out.GetId() ||
		mine[0].GetBankTransferId() == "" || mine[3].GetState() != pb.BankStatementLine_UNMATCHED {
		t.Fatalf("got %v", mine)
	}
	if got := b.balance(t, b.ledgerAccountOf(t, savings)); got != "930.00/0.00" {
		t.Errorf("savings are %s", got)
	}
	b.mustImportTo(t, savings, &pb.StatementImport{
		Content: []byte(
			"Date,Text,Amount\n2026-01-06,Checking,500.00\n2026-01-19,Checking,500.00\n" +
				"2026-01-26,Checking,-70.00\n2026-01-30,Checking,500.00\n",
		),
	})
	theirs := b.findLines(t, `bank_account_id = "`+savings+`"`)
	for i, want := range []string{mine[0].GetBankTransferId(), mine[1].GetBankTransferId(), mine[2].GetBankTransferId()} {
		if theirs[i].GetBankTransferId() != want || theirs[i].GetBankRuleId() != back.GetId() {
			t.Errorf("line %d: got %v, want a side of %s", i, theirs[i], want)
		}
	}
	if fourth := theirs[3]; fourth.GetBankTransferId() == "" || fourth.GetBankTransferId() == mine[1].GetBankTransferId() {
		t.Errorf("got %v, want a side of a new transfer", fourth)
	}
	states := map[pb.BankTransfer_State]int{}
	list, err := b.ListBankTransfers(t.Context(), &pb.ListBankTransfersRequest{})
	for _, m := range list.GetBankTransfers() {
		states[m.GetState()]++
	}
	if err != nil || states[pb.BankTransfer_PAIRED] != 3 || states[pb.BankTransfer_OPEN] != 1 {
		t.Errorf("got %v, %v", states, err)
	}
	if got := b.balance(t, b.ledgerAccountOf(t, savings)); got != "1430.00/0.00" {
		t.Errorf("savings are %s", got)
	}
	undone, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{
		BankStatementLineId: mine[0].GetId(),
	})
	if err != nil || undone.GetState() != pb.BankStatementLine_UNMATCHED || undone.GetBankRuleId() != "" ||
		undone.GetBankTransferId() != "" {
		t.Errorf("got %v, %v", undone, err)
	}
	tried, err := b.TestBankRule(t.Context(), &pb.TestBankRuleRequest{BankRule: out})
	if err != nil || len(tried.GetDecisions()) != 3 {
		t.Fatalf("got %v, %v", tried, err)
	}
	if first := tried.GetDecisions()[2].GetBankTransfer(); first.GetOutgoingLineId() != mine[0].GetId() ||
		first.GetToBankAccountId() != savings {
		t.Errorf("got %v", first)
	}
	applied, err := b.ApplyBankRules(t.Context(), &pb.ApplyBankRulesRequest{BankAccountId: b.account.GetId()})
	if err != nil || applied.GetDecidedCount() != 1 || applied.GetWaitingCount() != 1 {
		t.Errorf("got %v, %v", applied, err)
	}
}

// TestRuleDoesNotTransferBetweenCurrencies checks that a rule leaves lines undecided and posts
// nothing if its transfer would be between currencies.
func TestRuleDoesNotTransferBetweenCurrencies(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	abroad := b.addBankAccount(t, "EUR")
	b.rule(t, &pb.BankRule{DisplayName: "Abroad", Texts: []string{"abroad"}, TransferBankAccountId: abroad})
	got := b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{
		Content: []byte("Date,Text,Amount\n2026-01-05,Abroad,-500.00\n2026-01-06,Abroad,-400.00\n"),
	})
	if len(got.GetWarnings()) != 1 || !strings.Contains(got.GetWarnings()[0], "2 lines") {
		t.Errorf("got %v", got.GetWarnings())
	}
	if undecided := b.findLines(t, "state = UNMATCHED"); len(undecided) != 2 {
		t.Errorf("got %v", undecided)
	}
	if entries, err := b.ledger.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{}); err != nil ||
		len(entries.GetJournalEntries()) != 0 {
		t.Errorf("got %v, %v", entries, err)
	}
}
