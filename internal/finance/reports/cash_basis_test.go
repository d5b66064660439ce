package reports_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// seller is a company that sells with a tax of 19 %.
type seller struct {
	company
	pb.InvoicingServiceClient
	pb.ReceivablesServiceClient
	customer, vat string
}

func newSeller(t *testing.T) *seller {
	t.Helper()
	c := newCompany(t)
	s := &seller{company: c, InvoicingServiceClient: pb.NewInvoicingServiceClient(c),
		ReceivablesServiceClient: pb.NewReceivablesServiceClient(c)}
	customer, err := pb.NewCustomersServiceClient(c).CreateCustomer(t.Context(),
		&pb.CreateCustomerRequest{Customer: &pb.Customer{DisplayName: "Harbor Cafe"}})
	if err != nil {
		t.Fatal(err)
	}
	s.customer = customer.GetId()
	taxes := pb.NewTaxServiceClient(c)
	agency, err := taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Tax office"}})
	if err != nil {
		t.Fatal(err)
	}
	rate, err := taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{DisplayName: "VAT",
		Components: []*pb.TaxRate_Component{{DisplayName: "VAT", TaxAgencyId: agency.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: "19"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	code, err := taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{Code: "V",
		DisplayName: "VAT", SalesTaxRateId: rate.GetId()}})
	if err != nil {
		t.Fatal(err)
	}
	s.vat = code.GetId()
	return s
}

// issue issues an invoice over prices, the second and every other one on another account.
func (s *seller) issue(t *testing.T, date, currency, rate string, prices ...string) *pb.Invoice {
	t.Helper()
	i := &pb.Invoice{CustomerId: s.customer, IssueDate: date, CurrencyCode: currency, ExchangeRate: rate}
	for n, p := range prices {
		l := &pb.DocumentLine{Description: "Work", UnitPrice: p, TaxCodeId: s.vat}
		if n%2 == 1 {
			l.AccountId = s.codes["4800"]
		}
		i.Lines = append(i.Lines, l)
	}
	draft, err := s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: i})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: draft.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

// pay pays a part of an invoice.
func (s *seller) pay(t *testing.T, i *pb.Invoice, date, amount string) {
	t.Helper()
	if _, err := s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer,
		Date: date, AccountId: s.codes["1000"], ExchangeRate: i.GetExchangeRate(),
		Amount:      &typepb.Money{Amount: amount, CurrencyCode: i.GetCurrencyCode()},
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId()}}}}); err != nil {
		t.Fatal(err)
	}
}

// cashBalances returns the balances of a trial balance on the cash basis by account name, debits
// positive, in minor units. It fails the test if they do not add up to zero, or if receivables show
// an amount.
func (s *seller) cashBalances(t testing.TB, day string) map[string]int64 {
	t.Helper()
	r, err := s.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: day,
		Basis: pb.AccountingBasis_CASH})
	if err != nil {
		t.Fatal(err)
	}
	if r.GetTotalDebit().GetAmount() != r.GetTotalCredit().GetAmount() {
		t.Errorf("%s: the debits are %v, the credits %v", day, r.GetTotalDebit(), r.GetTotalCredit())
	}
	out := map[string]int64{}
	for _, row := range r.GetRows() {
		balance := minorOf(t, row.GetAmounts()[0]) - minorOf(t, row.GetAmounts()[1])
		if balance != 0 {
			out[row.GetAccountCode()] = balance
		}
	}
	if out["1200"] != 0 {
		t.Errorf("%s: receivables show %d", day, out["1200"])
	}
	return out
}

func minorOf(t testing.TB, m *typepb.Money) int64 {
	t.Helper()
	minor, err := money.Parse(m.GetAmount(), m.GetCurrencyCode())
	if err != nil {
		t.Fatal(err)
	}
	return minor
}

// result returns the accounts of a profit and loss with their amounts.
func (s *seller) result(t testing.TB, start, end string, basis pb.AccountingBasis) (rows []string) {
	t.Helper()
	r, err := s.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: start, EndDate: end,
		Basis: basis})
	if err != nil {
		t.Fatal(err)
	}
	var list func([]*pb.ReportRow)
	list = func(under []*pb.ReportRow) {
		for _, row := range under {
			if row.GetKind() == pb.ReportRow_ACCOUNT && minorOf(t, row.GetAmounts()[0]) != 0 {
				rows = append(rows, row.GetLabel()+" "+row.GetAmounts()[0].GetAmount())
			}
			list(row.GetRows())
		}
	}
	list(r.GetRows())
	return append(rows, "net "+r.GetNetIncome().GetAmount())
}

// TestIncomeCountsAsItIsPaid pays an invoice of 119.00 in parts. Income and tax count in
// proportion, and what is paid too much stays a liability.
func TestIncomeCountsAsItIsPaid(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	i := s.issue(t, "2026-01-10", "", "", "70", "30")
	s.pay(t, i, "2026-02-01", "50")
	s.pay(t, i, "2026-03-01", "80")
	for period, want := range map[[2]string][]string{
		{"2026-01-01", "2026-01-31"}: {"net 0.00"},
		{"2026-02-01", "2026-02-28"}: {"Service Revenue 29.41", "Interest Income 12.61", "net 42.02"},
		{"2026-03-01", "2026-03-31"}: {"Service Revenue 40.59", "Interest Income 17.39", "net 57.98"},
		{"2026-01-01", "2026-03-31"}: {"Service Revenue 70.00", "Interest Income 30.00", "net 100.00"},
	} {
		if got := s.result(t, period[0], period[1], pb.AccountingBasis_CASH); !slices.Equal(got, want) {
			t.Errorf("%v: got %q, want %q", period, got, want)
		}
	}
	for day, want := range map[string]map[string]int64{
		"2026-01-31": {},
		"2026-02-28": {"1000": 5000, "4000": -2941, "4800": -1261, "2200": -798},
		"2026-03-31": {"1000": 13000, "4000": -7000, "4800": -3000, "2200": -1900, "2400": -1100},
	} {
		if got := s.cashBalances(t, day); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", day, got, want)
		}
	}
	sheet, err := s.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-02-28",
		Basis: pb.AccountingBasis_CASH})
	if err != nil || sheet.GetTotalAssets().GetAmount() != "50.00" || sheet.GetCurrentEarnings().GetAmount() != "42.02" ||
		sheet.GetTotalLiabilitiesAndEquity().GetAmount() != "50.00" {
		t.Errorf("got %v, %v", sheet, err)
	}
	_, err = s.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{Basis: pb.AccountingBasis_CASH,
		CurrencyCode: "EUR"})
	if !slices.Contains(apptest.Fields(err), "currencyCode") {
		t.Errorf("got %v", err)
	}
}

// TestCashBasisFollowsYearEnd closes the year of an invoice that is paid in the next one. Its
// income counts in the next year and is not in retained earnings.
func TestCashBasisFollowsYearEnd(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	s.post(t, "2025-03-01", "1000", "4000", "7.00")
	i := s.issue(t, "2025-12-10", "", "", "100")
	s.closeUpTo(t, "2025-12-31")
	years, err := s.ledger.ListFiscalYears(t.Context(), &pb.ListFiscalYearsRequest{OrderBy: "start_date"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ledger.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{
		FiscalYearId: years.GetFiscalYears()[0].GetId()}); err != nil {
		t.Fatal(err)
	}
	s.pay(t, i, "2026-02-01", "119")
	for day, want := range map[string]map[string]int64{
		"2025-12-31": {"1000": 700, "3200": -700},
		"2026-01-31": {"1000": 700, "3200": -700},
		"2026-02-01": {"1000": 12600, "3200": -700, "4000": -10000, "2200": -1900},
	} {
		if got := s.cashBalances(t, day); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", day, got, want)
		}
	}
	sheet, err := s.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-02-28",
		Basis: pb.AccountingBasis_CASH})
	if err != nil || sheet.GetCurrentEarnings().GetAmount() != "100.00" || sheet.GetPriorEarnings().GetAmount() != "0.00" {
		t.Errorf("got %v, %v", sheet, err)
	}
}

// TestCashBasisDoesNotDependOnSplits pays the same invoice at once and in random parts. After each
// part the balances depend only on what is paid.
func TestCashBasisDoesNotDependOnSplits(t *testing.T) {
	t.Parallel()
	a, b := newSeller(t), newSeller(t)
	for n, prices := range [][]string{{"33.33", "66.67", "0.05"}, {"10.01", "-3.33", "7.77"}} {
		day := func(d int) string { return fmt.Sprintf("2026-%02d-%02d", n+1, d) }
		once, parts := a.issue(t, day(1), "", "", prices...), b.issue(t, day(1), "", "", prices...)
		a.pay(t, once, day(10), "9.99")
		for d, part := range []string{"1.01", "3.33", "0.01", "5.64"} {
			b.pay(t, parts, day(4+d), part)
		}
		if one, other := a.cashBalances(t, day(10)), b.cashBalances(t, day(10)); fmt.Sprint(one) != fmt.Sprint(other) {
			t.Errorf("%v: paid at once %v, in parts %v", prices, one, other)
		}
	}
}
