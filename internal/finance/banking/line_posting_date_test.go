package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestLineOfClosedPeriodIsPostedLater decides lines of a closed month with a posting date in an open
// one. The closed month does not change.
func TestLineOfClosedPeriodIsPostedLater(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.post(t, "2026-02-28", b.account.GetLedgerAccountId(), b.codes["OWNER_EQUITY"], "5000")
	said := b.importLines(t, b.account.GetId(), "2026-03-05,Stationery,-100.00\n2026-03-06,Cash,-40.00\n")
	b.closeMonths(t, "2026-03-31")
	categorize := func(date string) error {
		_, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
			BankStatementLineId: said[0].GetId(), PostingDate: date,
			Splits: []*pb.BankStatementLine_Split{b.split("OPERATING_EXPENSE", "-100")},
		})
		return err
	}
	for date, want := range map[string]optionsv1.Reason{
		"": optionsv1.Reason_PERIOD_CLOSED, "2026-03-31": optionsv1.Reason_PERIOD_CLOSED,
		"2026-03-04": optionsv1.Reason_FIELDS_INVALID, "soon": optionsv1.Reason_FIELDS_INVALID,
	} {
		if err := categorize(date); apptest.Reason(err) != want || apptest.Fields(err)[0] != "postingDate" {
			t.Errorf("posting date %q: got %v, want %s at postingDate", date, err, want)
		}
	}
	if err := categorize("2026-04-01"); err != nil {
		t.Fatal(err)
	}
	drawn, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: said[1].GetId(), PostingDate: "2026-04-02",
	})
	if err != nil {
		t.Fatal(err)
	}
	entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
		JournalEntryId: drawn.GetJournalEntryId(),
	})
	if err != nil || entry.GetDate() != "2026-04-02" {
		t.Errorf("got %v, %v, want an entry of 2026-04-02", entry, err)
	}
	for end, want := range map[string]string{"2026-03-31": "0.00", "2026-04-30": "-100.00"} {
		r, err := b.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
			StartDate: "2026-03-01", EndDate: end,
		})
		if err != nil || r.GetNetIncome().GetAmount() != want {
			t.Errorf("net income until %s: got %v, %v, want %s", end, r.GetNetIncome(), err, want)
		}
	}
}

// closeMonths closes the accounting period that ends on a date, and those before it.
func (b bank) closeMonths(t *testing.T, end string) {
	t.Helper()
	list, err := b.ledger.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		Filter: `end_date = "` + end + `"`,
	})
	if err != nil || len(list.GetAccountingPeriods()) != 1 {
		t.Fatalf("got %v, %v, want one period", list, err)
	}
	if _, err := b.ledger.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: list.GetAccountingPeriods()[0].GetId(), Reason: "For the test", IncludeEarlier: true,
	}); err != nil {
		t.Fatal(err)
	}
}
