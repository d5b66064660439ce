package banking_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestOtherDecisionsLeaveDoubt categorizes three payments of a payee, and decides a fourth in
// another way. The fifth is then suggested like the three, but is not accepted unseen.
func TestOtherDecisionsLeaveDoubt(t *testing.T) {
	t.Parallel()
	for name, decide := range map[string]func(t *testing.T, b bank, l *pb.BankStatementLine) error{
		"matched": func(t *testing.T, b bank, l *pb.BankStatementLine) error {
			posted := b.post(t, "2025-12-05", b.codes["OTHER_EXPENSE"], b.account.GetLedgerAccountId(), "40")
			_, err := b.matchLine(t, l.GetId(), posted.GetId())
			return err
		},
		"transferred": func(t *testing.T, b bank, l *pb.BankStatementLine) error {
			_, err := b.createTransfer(t, &pb.BankTransfer{
				OutgoingLineId: l.GetId(), ToBankAccountId: b.addBankAccount(t, "USD"),
			})
			return err
		},
		"excluded": func(t *testing.T, b bank, l *pb.BankStatementLine) error {
			_, err := b.exclude(t, l.GetId(), "Reported twice")
			return err
		},
		"partly personal": func(t *testing.T, b bank, l *pb.BankStatementLine) error {
			_, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
				BankStatementLineId: l.GetId(), BusinessSplits: b.splits("OPERATING_EXPENSE", "30"),
			})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBank(t, "USD")
			b.learn(t, 3, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
			l := b.importLines(t, b.account.GetId(), "2025-12-05,STAPLES 4711,-40.00\n2026-01-05,STAPLES 00998877,-41.00\n")
			if got := b.suggestMatches(t, l[1]).GetSuggestions(); got[0].GetScore() <= 90 {
				t.Fatalf("before: got %v", got)
			}
			if err := decide(t, b, l[0]); err != nil {
				t.Fatal(err)
			}
			got := b.suggestMatches(t, l[1]).GetSuggestions()
			if len(got) != 1 || got[0].GetAccountId() != b.codes["OPERATING_EXPENSE"] || got[0].GetScore() > 90 ||
				!slices.Contains(got[0].GetReasons(), `3 of 4 earlier payments of "staples" were decided this way.`) {
				t.Errorf("got %v", got)
			}
			_, err := b.accept(t, l[1], nil)
			apptest.WantRefused(t, err, optionsv1.Reason_SUGGESTION_UNCERTAIN, "suggestion")
		})
	}
}

// TestLongerNameLeavesDoubt checks that a decision about a name that continues the payee's leaves
// doubt, however many other payees begin with the same word.
func TestLongerNameLeavesDoubt(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	rows := "2025-06-05,AMAZON PRIME VIDEO,-9.00\n"
	for i := range 26 {
		rows += fmt.Sprintf("2025-06-06,AMAZON BOOK%cX,-9.00\n", 'A'+i)
	}
	var items []*categorizeItem
	for _, l := range b.importLines(t, b.account.GetId(), rows) {
		items = append(items, &categorizeItem{BankStatementLineId: l.GetId(), Splits: b.splits("OTHER_EXPENSE", "")})
	}
	if _, err := b.batchCategorize(t, items...); err != nil {
		t.Fatal(err)
	}
	b.learn(t, 4, "AMAZON PRIME", "-9.00", "OPERATING_EXPENSE")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,AMAZON PRIME,-9.00\n")[0]
	got := b.suggestMatches(t, l).GetSuggestions()
	if len(got) != 2 || got[0].GetAccountId() != b.codes["OPERATING_EXPENSE"] || got[0].GetScore() > 90 {
		t.Errorf("got %v", got)
	}
}

// TestKindOfPaymentIsNoPayee checks that decisions about one check say nothing about other checks:
// not that they are personal, and not that a suggestion is wrong for them.
func TestKindOfPaymentIsNoPayee(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	l := b.importLines(
		t, b.account.GetId(),
		"2026-01-05,CHECK 1041,-41.00\n2026-01-06,CHECK 1042,-42.00\n2026-01-07,CHECK 1043,-43.00\n"+
			"2026-01-08,CHECK 1044,-44.00\n",
	)
	if _, err := b.categorize(t, l[0].GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	shown := b.suggestMatches(t, l[3]).GetSuggestions()[0]
	if _, err := b.RejectSuggestion(t.Context(), &pb.RejectSuggestionRequest{
		BankStatementLineId: l[2].GetId(), Suggestion: shown,
	}); err != nil {
		t.Fatal(err)
	}
	if got := b.suggestMatches(t, l[3]).GetSuggestions()[0]; got.GetScore() != shown.GetScore() {
		t.Errorf("after a rejection for another check: got %v, want %v", got, shown)
	}
	if _, err := b.undoLine(t, l[0].GetId()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: l[0].GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	got, err := b.SuspectPersonalSpending(t.Context(), &pb.SuspectPersonalSpendingRequest{})
	if err != nil || got.GetCount() != 0 {
		t.Errorf("got %v, %v, want no suspicion of the other checks", got, err)
	}
}
