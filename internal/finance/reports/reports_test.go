package reports_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// company is a test organization with posted entries.
type company struct {
	*apptest.Organization
	ledger  pb.LedgerServiceClient
	reports pb.ReportsServiceClient
	codes   map[string]string
}

func newCompany(t *testing.T, changes ...func(*platformv1.SignUpRequest)) company {
	t.Helper()
	o := apptest.SignUp(t, changes...)
	c := company{o, pb.NewLedgerServiceClient(o), pb.NewReportsServiceClient(o), map[string]string{}}
	list, err := c.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAccounts() {
		c.codes[a.GetCode()] = a.GetId()
	}
	return c
}

func (c company) post(t *testing.T, date, debit, credit, amount string) {
	t.Helper()
	if _, err := c.ledger.CreateJournalEntry(t.Context(), c.entry(date, debit, credit, amount)); err != nil {
		t.Fatal(err)
	}
}

// entry returns a request to post an entry of two lines.
func (c company) entry(date, debit, credit, amount string) *pb.CreateJournalEntryRequest {
	return &pb.CreateJournalEntryRequest{JournalEntry: &pb.JournalEntry{Date: date, Lines: []*pb.JournalLine{
		{AccountId: c.codes[debit], Amount: &typepb.Money{Amount: amount}},
		{AccountId: c.codes[credit], Amount: &typepb.Money{Amount: "-" + amount}},
	}}}
}

// postSampleBooks posts the entries of a small company over more than a year.
func (c company) postSampleBooks(t *testing.T) {
	t.Helper()
	c.post(t, "2025-11-30", "1000", "4000", "100.00")
	c.post(t, "2026-01-02", "1000", "3000", "5000.00")
	c.post(t, "2026-03-01", "1000", "4000", "1200.00")
	c.post(t, "2026-03-15", "5000", "1000", "300.00")
	c.post(t, "2026-03-31", "6100", "1000", "250.50")
	c.post(t, "2026-04-01", "6100", "2100", "250.50")
	c.post(t, "2026-04-02", "1000", "4800", "1.25")
	_, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
		Draft: true, JournalEntry: &pb.JournalEntry{
			Date: "2026-03-01", Lines: []*pb.JournalLine{
				{AccountId: c.codes["6100"], Amount: &typepb.Money{Amount: "9999"}},
			},
		}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestProfitAndLoss(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	march, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2026-03-01", EndDate: "2026-03-31",
	})
	if err != nil {
		t.Fatal(err)
	}
	checkAmounts(t, map[string]*typepb.Money{
		"1200.00": march.GetTotalIncome(), "300.00": march.GetTotalCostOfSales(), "900.00": march.GetGrossProfit(),
		"250.50": march.GetTotalExpenses(), "649.50": march.GetNetIncome(),
	})
	if n := c.checkDrillFilters(t, march.GetRows(), map[string]int64{
		"Sales": -1, "Other income": -1, "Cost of sales": 1, "Operating expenses": 1,
	}); n != 3 {
		t.Errorf("got %d rows with lines, want 3", n)
	}
	april, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2026-04-01", EndDate: "2026-04-30",
	})
	if err != nil {
		t.Fatal(err)
	}
	checkAmounts(t, map[string]*typepb.Money{
		"1.25": april.GetTotalIncome(), "0.00": april.GetGrossProfit(), "-249.25": april.GetNetIncome(),
	})
}

func TestBalanceSheet(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-12-31"})
	if err != nil {
		t.Fatal(err)
	}
	checkAmounts(t, map[string]*typepb.Money{
		"5750.75": sheet.GetTotalAssets(), "250.50": sheet.GetTotalLiabilities(), "5500.25": sheet.GetTotalEquity(),
		"400.25": sheet.GetCurrentEarnings(), "100.00": sheet.GetPriorEarnings(),
	})
	if n := c.checkDrillFilters(t, sheet.GetRows(), map[string]int64{
		"Assets": 1, "Liabilities": -1, "Equity": -1,
	}); n != 3 {
		t.Errorf("got %d rows with lines, want 3", n)
	}
}

func TestTrialBalance(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: "2026-04-30"})
	if err != nil {
		t.Fatal(err)
	}
	checkAmounts(t, map[string]*typepb.Money{"6551.75": trial.GetTotalDebit()})
	checkAmounts(t, map[string]*typepb.Money{"6551.75": trial.GetTotalCredit()})
	var codes []string
	for _, r := range trial.GetRows() {
		codes = append(codes, r.GetAccountCode())
		balance := decimalOf(r.GetAmounts()[0]).Sub(decimalOf(r.GetAmounts()[1]))
		if sum := c.sumDrilledLines(t, r); !sum.Equal(balance) {
			t.Errorf("%s: got lines of %s, want %s", r.GetLabel(), sum, balance)
		}
	}
	if got := strings.Join(codes, " "); got != "1000 2100 3000 4000 4800 5000 6100" {
		t.Errorf("got accounts %s", got)
	}
}

// TestEarningsSplitAtFiscalYearStart changes the start of the fiscal year. Earnings must be
// split there, and a period must begin there by default.
func TestEarningsSplitAtFiscalYearStart(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	if a := c.REST(t, "PATCH", "/v1/organizations/"+c.Organization.Organization.GetId(),
		`{"fiscalYearStartMonth": 4}`); a.Code != 200 {
		t.Fatal(string(a.Raw))
	}
	c.postSampleBooks(t)
	sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-12-31"})
	if err != nil {
		t.Fatal(err)
	}
	checkAmounts(t, map[string]*typepb.Money{
		"-249.25": sheet.GetCurrentEarnings(), "749.50": sheet.GetPriorEarnings(), "5500.25": sheet.GetTotalEquity(),
	})
	year, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{EndDate: "2026-12-31"})
	if err != nil || year.GetStartDate() != "2026-04-01" || year.GetNetIncome().GetAmount() != "-249.25" {
		t.Errorf("got %v, %v", year, err)
	}
}

func TestReportDatesDefaultAndValidate(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for path, field := range map[string]string{
		"profitAndLoss?startDate=2026-02-30":                    "startDate",
		"profitAndLoss?endDate=yesterday":                       "endDate",
		"profitAndLoss?startDate=2026-03-02&endDate=2026-03-01": "startDate",
		"balanceSheet?asOf=20260301":                            "asOf",
		"trialBalance?asOf=2026-3-1":                            "asOf",
		"profitAndLoss?compareCount=3":                          "compareCount",
		"balanceSheet?compareCount=3&compare=MONTHS":            "compareCount",
	} {
		a := c.REST(t, "GET", "/v1/reports/"+path, "")
		if a.Code != 400 || a.Reason() != optionsv1.Reason_FIELDS_INVALID.String() ||
			!strings.Contains(string(a.Raw), `"field":"`+field+`"`) &&
				!strings.Contains(string(a.Raw), `"field": "`+field+`"`) {
			t.Errorf("%s: got %d %s, want field %s", path, a.Code, a.Raw, field)
		}
	}
	clock := c.REST(t, "GET", "/v1/clock", "").Body["todayDate"]
	if a := c.REST(t, "GET", "/v1/reports/balanceSheet", ""); a.Body["asOf"] != clock {
		t.Errorf("default date: got %v, want %v", a.Body["asOf"], clock)
	}
}

func TestReportsExcludeOtherTenants(t *testing.T) {
	t.Parallel()
	c, other := newCompany(t), newCompany(t)
	c.postSampleBooks(t)
	sheet, err := other.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{})
	if err != nil || sheet.GetTotalAssets().GetAmount() != "0.00" {
		t.Errorf("got %v, %v", sheet, err)
	}
}

func checkAmounts(t *testing.T, want map[string]*typepb.Money) {
	t.Helper()
	for amount, got := range want {
		if got.GetAmount() != amount || got.GetCurrencyCode() != "USD" {
			t.Errorf("got %v, want %s", got, amount)
		}
	}
}

func decimalOf(m *typepb.Money) decimal.Decimal { return decimal.RequireFromString(m.GetAmount()) }

// sumDrilledLines adds up the lines that match a row's filter, debits positive.
func (c company) sumDrilledLines(t *testing.T, r *pb.ReportRow) decimal.Decimal {
	t.Helper()
	list, err := c.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{
		Filter: r.GetDrillFilter(), PageSize: 500,
	})
	if err != nil || len(list.GetJournalLines()) == 0 {
		t.Fatalf("%s: filter %q: got %v, %v", r.GetLabel(), r.GetDrillFilter(), list, err)
	}
	var sum decimal.Decimal
	for _, l := range list.GetJournalLines() {
		sum = sum.Add(decimalOf(l.GetAmount()))
	}
	return sum
}

// checkDrillFilters checks that each account row under the sections equals the sum of its
// lines, in the sign of its section. It returns the number of such rows.
func (c company) checkDrillFilters(t *testing.T, sections []*pb.ReportRow, signs map[string]int64) (n int) {
	t.Helper()
	for _, section := range sections {
		n += c.checkSection(t, section.GetRows(), signs[section.GetLabel()])
	}
	return n
}

// checkSection checks the account rows among rows and those under them.
func (c company) checkSection(t *testing.T, rows []*pb.ReportRow, sign int64) (n int) {
	t.Helper()
	for _, r := range rows {
		n += c.checkSection(t, r.GetRows(), sign)
		if r.GetDrillFilter() == "" {
			continue
		}
		n++
		got := c.sumDrilledLines(t, r).Mul(decimal.NewFromInt(sign))
		if want := decimalOf(r.GetAmounts()[0]); !got.Equal(want) {
			t.Errorf("%s: got lines of %s, want %s", r.GetLabel(), got, want)
		}
	}
	return n
}
