package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// TestSumOutOfRangeIsReportedAtRequestField decides a large line when the books have no room for
// its amount. The error is reported at a field of the request, not of the entry.
func TestSumOutOfRangeIsReportedAtRequestField(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	const large = "5000000000000.00"
	b.mustImport(t, []byte("Date,Description,Amount\n2026-01-05,Large,-"+large+"\n"))
	line := b.listLines(t, `amount < "-30"`)[0]
	whole := &pb.JournalEntry{Date: "2026-01-05"}
	for range 222 { // as many as fit
		for _, amount := range []string{"", "-"} {
			whole.Lines = append(whole.Lines, &pb.JournalLine{
				AccountId: b.codes["OPERATING_EXPENSE"], Amount: &typepb.Money{
					Amount: amount + money.Format(money.MaxMinor, "USD"),
				},
			})
		}
	}
	if _, err := b.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: whole}); err != nil {
		t.Fatal(err)
	}
	split := b.split("OPERATING_EXPENSE", large)
	_, categorized := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: line.GetId(), Etag: line.GetEtag(), Splits: []*pb.BankStatementLine_Split{split},
	})
	_, personal := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: line.GetId(), Etag: line.GetEtag(),
	})
	_, private := b.CreatePrivateExpense(t.Context(), &pb.CreatePrivateExpenseRequest{PrivateExpense: &pb.PrivateExpense{
		Date: "2026-01-05", Payer: pb.PrivateExpense_OWNER, Splits: []*pb.BankStatementLine_Split{split},
	}})
	for err, field := range map[error]string{categorized: "splits", personal: "businessSplits", private: "splits"} {
		if apptest.Reason(err) != optionsv1.Reason_SUM_OUT_OF_RANGE || !slices.Equal(apptest.Fields(err), []string{field}) {
			t.Errorf("got %v, want an error at %s", err, field)
		}
	}
}
