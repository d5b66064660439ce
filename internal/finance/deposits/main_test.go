package deposits_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/deposits"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks(), deposits.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks(), deposits.ReceivablesHooks()), invoicing.Module,
		deposits.Module, payables.Module, banking.NewModule(invoicing.ReceivablesHooks()))
}

// must returns v, and fails the test if err is not nil.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// shop is an organization that asks for deposits. Its clock shows 2027-01-31.
type shop struct {
	*apptest.Organization
	pb.DepositsServiceClient
	pb.ReceivablesServiceClient
	invoicing pb.InvoicingServiceClient
	ledger    pb.LedgerServiceClient
	customer  string
	// vat is a tax code of 19 %.
	vat string
}

func openShop(t testing.TB) *shop {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2027-01-31T17:00:00Z")
	s := &shop{Organization: o, DepositsServiceClient: pb.NewDepositsServiceClient(o),
		ReceivablesServiceClient: pb.NewReceivablesServiceClient(o), invoicing: pb.NewInvoicingServiceClient(o),
		ledger: pb.NewLedgerServiceClient(o)}
	s.customer = s.newCustomer(t, "Harbor Cafe")
	taxes := pb.NewTaxServiceClient(s)
	agency := must(taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Tax office"}}))(t)
	rate := must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{
		DisplayName: "VAT", Components: []*pb.TaxRate_Component{{DisplayName: "VAT", TaxAgencyId: agency.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: "19"}}}}}}))(t)
	s.vat = must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{
		Code: "V19", DisplayName: "VAT", SalesTaxRateId: rate.GetId()}}))(t).GetId()
	return s
}

func (s *shop) newCustomer(t testing.TB, name string) string {
	t.Helper()
	return must(pb.NewCustomersServiceClient(s).CreateCustomer(t.Context(),
		&pb.CreateCustomerRequest{Customer: &pb.Customer{DisplayName: name}}))(t).GetId()
}

// line returns a line over a price, with the tax code of 19 %.
func (s *shop) line(price string) *pb.DocumentLine {
	return &pb.DocumentLine{Description: "Kitchen", UnitPrice: price, TaxCodeId: s.vat}
}

// request issues a deposit request on 2027-01-02.
func (s *shop) request(t testing.TB, currency string, lines ...*pb.DocumentLine) *pb.DepositRequest {
	t.Helper()
	d := must(s.CreateDepositRequest(t.Context(), &pb.CreateDepositRequestRequest{DepositRequest: &pb.DepositRequest{
		CustomerId: s.customer, CurrencyCode: currency, Lines: lines}}))(t)
	return must(s.IssueDepositRequest(t.Context(),
		&pb.IssueDepositRequestRequest{DepositRequestId: d.GetId(), IssueDate: "2027-01-02"}))(t)
}

// pay records a payment of a deposit request, by default of what is left.
func (s *shop) pay(t testing.TB, d *pb.DepositRequest, date, amount, rate string) *pb.Payment {
	t.Helper()
	p := &pb.Payment{CustomerId: s.customer, DepositRequestId: d.GetId(), Date: date, ExchangeRate: rate,
		AccountId: s.account(t, "1000")}
	if amount != "" {
		p.Amount = &typepb.Money{Amount: amount, CurrencyCode: d.GetCurrencyCode()}
	}
	return must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p}))(t)
}

// issue issues an invoice that applies deposits.
func (s *shop) issue(t testing.TB, i *pb.Invoice, paid ...*pb.Payment) *pb.Invoice {
	t.Helper()
	i.CustomerId = s.customer
	for _, p := range paid {
		i.Deposits = append(i.Deposits, &pb.Invoice_Deposit{CustomerCreditId: p.GetId()})
	}
	d := must(s.invoicing.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: i}))(t)
	return must(s.invoicing.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()}))(t)
}

// account returns the account with a code, or "" if there is none.
func (s *shop) account(t testing.TB, code string) string {
	t.Helper()
	list := must(s.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500}))(t)
	for _, a := range list.GetAccounts() {
		if a.GetCode() == code {
			return a.GetId()
		}
	}
	return ""
}

// byDay returns what was posted to an account on each day, in minor units of the organization's
// currency.
func (s *shop) byDay(t testing.TB, code string) map[string]int64 {
	t.Helper()
	days := map[string]int64{}
	account := s.account(t, code)
	if account == "" {
		return days
	}
	for token := ""; ; {
		page := must(s.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{PageSize: 500, PageToken: token,
			Filter: `account_id = "` + account + `"`}))(t)
		for _, l := range page.GetJournalLines() {
			days[l.GetDate()] += minor(t, l.GetBaseAmount())
		}
		if token = page.GetNextPageToken(); token == "" {
			return days
		}
	}
}

// wantBalances compares the balances of accounts at the end of a day: bank, receivables, customer
// deposits, tax on deposits, taxes.
func (s *shop) wantBalances(t testing.TB, day string, want [5]int64) {
	t.Helper()
	var got [5]int64
	for n, code := range []string{"1000", "1200", "2400", "1350", "2200"} {
		for on, amount := range s.byDay(t, code) {
			if on <= day {
				got[n] += amount
			}
		}
	}
	if got != want {
		t.Errorf("%s: the balances are %v, want %v", day, got, want)
	}
}

// registered returns the charged taxes in the register by day, in minor units.
func (s *shop) registered(t testing.TB) map[string]int64 {
	t.Helper()
	c := must(s.App.Identity.SystemCall(t.Context(), must(id.Parse("org", s.Organization.Organization.GetId()))(t)))(t)
	d, _ := apptest.Databases(t)
	days := map[string]int64{}
	_, err := db.Read(call.With(t.Context(), c), d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		found, err := db.CollectMap[string, int64](ctx, tx, `
select date::text, sum(base_tax_minor)::bigint
from finance.tax_amounts
where org_id = $1
and effect = 'CHARGED'
group by date`, tx.Call().Organization.ID)
		days = found
		return &emptypb.Empty{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return days
}

// wantSound checks that the books agree with the receivables.
func (s *shop) wantSound(t testing.TB) {
	t.Helper()
	for _, c := range must(s.ledger.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{}))(t).GetChecks() {
		if c.GetBrokenCount() != 0 {
			t.Errorf("%s: %v", c.GetRule(), c)
		}
	}
}

func minor(t testing.TB, m *typepb.Money) int64 {
	t.Helper()
	if m == nil {
		return 0
	}
	return must(money.Parse(m.GetAmount(), m.GetCurrencyCode()))(t)
}
