package banking_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// TestAcceptDoesNotWaitForOtherBankAccounts accepts a suggestion while another bank account is
// locked, as an import locks it.
func TestAcceptDoesNotWaitForOtherBankAccounts(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	second := b.addBankAccount(t, "USD")
	b.learn(t, 4, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,STAPLES 00998877,-41.00\n")[0]
	b.importLines(t, second, "2026-01-05,Coffee,-3.00\n")
	key, err := id.Parse("bac", second)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if _, err = conn.Exec(t.Context(), "begin"); err == nil {
		_, err = conn.Exec(t.Context(), "select from finance.bank_accounts where id = $1 for update", key)
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	done, err := b.AcceptSuggestion(ctx, &pb.AcceptSuggestionRequest{BankStatementLineId: l.GetId()})
	if err != nil || done.GetState() != pb.BankStatementLine_MATCHED {
		t.Errorf("got %v, %v", done, err)
	}
}

// TestTransferRuleDecidesEachLine accepts the suggestions of one rule for several lines. Each is
// a separate transfer.
func TestTransferRuleDecidesEachLine(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	second := b.addBankAccount(t, "USD")
	l := b.importLines(
		t, b.account.GetId(), "2026-01-01,Savings,-50.00\n2026-02-01,Savings,-50.00\n2026-03-01,Savings,-60.00\n",
	)
	b.rule(t, &pb.BankRule{
		DisplayName: "Savings", Texts: []string{"savings"}, BankAccountId: b.account.GetId(), TransferBankAccountId: second,
	})
	got, err := b.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{Items: b.best(t, l)})
	if err != nil {
		t.Fatal(err)
	}
	transfers := map[string]bool{}
	for _, line := range got.GetBankStatementLines() {
		if line.GetState() != pb.BankStatementLine_MATCHED || line.GetBankTransferId() == "" {
			t.Errorf("got %v", line)
		}
		transfers[line.GetBankTransferId()] = true
	}
	if len(transfers) != len(l) {
		t.Errorf("got %d transfers, want %d", len(transfers), len(l))
	}
}
