package banking_test

import (
	"sync"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestUndoDuringMatch undoes the decision of a line while the line is matched: every match in
// effect has an entry that is not reversed.
func TestUndoDuringMatch(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	claimed := b.codes["PREPAID_EXPENSE"]
	var group sync.WaitGroup
	for range 6 {
		line := b.importLines(t, b.addBankAccount(t, "USD"), "2026-01-05,Paid,50.00\n")[0]
		if _, err := b.HoldBankStatementLine(t.Context(), &pb.HoldBankStatementLineRequest{
			BankStatementLineId: line.GetId(), Reason: "Whose?",
		}); err != nil {
			t.Fatal(err)
		}
		claim := b.post(t, "2026-01-03", claimed, b.codes["OTHER_INCOME"], "50")
		group.Go(func() {
			if _, err := b.createMatch(
				t, &pb.BankMatch{Lines: lines(line), Entries: onAccount(claimed, entries(claim))},
			); err != nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			if _, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{
				BankStatementLineId: line.GetId(),
			}); err != nil {
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
			t.Errorf("match %v: got entry %v, %v", m, e, err)
		}
	}
}

// TestUndoDuringCompletion undoes the decision of a line while a reconciliation that includes the
// line is completed: exactly one of the two succeeds.
func TestUndoDuringCompletion(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	var group sync.WaitGroup
	for range 6 {
		account := b.addBankAccount(t, "USD")
		line := b.importLines(t, account, "2026-01-05,Twice,50.00\n")[0]
		if _, err := b.ExcludeBankStatementLine(t.Context(), &pb.ExcludeBankStatementLineRequest{
			BankStatementLineId: line.GetId(), Reason: "Twice",
		}); err != nil {
			t.Fatal(err)
		}
		r, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
			BankAccountId: account, StatementDate: "2026-01-31", StatementBalance: &typepb.Money{Amount: "0.00"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			errs := make(chan error)
			go func() {
				_, err := b.CompleteReconciliation(t.Context(), &pb.CompleteReconciliationRequest{ReconciliationId: r.GetId()})
				errs <- err
			}()
			_, undone := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{
				BankStatementLineId: line.GetId(),
			})
			completed := <-errs
			if (completed == nil) == (undone == nil) {
				t.Errorf("got %v for completion and %v for undo, want one refusal", completed, undone)
			}
			for _, err := range []error{completed, undone} {
				if r := apptest.Reason(err); err != nil && r != optionsv1.Reason_RECONCILIATION_DIFFERS &&
					r != optionsv1.Reason_BANK_STATEMENT_LINE_RECONCILED {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	group.Wait()
}
