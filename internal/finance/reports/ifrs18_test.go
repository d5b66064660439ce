package reports_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// setFramework changes the reporting framework of a fiscal year.
func (c company) setFramework(t *testing.T, year string, framework pb.FiscalYear_ReportingFramework) error {
	t.Helper()
	_, err := c.ledger.UpdateFiscalYear(t.Context(), &pb.UpdateFiscalYearRequest{
		FiscalYearId: year, FiscalYear: &pb.FiscalYear{ReportingFramework: framework},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"reporting_framework"}},
	})
	return err
}

// addAccount creates an account and makes it known by its code.
func (c company) addAccount(t *testing.T, a *pb.Account) {
	t.Helper()
	made, err := c.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: a})
	if err != nil {
		t.Fatal(err)
	}
	c.codes[a.GetCode()] = made.GetId()
}

// wantAmounts checks the amounts of rows by key. A key with an empty amount must be missing.
func wantAmounts(t *testing.T, rows []*pb.ReportRow, want map[string]string) {
	t.Helper()
	got := amountsByKey(rows, map[string]string{})
	for key, amount := range want {
		if got[key] != amount {
			t.Errorf("%s: got %q, want %q", key, got[key], amount)
		}
	}
}

// TestIFRS18Presentation presents the same year by US GAAP and by IFRS 18.
func TestIFRS18Presentation(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.addAccount(t, &pb.Account{
		Code: "4810", DisplayName: "Interest received", Type: pb.Account_INCOME, CashFlowSection: pb.Account_INVESTING,
	})
	c.addAccount(t, &pb.Account{
		Code: "7900", DisplayName: "Income tax", Type: pb.Account_EXPENSE, Subtype: pb.Account_TAX_EXPENSE,
	})
	year := c.createYear(t, "2027-01-01", "2027-12-31")
	if year.GetReportingFramework() != pb.FiscalYear_US_GAAP {
		t.Errorf("got %s, want the framework of the region", year.GetReportingFramework())
	}
	for _, lines := range []string{
		"1000 2000.00, 4000 -2000.00", "5000 500.00, 6100 300.00, 1000 -800.00", "6900 40.00, 1000 -40.00",
		"1000 10.00, 4800 -10.00", "1000 7.00, 4810 -7.00", "7900 100.00, 1000 -100.00", "6900 3.00, 2500 -3.00",
	} {
		c.postLines(t, "2027-02-10", lines)
	}
	wantAmounts(t, c.profit(t, "2027").GetRows(), map[string]string{
		"operatingProfit": "1200.00", "otherIncome": "17.00", "interest": "43.00", "profitBeforeFinancing": "",
		"profitBeforeTax": "1174.00", "incomeTax": "100.00", "netIncome": "1074.00",
	})
	wantAmounts(t, c.cashFlow(t, "2027-01-01", "2027-12-31", pb.CashFlowStatement_DIRECT).GetRows(), map[string]string{
		"operating/interest": "-40.00", "operating": "1070.00", "investing": "7.00", "financing": "0.00",
	})
	if err := c.setFramework(t, year.GetId(), pb.FiscalYear_IFRS); err != nil {
		t.Fatal(err)
	}
	profit := c.profit(t, "2027")
	wantAmounts(t, profit.GetRows(), map[string]string{
		"otherIncome": "10.00", "operatingProfit": "1210.00", "investing": "7.00", "profitBeforeFinancing": "1217.00",
		"financing": "43.00", "interest": "", "profitBeforeTax": "1174.00", "incomeTax": "100.00", "netIncome": "1074.00",
	})
	if !profit.GetIfrs18() || profit.GetOperatingProfit().GetAmount() != "1210.00" {
		t.Errorf("got %v", profit)
	}
	wantAmounts(t, c.cashFlow(t, "2027-01-01", "2027-12-31", pb.CashFlowStatement_DIRECT).GetRows(), map[string]string{
		"operating/interest": "0.00", "operating": "1110.00", "investing": "7.00", "financing": "-40.00",
		"netChange": "1077.00",
	})
	indirect := c.cashFlow(t, "2027-01-01", "2027-12-31", pb.CashFlowStatement_INDIRECT)
	wantAmounts(t, indirect.GetRows(), map[string]string{
		"operating/profit": "1210.00", "operating/netIncome": "", "operating/adjustments": "-100.00",
		"operating": "1110.00", "investing": "7.00", "financing": "-40.00", "netChange": "1077.00",
	})
}

// profit returns the profit and loss of a calendar year.
func (c company) profit(t *testing.T, year string) *pb.ProfitAndLoss {
	t.Helper()
	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: year + "-01-01", EndDate: year + "-12-31",
	})
	if err != nil {
		t.Fatal(err)
	}
	return profit
}

// TestReportingFrameworkFollowsNeighbors checks the framework of years that get none, and that a
// closed year keeps it. IFRS years before 2027 are presented by IAS 1.
func TestReportingFrameworkFollowsNeighbors(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	first := c.createYear(t, "2025-01-01", "2025-12-31")
	if err := c.setFramework(t, first.GetId(), pb.FiscalYear_IFRS); err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{"2026-01-01", "2024-01-01"} {
		if y := c.createYear(t, start, ""); y.GetReportingFramework() != pb.FiscalYear_IFRS {
			t.Errorf("%s: got %s, want that of its neighbor", start, y.GetReportingFramework())
		}
	}
	if c.profit(t, "2026").GetIfrs18() || !c.profit(t, "2027").GetIfrs18() {
		t.Error("want IFRS 18 from 2027 on")
	}
	c.closeUpTo(t, "2025-12-31")
	earlier, err := c.ledger.ListFiscalYears(t.Context(), &pb.ListFiscalYearsRequest{Filter: `start_date = "2024-01-01"`})
	if err != nil {
		t.Fatal(err)
	}
	for _, y := range []*pb.FiscalYear{earlier.GetFiscalYears()[0], first} {
		if _, err := c.ledger.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: y.GetId()}); err != nil {
			t.Fatal(err)
		}
	}
	err = c.setFramework(t, first.GetId(), pb.FiscalYear_US_GAAP)
	if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("changing a closed year: got %v", err)
	}
}
