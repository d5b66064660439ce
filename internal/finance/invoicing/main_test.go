package invoicing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/dunning"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/reports"
	"backoffice/internal/finance/salesreports"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks()), invoicing.NewModule(timeHooks()), payables.Module,
		banking.NewModule(invoicing.ReceivablesHooks()), reports.Module, salesreports.Module, dunning.Module)
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

// shop is an organization that sells in dollars and euros. Its clock starts on 2027-01-15.
type shop struct {
	*apptest.Organization
	pb.InvoicingServiceClient
	pb.ReceivablesServiceClient
	pb.SalesReportsServiceClient
	ledger   pb.LedgerServiceClient
	accounts map[string]string
	customer string
	// vat is a tax code of 19 %.
	vat string
}

func openShop(t testing.TB) *shop {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2027-01-15T17:00:00Z")
	s := &shop{Organization: o, InvoicingServiceClient: pb.NewInvoicingServiceClient(o),
		ReceivablesServiceClient:  pb.NewReceivablesServiceClient(o),
		SalesReportsServiceClient: pb.NewSalesReportsServiceClient(o), ledger: pb.NewLedgerServiceClient(o),
		accounts: map[string]string{}}
	s.readAccounts(t)
	s.customer = s.newCustomer(t, &pb.Customer{DisplayName: "Harbor Cafe"})
	s.vat = s.newTaxCode(t, "19")
	return s
}

// readAccounts reads the accounts. Postings add accounts.
func (s *shop) readAccounts(t testing.TB) {
	t.Helper()
	list := must(s.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500}))(t)
	for _, a := range list.GetAccounts() {
		s.accounts[a.GetCode()] = a.GetId()
	}
}

// advance moves the clock to noon of a day.
func (s *shop) advance(t testing.TB, day string) {
	t.Helper()
	to := must(time.Parse(time.RFC3339, day+"T17:00:00Z"))(t)
	must(platformv1.NewIdentityServiceClient(s).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}))(t)
}

func (s *shop) newCustomer(t testing.TB, c *pb.Customer) string {
	t.Helper()
	return must(pb.NewCustomersServiceClient(s).CreateCustomer(t.Context(),
		&pb.CreateCustomerRequest{Customer: c}))(t).GetId()
}

// draft creates a draft with lines to the customer.
func (s *shop) draft(t testing.TB, i *pb.Invoice, lines ...*pb.DocumentLine) *pb.Invoice {
	t.Helper()
	if i.CustomerId == "" {
		i.CustomerId = s.customer
	}
	i.Lines = lines
	return must(s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: i}))(t)
}

// issue creates and issues an invoice.
func (s *shop) issue(t testing.TB, i *pb.Invoice, lines ...*pb.DocumentLine) *pb.Invoice {
	t.Helper()
	return must(s.IssueInvoice(t.Context(),
		&pb.IssueInvoiceRequest{InvoiceId: s.draft(t, i, lines...).GetId()}))(t)
}

func (s *shop) invoice(t testing.TB, key string) *pb.Invoice {
	t.Helper()
	return must(s.GetInvoice(t.Context(), &pb.GetInvoiceRequest{InvoiceId: key}))(t)
}

// line returns a line over a price with the tax code of 19 %.
func (s *shop) line(price string) *pb.DocumentLine {
	return &pb.DocumentLine{Description: "Consulting", UnitPrice: price, TaxCodeId: s.vat}
}

// pay records a payment that settles invoices with what is open.
func (s *shop) pay(t testing.TB, date, amount, currency string, invoices ...string) *pb.Payment {
	t.Helper()
	return s.payAt(t, date, amount, currency, "", invoices...)
}

// payAt is pay at an exchange rate.
func (s *shop) payAt(t testing.TB, date, amount, currency, rate string, invoices ...string) *pb.Payment {
	t.Helper()
	p := &pb.Payment{CustomerId: s.customer, Date: date, Amount: &typepb.Money{Amount: amount, CurrencyCode: currency},
		ExchangeRate: rate, AccountId: s.accounts["1000"]}
	for _, key := range invoices {
		p.Allocations = append(p.Allocations, &pb.Payment_NewAllocation{ReceivableId: key})
	}
	return must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p}))(t)
}

// entry returns the lines of a journal entry as `code amount`.
func (s *shop) entry(t testing.TB, key string) (lines []string) {
	t.Helper()
	s.readAccounts(t)
	codes := map[string]string{}
	for code, account := range s.accounts {
		codes[account] = code
	}
	e := must(s.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: key}))(t)
	for _, l := range e.GetLines() {
		lines = append(lines, fmt.Sprintf("%s %s", codes[l.GetAccountId()], l.GetAmount().GetAmount()))
	}
	return lines
}

// wantSound checks that the books agree with the receivables.
func (s *shop) wantSound(t testing.TB) {
	t.Helper()
	r := must(s.ledger.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{}))(t)
	for _, c := range r.GetChecks() {
		if c.GetBrokenCount() != 0 {
			t.Errorf("%s: %v", c.GetRule(), c)
		}
	}
}

// decimalSum adds up amounts in minor units.
type decimalSum struct{ minor int64 }

func (d *decimalSum) add(t testing.TB, m *typepb.Money) {
	t.Helper()
	d.minor += must(money.Parse(m.GetAmount(), m.GetCurrencyCode()))(t)
}

// balance returns the balance of an account in the organization's currency, in minor units.
func (s *shop) balance(t testing.TB, code string) (sum int64) {
	t.Helper()
	for _, minor := range s.balanceByDay(t, code) {
		sum += minor
	}
	return sum
}

// balanceByDay returns what was posted to an account on each day, in minor units of the
// organization's currency.
func (s *shop) balanceByDay(t testing.TB, code string) map[string]int64 {
	t.Helper()
	s.readAccounts(t)
	days := map[string]int64{}
	for token := ""; ; {
		page := must(s.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{PageSize: 500, PageToken: token,
			Filter: `account_id = "` + s.accounts[code] + `"`}))(t)
		for _, l := range page.GetJournalLines() {
			base := l.GetBaseAmount()
			days[l.GetDate()] += must(money.Parse(base.GetAmount(), base.GetCurrencyCode()))(t)
		}
		if token = page.GetNextPageToken(); token == "" {
			return days
		}
	}
}

// newTaxCode returns the tax code of a new rate in percent.
func (s *shop) newTaxCode(t testing.TB, percent string) string {
	t.Helper()
	return s.newTaxCodeOf(t, "V"+percent, percent, pb.TaxRate_STANDARD, &pb.TaxCode{})
}

// newTaxCodeOf returns a tax code with a name and a new rate of a kind.
func (s *shop) newTaxCodeOf(t testing.TB, name, percent string, kind pb.TaxRate_Kind, code *pb.TaxCode) string {
	t.Helper()
	taxes := pb.NewTaxServiceClient(s)
	agency := must(taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Tax office " + name}}))(t)
	rate := must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{Kind: kind,
		DisplayName: name, Components: []*pb.TaxRate_Component{{DisplayName: "VAT", TaxAgencyId: agency.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: percent}}}}}}))(t)
	code.Code, code.DisplayName, code.SalesTaxRateId = name, name, rate.GetId()
	return must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: code}))(t).GetId()
}

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

// timeHooks are those of a package whose records have the prefix tim and never change.
func timeHooks() invoicing.Hooks {
	return invoicing.Hooks{LockSources: func(_ context.Context, _ *db.Tx, sources []string) (map[string]string, error) {
		found := map[string]string{}
		for _, s := range sources {
			if strings.HasPrefix(s, "tim_") {
				found[s] = ""
			}
		}
		return found, nil
	}}
}
