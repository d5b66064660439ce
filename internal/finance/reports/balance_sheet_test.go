package reports_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// createYear creates a fiscal year. An empty end leaves it to the organization's usual year.
func (c company) createYear(t *testing.T, start, end string) *pb.FiscalYear {
	t.Helper()
	y, err := c.ledger.CreateFiscalYear(t.Context(), &pb.CreateFiscalYearRequest{
		FiscalYear: &pb.FiscalYear{StartDate: start, EndDate: end},
	})
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// closeUpTo closes all periods up to the one that ends on a day.
func (c company) closeUpTo(t *testing.T, end string) {
	t.Helper()
	periods, err := c.ledger.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		Filter: fmt.Sprintf("end_date = %q", end),
	})
	if err != nil || len(periods.GetAccountingPeriods()) != 1 {
		t.Fatal(periods, err)
	}
	if _, err := c.ledger.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: periods.GetAccountingPeriods()[0].GetId(), IncludeEarlier: true, Reason: "test",
	}); err != nil {
		t.Fatal(err)
	}
}

// balanceSheet returns the balance sheet on a day.
func (c company) balanceSheet(t *testing.T, asOf string) *pb.BalanceSheet {
	t.Helper()
	sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

// TestEarningsFollowFiscalYearRecords splits earnings by a long first year, before and after both
// years are closed.
func TestEarningsFollowFiscalYearRecords(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	first := c.createYear(t, "2023-03-15", "2024-06-30")
	c.createYear(t, "2024-07-01", "")
	c.post(t, "2023-03-20", "1000", "4000", "1.00")
	c.post(t, "2024-01-20", "1000", "4000", "2.00")
	c.post(t, "2023-01-20", "1000", "4000", "4.00")
	c.post(t, "2025-01-20", "1000", "4000", "8.00")
	check := func(asOf, current, prior string) {
		t.Helper()
		sheet := c.balanceSheet(t, asOf)
		if got := sheet.GetCurrentEarnings().GetAmount(); got != current {
			t.Errorf("%s: got current earnings %s, want %s", asOf, got, current)
		}
		if got := sheet.GetPriorEarnings().GetAmount(); got != prior {
			t.Errorf("%s: got prior earnings %s, want %s", asOf, got, prior)
		}
	}
	check("2023-03-14", "4.00", "0.00")
	check("2023-12-31", "1.00", "4.00")
	check("2024-06-30", "3.00", "4.00")
	check("2024-07-01", "0.00", "7.00")
	c.closeUpTo(t, "2024-06-30")
	years, err := c.ledger.ListFiscalYears(t.Context(), &pb.ListFiscalYearsRequest{OrderBy: "start_date"})
	if err != nil || years.GetFiscalYears()[1].GetId() != first.GetId() {
		t.Fatal(years, err)
	}
	for _, y := range years.GetFiscalYears()[:2] {
		if _, err := c.ledger.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: y.GetId()}); err != nil {
			t.Fatal(err)
		}
	}
	check("2024-06-30", "0.00", "0.00")
	check("2023-12-31", "1.00", "0.00")
}

// TestPeriodsBeginWithFiscalYearRecord checks the default start of a period, and that a change of
// the usual year leaves the recorded one.
func TestPeriodsBeginWithFiscalYearRecord(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.createYear(t, "2025-10-01", "2026-12-31")
	if a := c.REST(t, "PATCH", "/v1/organizations/"+c.Organization.Organization.GetId(),
		`{"fiscalYearStartMonth": 4}`); a.Code != 200 {
		t.Fatal(string(a.Raw))
	}
	for end, want := range map[string]string{
		"2026-11-28": "2025-10-01", "2025-09-30": "2025-04-01", "2027-01-05": "2027-01-01", "2027-04-05": "2027-04-01",
	} {
		profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{EndDate: end})
		if err != nil || profit.GetStartDate() != want {
			t.Errorf("up to %s: got %s, %v, want %s", end, profit.GetStartDate(), err, want)
		}
		ledger, err := c.reports.GetGeneralLedger(t.Context(), &pb.GetGeneralLedgerRequest{EndDate: end})
		if err != nil || ledger.GetStartDate() != want {
			t.Errorf("general ledger up to %s: got %s, %v, want %s", end, ledger.GetStartDate(), err, want)
		}
	}
}

// TestBalanceSheetIsClassified checks current and non-current balances, a chosen term, and the
// current part of a loan by date (IAS 1.60 and 1.69).
func TestBalanceSheetIsClassified(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postLines(t, "2026-01-01", "1000 700.00, 1500 900.00, 1590 -100.00, 2500 -1000.00, 3000 -500.00")
	c.postLines(t, "2026-01-02", "1300 50.00, 2100 -50.00")
	update := func(code string, a *pb.Account, field string) error {
		_, err := c.ledger.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
			AccountId: c.codes[code], Account: a, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}},
		})
		return err
	}
	if err := update("1300", &pb.Account{BalanceSheetTerm: pb.Account_NON_CURRENT}, "balance_sheet_term"); err != nil {
		t.Fatal(err)
	}
	parts := []*pb.Account_CurrentPart{
		{StartDate: "2026-02-01", Amount: &typepb.Money{Amount: "240"}},
		{StartDate: "2026-03-01", Amount: &typepb.Money{Amount: "5000"}},
	}
	if err := update("2500", &pb.Account{CurrentParts: parts}, "current_parts"); err != nil {
		t.Fatal(err)
	}
	for asOf, want := range map[string]string{
		"2026-01-31": "700.00 850.00 50.00 1000.00", "2026-02-01": "700.00 850.00 290.00 760.00",
		"2026-03-31": "700.00 850.00 1050.00 0.00",
	} {
		sheet := c.balanceSheet(t, asOf)
		of := amountsByKey(sheet.GetRows(), map[string]string{})
		got := fmt.Sprintf("%s %s %s %s", of["assets/current"], of["assets/nonCurrent"], of["liabilities/current"],
			of["liabilities/nonCurrent"])
		if got != want || of["liabilitiesAndEquity"] != "1550.00" || of["netAssets"] != "500.00" {
			t.Errorf("%s: got %s, %v, want %s", asOf, got, of, want)
		}
	}
	for name, a := range map[string]*pb.Account{
		"not sorted": {CurrentParts: []*pb.Account_CurrentPart{parts[1], parts[0]}},
		"negative": {CurrentParts: []*pb.Account_CurrentPart{
			{StartDate: "2026-02-01", Amount: &typepb.Money{Amount: "-1"}},
		}},
	} {
		if err := update("2500", a, "current_parts"); apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
			t.Errorf("%s: got %v", name, err)
		}
	}
	c.closeUpTo(t, "2026-01-31")
	later := append(parts, &pb.Account_CurrentPart{StartDate: "2026-04-01", Amount: &typepb.Money{Amount: "1"}})
	if err := update("2500", &pb.Account{CurrentParts: later}, "current_parts"); err != nil {
		t.Errorf("part after the closed month: got %v", err)
	}
	earlier := &pb.Account{CurrentParts: []*pb.Account_CurrentPart{
		{StartDate: "2026-01-15", Amount: &typepb.Money{Amount: "1"}},
	}}
	for field, a := range map[string]*pb.Account{
		"current_parts": earlier, "balance_sheet_term": {BalanceSheetTerm: pb.Account_CURRENT},
	} {
		if err := update("2500", a, field); apptest.Reason(err) != optionsv1.Reason_ACCOUNT_IN_CLOSED_PERIOD {
			t.Errorf("%s in a closed month: got %v", field, err)
		}
	}
}

// TestBalanceSheetOfFundBalances narrows a balance sheet to a fund whose revenue is in a bank
// account without a fund (ASC 958-205-45).
func TestBalanceSheetOfFundBalances(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	funds, err := c.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{
		Dimension: &pb.Dimension{DisplayName: "Fund"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, name := range []string{"A", "B"} {
		v, err := c.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
			DimensionValue: &pb.DimensionValue{DimensionId: funds.GetId(), DisplayName: name},
		})
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, v.GetId())
	}
	for i, lines := range [][2]string{{"1000", "4000"}, {"6100", "1000"}} {
		value := func(code string) (out []string) {
			if code != "1000" {
				out = values[i : i+1]
			}
			return out
		}
		if _, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
			JournalEntry: &pb.JournalEntry{Date: "2026-01-10", Lines: []*pb.JournalLine{
				{AccountId: c.codes[lines[0]], Amount: &typepb.Money{Amount: "100"}, DimensionValueIds: value(lines[0])},
				{AccountId: c.codes[lines[1]], Amount: &typepb.Money{Amount: "-100"}, DimensionValueIds: value(lines[1])},
			}}}); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []string{"100.00 0.00 100.00", "0.00 100.00 -100.00"} {
		sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{
			AsOf: "2026-01-31", DimensionValueIds: values[i : i+1],
		})
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%s %s %s", sheet.GetTotalAssets().GetAmount(), sheet.GetTotalLiabilities().GetAmount(),
			sheet.GetTotalEquity().GetAmount())
		if got != want {
			t.Errorf("fund %d: got %s, want %s", i, got, want)
		}
		trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{
			AsOf: "2026-01-31", DimensionValueIds: values[i : i+1],
		})
		if err != nil || trial.GetTotalDebit().GetAmount() != trial.GetTotalCredit().GetAmount() {
			t.Errorf("fund %d: got %v, %v", i, trial, err)
		}
	}
	split, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{
		AsOf: "2026-01-31", ColumnDimensionId: funds.GetId(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, column := range split.GetColumns() {
		assets := minorUnits(t, split.GetSeries()[0].GetAmounts()[i])
		others := minorUnits(t, split.GetSeries()[1].GetAmounts()[i]) + minorUnits(t, split.GetSeries()[2].GetAmounts()[i])
		if assets != others {
			t.Errorf("%v: got assets of %d, want %d", column, assets, others)
		}
	}
	if a := split.GetColumns(); a[1].GetDimensionValueId() != values[0] || a[0].GetDimensionValueId() != "" ||
		a[1].GetAsOf() != "2026-01-31" {
		t.Errorf("got columns %v", a)
	}
}
