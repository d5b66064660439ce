package reports_test

import (
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// createRate creates the rate from dollars to euros of a day.
func (c company) createRate(t *testing.T, date, rate string) {
	t.Helper()
	if _, err := c.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
		Date: date, FromCurrencyCode: "USD", ToCurrencyCode: "EUR", Rate: rate,
	}}); err != nil {
		t.Fatal(err)
	}
}

// TestBalanceSheetInAnotherCurrency reads the books in euros. By hand: net assets of $1,000
// were received at 0.8 and $500 at 0.9, and $200 was spent at 0.5. At the closing rate of 0.6,
// the remaining $1,300 is worth €780.
func TestBalanceSheetInAnotherCurrency(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.post(t, "2025-06-30", "1000", "3000", "1000.00")
	c.post(t, "2025-07-10", "1000", "4000", "500.00")
	c.post(t, "2026-02-02", "6100", "1000", "200.00")
	c.post(t, "2026-02-03", "1000", "2500", "300.00")
	c.rollUp(t)
	ask := &pb.GetBalanceSheetRequest{AsOf: "2026-03-01", CurrencyCode: "EUR"}
	_, err := c.reports.GetBalanceSheet(t.Context(), ask)
	if apptest.Reason(err) != optionsv1.Reason_EXCHANGE_RATE_MISSING || apptest.Fields(err)[0] != "currencyCode" {
		t.Errorf("without rates: got %v", err)
	}
	c.createRate(t, "2025-06-30", "0.8")
	c.createRate(t, "2025-07-07", "0.9")
	c.createRate(t, "2026-02-02", "0.5")
	c.createRate(t, "2026-03-01", "0.6")
	sheet, err := c.reports.GetBalanceSheet(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	equity := sheet.GetRows()[2].GetRows()
	difference := equity[len(equity)-1]
	for want, got := range map[string]string{
		"960.00 EUR": sheet.GetTotalAssets().GetAmount() + " " + sheet.GetTotalAssets().GetCurrencyCode(),
		"180.00":     sheet.GetTotalLiabilities().GetAmount(),
		"780.00":     sheet.GetTotalEquity().GetAmount(), "450.00": sheet.GetPriorEarnings().GetAmount(),
		"-100.00":                        sheet.GetCurrentEarnings().GetAmount(),
		"Translation difference -370.00": difference.GetLabel() + " " + difference.GetAmounts()[0].GetAmount(),
		"800.00":                         equity[0].GetAmounts()[0].GetAmount(),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	trial, err := c.reports.GetTrialBalance(t.Context(),
		&pb.GetTrialBalanceRequest{AsOf: "2026-03-01", CurrencyCode: "EUR"})
	if err != nil || trial.GetTotalDebit().GetAmount() != trial.GetTotalCredit().GetAmount() ||
		trial.GetTotalDebit().GetAmount() != "1430.00" {
		t.Errorf("got %v, %v", trial, err)
	}
	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2025-07-01", EndDate: "2026-02-28", CurrencyCode: "EUR", Compare: pb.Compare_MONTHS,
	})
	if err != nil || profit.GetSeries()[2].GetAmounts()[0].GetAmount() != "450.00" ||
		profit.GetSeries()[2].GetAmounts()[7].GetAmount() != "-100.00" {
		t.Errorf("got %v, %v", profit, err)
	}
	file, err := c.reports.DownloadReport(t.Context(), &pb.DownloadReportRequest{
		Report: pb.DownloadReportRequest_BALANCE_SHEET, Format: pb.DownloadReportRequest_CSV, AsOf: "2026-03-01",
		CurrencyCode: "EUR",
	})
	if err != nil || !strings.Contains(string(file.GetData()), "Translation difference,,-370.00\n") {
		t.Errorf("got %s, %v", file.GetData(), err)
	}
}

// TestTranslationToBaseCurrencyChangesNothing requests the base currency, and another currency
// at a rate of 1. Both must have the amounts of the plain report.
func TestTranslationToBaseCurrencyChangesNothing(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	plain, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-04-30"})
	if err != nil {
		t.Fatal(err)
	}
	same, err := c.reports.GetBalanceSheet(t.Context(),
		&pb.GetBalanceSheetRequest{AsOf: "2026-04-30", CurrencyCode: "USD"})
	if err != nil || same.String() != plain.String() {
		t.Errorf("got %v, want %v, %v", same, plain, err)
	}
	for _, date := range []string{"2025-11-30", "2026-01-02", "2026-03-01", "2026-03-15", "2026-03-31", "2026-04-30"} {
		c.createRate(t, date, "1")
	}
	for _, known := range []bool{false, true} {
		ask := &pb.GetBalanceSheetRequest{AsOf: "2026-04-30", CurrencyCode: "EUR"}
		if known {
			last, err := c.ledger.ListJournalEntries(t.Context(),
				&pb.ListJournalEntriesRequest{PageSize: 1, OrderBy: "date desc"})
			if err != nil {
				t.Fatal(err)
			}
			ask.KnownAt = last.GetJournalEntries()[0].GetPostTime()
		}
		other, err := c.reports.GetBalanceSheet(t.Context(), ask)
		if err != nil || other.GetTotalAssets().GetAmount() != plain.GetTotalAssets().GetAmount() ||
			other.GetTotalEquity().GetAmount() != plain.GetTotalEquity().GetAmount() ||
			other.GetPriorEarnings().GetAmount() != plain.GetPriorEarnings().GetAmount() {
			t.Errorf("got %v, %v", other, err)
		}
	}
	for query, field := range map[string]string{
		"balanceSheet?currencyCode=XXX": "currencyCode",
		"trialBalance?currencyCode=EUR&dimensionValueIds=dmv_01k9zzzzzzzzzzzzzzzzzzzzzz": "currencyCode",

		"profitAndLoss?endDate=2026-03-31&currencyCode=JPY": "2026-03-01, 2026-03-15, 2026-03-31",
	} {
		if a := c.REST(t, "GET", "/v1/reports/"+query, ""); a.Code != 400 || !strings.Contains(string(a.Raw), field) {
			t.Errorf("%s: got %d %s, want %s", query, a.Code, a.Raw, field)
		}
	}
}

// TestCashFlowInAnotherCurrency reads the cash flow in euros. By hand: $1,000 was received at
// 0.8, $500 at 0.9 and $300 at 0.5, and $200 was paid at 0.5. At the closing rate of 0.6, the
// remaining $1,600 is worth €960.
func TestCashFlowInAnotherCurrency(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.post(t, "2025-06-30", "1000", "3000", "1000.00")
	c.post(t, "2025-07-10", "1000", "4000", "500.00")
	c.post(t, "2026-02-02", "6100", "1000", "200.00")
	c.post(t, "2026-02-03", "1000", "2500", "300.00")
	c.post(t, "2026-02-03", "1300", "4000", "50.00")
	ask := &pb.GetCashFlowStatementRequest{StartDate: "2025-07-01", EndDate: "2026-03-01", CurrencyCode: "EUR"}
	_, err := c.reports.GetCashFlowStatement(t.Context(), ask)
	if apptest.Reason(err) != optionsv1.Reason_EXCHANGE_RATE_MISSING || apptest.Fields(err)[0] != "currencyCode" {
		t.Errorf("without rates: got %v", err)
	}
	c.createRate(t, "2025-06-30", "0.8")
	c.createRate(t, "2025-07-07", "0.9")
	c.createRate(t, "2026-02-02", "0.5")
	c.createRate(t, "2026-03-01", "0.6")
	for _, method := range []pb.CashFlowStatement_Method{pb.CashFlowStatement_INDIRECT, pb.CashFlowStatement_DIRECT} {
		ask.Method = method
		cash, err := c.reports.GetCashFlowStatement(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, row := range cash.GetRows() {
			got[row.GetLabel()] = row.GetAmounts()[0].GetAmount()
		}
		for label, want := range map[string]string{
			"Operating activities": "350.00", "Financing activities": "150.00",
			"Effect of exchange rates on cash": "-340.00",
			"Rounding":                         "0.00", "Change in cash": "160.00", "Cash at the beginning": "800.00",
			"Cash at the end": "960.00",
		} {
			if got[label] != want {
				t.Errorf("%s, %s: got %s, want %s", method, label, got[label], want)
			}
		}
	}
	why, err := c.reports.GetProfitVersusCash(t.Context(), &pb.GetProfitVersusCashRequest{
		StartDate: "2025-07-01", EndDate: "2026-03-01", CurrencyCode: "EUR",
	})
	if err != nil || why.GetNetIncome().GetAmount() != "375.00" || why.GetChangeInCash().GetAmount() != "160.00" {
		t.Errorf("got %v, %v", why, err)
	}
	rows := why.GetRows()
	if held := rows[len(rows)-3]; held.GetLabel() != "Effect of exchange rates on cash" ||
		held.GetAmounts()[0].GetAmount() != "-340.00" {
		t.Errorf("got %v", held)
	}
	picture := c.REST(t, "GET",
		"/v1/reports:chart?chart=CASH_BALANCE&format=SVG&startDate=2026-03-01&endDate=2026-03-01&currencyCode=EUR", "")
	if picture.Code != 200 || !strings.Contains(string(picture.Raw), "EUR") {
		t.Errorf("got %d %s", picture.Code, picture.Raw)
	}
	// No rate is needed before the first cash movement, but one is afterward.
	for days, want := range map[string]int{
		"startDate=2025-06-01&endDate=2025-06-30": 200, "startDate=2025-12-01&endDate=2025-12-01": 400,
	} {
		if a := c.REST(t, "GET", "/v1/reports:chart?chart=CASH_BALANCE&format=SVG&currencyCode=EUR&"+days,
			""); a.Code != want {
			t.Errorf("chart of %s: got %d %s, want %d", days, a.Code, a.Raw, want)
		}
	}
}
