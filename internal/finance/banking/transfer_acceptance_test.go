package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestTransferSuggestionsAreAccepted accepts the transfer of a rule, which completes an open
// transfer, and the pairing of a line with an open transfer.
func TestTransferSuggestionsAreAccepted(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	second := b.addBankAccount(t, "USD")
	l := b.importLines(
		t, b.account.GetId(), "2026-01-05,To savings,-500.00\n2026-01-20,To savings,-600.00\n2026-02-20,Odd,-700.00\n",
	)
	open, err := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: l[0].GetId(), ToBankAccountId: second})
	if err != nil {
		t.Fatal(err)
	}
	in := b.importLines(t, second, "2026-01-06,Incoming,500.00\n")
	paired := b.suggestMatches(t, in[0]).GetSuggestions()[0]
	if done, err := b.accept(t, in[0], paired); err != nil || done.GetBankTransferId() != open.GetId() {
		t.Errorf("got %v, %v", done, err)
	}
	b.rule(t, &pb.BankRule{
		DisplayName: "Savings", Texts: []string{"to savings"}, BankAccountId: b.account.GetId(),
		TransferBankAccountId: second,
	})
	done, err := b.accept(t, l[1], nil)
	if err != nil || done.GetBankTransferId() == "" || done.GetBankRuleId() == "" {
		t.Errorf("got %v, %v", done, err)
	}
}

// TestLineIsDecidedByOneSuggestion checks that a batch refuses to categorize a line that an
// accepted transfer decides.
func TestLineIsDecidedByOneSuggestion(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	second := b.addBankAccount(t, "USD")
	b.learn(t, 4, "TRANSFER 4711 TO USD ACCOUNT", "-500.00", "OTHER_EXPENSE")
	out := b.importLines(t, b.account.GetId(), "2026-01-10,TRANSFER 4712 TO USD ACCOUNT,-500.00\n")[0]
	in := b.importLines(t, second, "2026-01-10,TRANSFER,500.00\n")[0]
	byKind := map[bool]*suggestion{}
	for _, s := range b.suggestMatches(t, out).GetSuggestions() {
		byKind[s.GetBankTransfer() != nil] = s
	}
	transfer, account := byKind[true], byKind[false]
	_, err := b.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{Items: []*acceptItem{
		{BankStatementLineId: out.GetId(), Suggestion: account}, {BankStatementLineId: in.GetId(), Suggestion: transfer},
	}})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION, "items[0].suggestion")
	// One side is enough to decide both.
	if _, err := b.accept(t, in, transfer); err != nil {
		t.Error(err)
	}
	if got := b.findLines(t, `booked_date = "2026-01-10" AND state = MATCHED`); len(got) != 2 {
		t.Errorf("got %v, want both lines decided", got)
	}
}

// TestAcceptIsRefusedInClosedPeriod checks that a suggestion for a line of a closed month is
// refused, with the reason.
func TestAcceptIsRefusedInClosedPeriod(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.learn(t, 4, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,STAPLES 00998877,-41.00\n")[0]
	b.post(t, "2026-02-01", b.codes["OTHER_EXPENSE"], b.codes["LOAN"], "1") // creates the fiscal year
	b.closeMonths(t, "2026-01-31")
	_, err := b.accept(t, l, nil)
	apptest.WantRefused(t, err, optionsv1.Reason_PERIOD_CLOSED, "suggestion")
}
