package reports_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestSpendingNamesPayeesAndVendors pays three expenses: one from a categorized bank statement line
// with a vendor, one from an entry that a line is matched to, and one without a line.
func TestSpendingNamesPayeesAndVendors(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	banking := pb.NewBankingServiceClient(c.Organization)
	bank, err := banking.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{
		DisplayName: "Checking", LedgerAccountId: c.codes["1000"],
	}})
	if err != nil {
		t.Fatal(err)
	}
	vendor, err := pb.NewPayablesServiceClient(c.Organization).CreateVendor(t.Context(), &pb.CreateVendorRequest{
		Vendor: &pb.Vendor{DisplayName: "Roe & Partners"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := banking.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
		BankAccountId: bank.GetId(), StatementImport: &pb.StatementImport{
			FileName: "rows.csv", Content: []byte("Date,Payee,Description,Amount\n2026-03-02,Jane Roe,Advice,-50.00\n" +
				"2026-04-02,Corner Shop,Paper,-30.00\n"),
		},
	}); err != nil {
		t.Fatal(err)
	}
	list, err := banking.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{OrderBy: "booked_date"})
	if err != nil || len(list.GetBankStatementLines()) != 2 {
		t.Fatal(list, err)
	}
	if _, err := banking.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: list.GetBankStatementLines()[0].GetId(), VendorId: vendor.GetId(),
		Splits: []*pb.BankStatementLine_Split{{AccountId: c.codes["6100"]}},
	}); err != nil {
		t.Fatal(err)
	}
	entry, err := c.ledger.CreateJournalEntry(t.Context(), c.entry("2026-04-01", "5000", "1000", "30.00"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := banking.MatchBankStatementLine(t.Context(), &pb.MatchBankStatementLineRequest{
		BankStatementLineId: list.GetBankStatementLines()[1].GetId(), JournalEntryId: entry.GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	c.post(t, "2026-04-03", "5000", "1000", "7.00")
	for chart, want := range map[pb.DrawChartRequest_Chart]string{
		pb.DrawChartRequest_SPENDING_BY_PAYEE: "Jane Roe 0.00 0.00 50.00 0.00; Corner Shop 0.00 0.00 0.00 30.00; " +
			"No payee 0.00 0.00 0.00 7.00",
		pb.DrawChartRequest_SPENDING_BY_VENDOR: "Roe & Partners 0.00 0.00 50.00 0.00; No vendor 0.00 0.00 0.00 37.00",
	} {
		if got := c.chartData(t, chart); got != want {
			t.Errorf("%s: got %s, want %s", chart, got, want)
		}
	}
	data, err := c.reports.GetChartData(t.Context(), &pb.GetChartDataRequest{
		Chart: pb.DrawChartRequest_SPENDING_BY_VENDOR, StartDate: "2026-01-01", EndDate: "2026-04-30",
	})
	if err != nil || data.GetSeries()[0].GetVendorId() != vendor.GetId() || data.GetSeries()[1].GetVendorId() != "" {
		t.Errorf("got %v, %v", data, err)
	}
}
