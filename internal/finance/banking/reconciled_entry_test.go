package banking_test

import (
	"sync"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// completeReconciliation creates and completes a reconciliation.
func (b bank) completeReconciliation(t *testing.T, date, balance string, outstanding ...string) *pb.Reconciliation {
	t.Helper()
	r, err := b.CompleteReconciliation(t.Context(), &pb.CompleteReconciliationRequest{
		ReconciliationId: b.createReconciliation(t, date, balance, outstanding...).GetId(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// reverseEntry reverses an entry on a date, or on the entry's date if it is "".
func (b bank) reverseEntry(t *testing.T, e *pb.JournalEntry, date string) error {
	t.Helper()
	_, err := b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{
		JournalEntryId: e.GetId(), Date: date,
	})
	return err
}

// checkFigures checks the figures of a reconciliation that has no difference.
func (b bank) checkFigures(t *testing.T, r *pb.Reconciliation, book, outstanding string) {
	t.Helper()
	got, err := b.GetReconciliation(t.Context(), &pb.GetReconciliationRequest{ReconciliationId: r.GetId()})
	if err != nil || got.GetBookBalance().GetAmount() != book || got.GetOutstanding().GetAmount() != outstanding ||
		got.GetDifference().GetAmount() != "0.00" || got.GetUndecidedCount() != 0 {
		t.Errorf("got %v, %v; want book balance %s and outstanding %s", got, err, book, outstanding)
	}
}

// TestReconciledEntryIsNotReversed checks that the server refuses to reverse an entry within the
// days of a completed reconciliation that includes it. Outstanding entries, later entries and later
// dates are allowed, and the next reconciliation adds up.
func TestReconciledEntryIsNotReversed(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	own, expense := b.account.GetLedgerAccountId(), b.codes["OPERATING_EXPENSE"]
	begun := b.post(t, "2026-01-01", own, b.codes["OTHER_INCOME"], "1000.00")
	rent := b.post(t, "2026-01-10", expense, own, "70.00")
	check := b.post(t, "2026-01-30", expense, own, "40.00")
	lost := b.post(t, "2026-01-30", expense, own, "8.00")
	january := b.completeReconciliation(t, "2026-01-31", "930.00", check.GetLines()[1].GetId(), lost.GetLines()[1].GetId())
	wantReason(t, b.reverseEntry(t, rent, ""), optionsv1.Reason_JOURNAL_ENTRY_RECONCILED)
	wantReason(t, b.reverseEntry(t, begun, "2026-01-31"), optionsv1.Reason_JOURNAL_ENTRY_RECONCILED)
	since := b.post(t, "2026-01-20", expense, own, "5.00")
	for what, err := range map[string]error{
		"an outstanding check":                 b.reverseEntry(t, check, ""),
		"an outstanding check, on a later day": b.reverseEntry(t, lost, "2026-02-03"),
		"an entry posted since":                b.reverseEntry(t, since, ""),
		"a reconciled entry, on a later day":   b.reverseEntry(t, rent, "2026-02-02"),
	} {
		if err != nil {
			t.Errorf("reversing %s: %v", what, err)
		}
	}
	b.post(t, "2026-01-21", expense, own, "1.00")
	b.checkFigures(t, january, "882.00", "-48.00")
	b.post(t, "2026-02-02", b.codes["OTHER_EXPENSE"], own, "70.00")
	february := b.completeReconciliation(t, "2026-02-28", "929.00")
	b.checkFigures(t, february, "929.00", "0.00")
	// Amounts outstanding in January but not in February were booked by the bank in between.
	if _, err := b.ReopenReconciliation(t.Context(), &pb.ReopenReconciliationRequest{
		ReconciliationId: february.GetId(), Reason: "A day too long",
	}); err != nil {
		t.Fatal(err)
	}
	late := b.post(t, "2026-02-20", expense, own, "3.00")
	b.completeReconciliation(t, "2026-02-25", "929.00", late.GetLines()[1].GetId())
	b.completeReconciliation(t, "2026-02-27", "926.00")
	wantReason(t, b.reverseEntry(t, late, ""), optionsv1.Reason_JOURNAL_ENTRY_RECONCILED)
}

// TestTransferWithReconciledMissingSideIsNotUndone checks that the server refuses to undo a
// transfer if a reconciliation includes its missing side as booked, but allows it if the missing
// side is outstanding there.
func TestTransferWithReconciledMissingSideIsNotUndone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		named   bool
		balance string
		reason  optionsv1.Reason
	}{
		"booked":      {false, "50.00", optionsv1.Reason_JOURNAL_ENTRY_RECONCILED},
		"outstanding": {true, "0.00", optionsv1.Reason_REASON_UNSPECIFIED},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBank(t, "USD")
			savings := b.addBankAccount(t, "USD")
			sent := b.importLines(t, savings, "2026-01-31,To checking,-50.00\n")[0]
			moved, err := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: sent.GetId(), ToBankAccountId: b.account.GetId()})
			if err != nil {
				t.Fatal(err)
			}
			var named []string
			if c.named {
				_, named, _ = b.suggestOutstanding(t, b.createReconciliation(t, "2026-01-31", c.balance))
			}
			r := b.completeReconciliation(t, "2026-01-31", c.balance, named...)
			_, err = b.UndoBankTransfer(t.Context(), &pb.UndoBankTransferRequest{BankTransferId: moved.GetId()})
			wantReason(t, err, c.reason)
			b.checkFigures(t, r, "50.00", map[bool]string{true: "50.00", false: "0.00"}[c.named])
			if _, err := b.ReopenReconciliation(t.Context(), &pb.ReopenReconciliationRequest{
				ReconciliationId: r.GetId(), Reason: "Wrong",
			}); err != nil {
				t.Fatal(err)
			}
			if _, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{
				BankStatementLineId: sent.GetId(),
			}); c.reason != 0 && err != nil {
				t.Errorf("undo after reopening: %v", err)
			}
		})
	}
}

// TestReconciledOpeningBalanceIsNotReplaced replaces the opening balances of other accounts, but
// not that of a reconciled bank account.
func TestReconciledOpeningBalanceIsNotReplaced(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	account, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: b.account.GetLedgerAccountId()})
	if err != nil {
		t.Fatal(err)
	}
	opened := func(bank, rest, prepaid string) error {
		_, err := b.ledger.ImportOpeningBalances(t.Context(), &pb.ImportOpeningBalancesRequest{
			Date: "2025-12-31", Replace: true,
			Content: []byte(
				"Account,Balance\n" + account.GetDisplayName() + "," + bank +
					"\nPrepaid Expenses," + prepaid + "\nRetained Earnings," + rest + "\n",
			),
		})
		return err
	}
	if err := opened("1000.00", "-1007.00", "7.00"); err != nil {
		t.Fatal(err)
	}
	r := b.completeReconciliation(t, "2026-01-31", "1000.00")
	wantReason(t, opened("1001.00", "-1008.00", "7.00"), optionsv1.Reason_JOURNAL_ENTRY_RECONCILED)
	if err := opened("1000.00", "-1009.00", "9.00"); err != nil {
		t.Errorf("replacing another account's balance: %v", err)
	}
	b.checkFigures(t, r, "1000.00", "0.00")
}

// TestReversalDuringCompletion reverses entries while reconciliations that include them are
// completed: exactly one of the two succeeds.
func TestReversalDuringCompletion(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	var group sync.WaitGroup
	for range 6 {
		account := b.addBankAccount(t, "USD")
		rent := b.post(t, "2026-01-10", b.codes["OPERATING_EXPENSE"], b.ledgerAccountOf(t, account), "70.00")
		r, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
			BankAccountId: account, StatementDate: "2026-01-31", StatementBalance: &typepb.Money{Amount: "-70.00"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		reasons := make(chan optionsv1.Reason, 2)
		group.Go(func() {
			_, err := b.CompleteReconciliation(t.Context(), &pb.CompleteReconciliationRequest{ReconciliationId: r.GetId()})
			reasons <- apptest.Reason(err)
		})
		group.Go(func() { reasons <- apptest.Reason(b.reverseEntry(t, rent, "")) })
		group.Go(func() {
			first, second := <-reasons, <-reasons
			if lost := max(first, second); min(first, second) != 0 ||
				lost != optionsv1.Reason_JOURNAL_ENTRY_RECONCILED && lost != optionsv1.Reason_RECONCILIATION_DIFFERS {
				t.Errorf("got %s and %s", first, second)
			}
		})
	}
	group.Wait()
}

// TestReconciliationsAreInOrder checks that the server refuses to complete a reconciliation that is
// not dated after all completed ones, and to update a completed one.
func TestReconciliationsAreInOrder(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	january, twin := b.createReconciliation(t, "2026-01-31", "0.00"), b.createReconciliation(t, "2026-02-28", "0.00")
	february := b.createReconciliation(t, "2026-02-28", "0.00")
	complete := func(r *pb.Reconciliation) error {
		_, err := b.CompleteReconciliation(t.Context(), &pb.CompleteReconciliationRequest{ReconciliationId: r.GetId()})
		return err
	}
	if err := complete(february); err != nil {
		t.Fatal(err)
	}
	for _, r := range []*pb.Reconciliation{january, twin} {
		wantReason(t, complete(r), optionsv1.Reason_RECONCILIATION_OUT_OF_ORDER)
	}
	_, err := b.UpdateReconciliation(t.Context(), &pb.UpdateReconciliationRequest{
		ReconciliationId: february.GetId(), Reconciliation: &pb.Reconciliation{
			StatementBalance: &typepb.Money{Amount: "1.00", CurrencyCode: "USD"},
		}, UpdateMask: mask("statement_balance"),
	})
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}
