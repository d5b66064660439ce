package reports_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestOverdraftIsLiability overdraws one of two bank accounts, pays the overdraft back, and
// compares the balance sheets of both days.
func TestOverdraftIsLiability(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postLines(t, "2026-01-05", "1000 500.00, 3000 -500.00")
	c.postLines(t, "2026-01-31", "6100 200.00, 1010 -200.00")
	checking, savings := "/"+c.codes["1000"], "/"+c.codes["1010"]
	sheet := c.balanceSheet(t, "2026-01-31")
	wantAmounts(t, sheet.GetRows(), map[string]string{
		"assets": "500.00", "assets/current" + checking: "500.00", "assets/current" + savings: "",
		"liabilities": "200.00", "liabilities/current": "200.00",
		"liabilities/current/overdrafts" + savings: "200.00", "liabilitiesAndEquity": "500.00", "netAssets": "300.00",
	})
	if sheet.GetTotalCurrentLiabilities().GetAmount() != "200.00" {
		t.Errorf("got %s of current liabilities, want 200.00", sheet.GetTotalCurrentLiabilities().GetAmount())
	}
	c.postLines(t, "2026-02-15", "1010 260.00, 1000 -260.00")
	if got := c.balanceSheet(t, "2026-02-28"); got.GetTotalLiabilities().GetAmount() != "0.00" {
		t.Errorf("got %s of liabilities after the overdraft is paid back", got.GetTotalLiabilities().GetAmount())
	}
	compared, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{
		AsOf: "2026-02-28", Compare: pb.Compare_PREVIOUS_PERIOD,
	})
	if err != nil {
		t.Fatal(err)
	}
	var held, owed []string
	for key, into := range map[string]*[]string{
		"assets/current" + savings: &held, "liabilities/current/overdrafts" + savings: &owed,
	} {
		for _, a := range rowWithKey(compared.GetRows(), key).GetAmounts() {
			*into = append(*into, a.GetAmount())
		}
	}
	if len(held) != 2 || held[0] != "0.00" || held[1] != "60.00" || owed[0] != "200.00" || owed[1] != "0.00" {
		t.Errorf("got %v held and %v owed, want 0.00 and 60.00, 200.00 and 0.00", held, owed)
	}
}

// TestSharedBankAccountIsNotOverdrawn divides the lines of an account with a positive balance by
// fund. The payment of one fund from it is no overdraft.
func TestSharedBankAccountIsNotOverdrawn(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	fund, err := c.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{
		Dimension: &pb.Dimension{DisplayName: "Fund"},
	})
	if err != nil {
		t.Fatal(err)
	}
	value, err := c.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: fund.GetId(), DisplayName: "Park"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.postLines(t, "2026-01-05", "1000 100.00, 3000 -100.00")
	e := &pb.JournalEntry{Date: "2026-01-06", Lines: []*pb.JournalLine{
		{AccountId: c.codes["6100"], Amount: &typepb.Money{Amount: "30.00"}, DimensionValueIds: []string{value.GetId()}},
		{AccountId: c.codes["1000"], Amount: &typepb.Money{Amount: "-30.00"}, DimensionValueIds: []string{value.GetId()}},
	}}
	if _, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
		t.Fatal(err)
	}
	sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{
		AsOf: "2026-01-31", ColumnDimensionId: fund.GetId(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if row := rowWithKey(sheet.GetRows(), "liabilities/current/overdrafts"); row.GetKey() != "" {
		t.Errorf("got %v, want no overdraft", row)
	}
}

// rowWithKey returns the row with a key, or an empty row.
func rowWithKey(rows []*pb.ReportRow, key string) *pb.ReportRow {
	for _, r := range rows {
		if r.GetKey() == key {
			return r
		}
		if found := rowWithKey(r.GetRows(), key); found.GetKey() != "" {
			return found
		}
	}
	return &pb.ReportRow{}
}
