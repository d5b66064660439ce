package banking_test

import (
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestOpenBankItemsBlockPeriodClose checks that undecided lines, a transfer with one side, and
// unreconciled accounts are reported as blockers of a close, and that the period closes when they
// are resolved.
func TestOpenBankItemsBlockPeriodClose(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings := b.addBankAccount(t, "USD")
	out := b.importLines(t, b.account.GetId(), "2026-01-05,To savings,-500.00\n")[0]
	made, err := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: out.GetId(), ToBankAccountId: savings})
	if err != nil {
		t.Fatal(err)
	}
	in := b.importLines(t, savings, "2026-01-06,From checking,500.00\n")[0]
	january := b.januaryPeriod(t)
	unreconciled := "BANK_ACCOUNT_UNRECONCILED " + b.account.GetId() + " " + savings
	b.checkBlockers(t, january, "UNDECIDED_STATEMENT_LINES "+in.GetId(), unreconciled, "TRANSFER_UNMATCHED "+made.GetId())
	_, err = b.ledger.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{AccountingPeriodId: january})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSE_BLOCKED)
	if _, err := b.pair(t, made.GetId(), in.GetId()); err != nil {
		t.Fatal(err)
	}
	b.checkBlockers(t, january, unreconciled)
	for id, balance := range map[string]string{b.account.GetId(): "-500.00", savings: "500.00"} {
		r, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
			BankAccountId: id, StatementDate: "2026-01-31", StatementBalance: &typepb.Money{Amount: balance},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.complete(t, r.GetId()); err != nil {
			t.Fatal(err)
		}
	}
	b.checkBlockers(t, january)
	if _, err := b.ledger.CloseAccountingPeriod(
		t.Context(), &pb.CloseAccountingPeriodRequest{AccountingPeriodId: january},
	); err != nil {
		t.Error(err)
	}
}

// januaryPeriod returns the id of the accounting period January 2026.
func (b bank) januaryPeriod(t *testing.T) string {
	t.Helper()
	list, err := b.ledger.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		Filter: `start_date = "2026-01-01"`,
	})
	if err != nil || len(list.GetAccountingPeriods()) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	return list.GetAccountingPeriods()[0].GetId()
}

// checkBlockers checks the kinds and records of a period's close blockers, which must be warnings.
func (b bank) checkBlockers(t *testing.T, period string, want ...string) {
	t.Helper()
	resp, err := b.ledger.GetCloseBlockers(t.Context(), &pb.GetCloseBlockersRequest{AccountingPeriodId: period})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, blocker := range resp.GetBlockers() {
		got = append(got, blocker.GetKind().String()+" "+strings.Join(blocker.GetRecordIds(), " "))
		if blocker.GetSeverity() != pb.CloseBlocker_WARNING || int(blocker.GetCount()) != len(blocker.GetRecordIds()) ||
			strings.Contains(blocker.GetMessage(), "%") {
			t.Errorf("got %v", blocker)
		}
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("got %q, want %q", got, want)
	}
}
