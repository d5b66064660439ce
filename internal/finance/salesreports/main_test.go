package salesreports_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/reports"
	"backoffice/internal/finance/salesreports"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/money"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks()), invoicing.Module, reports.Module, salesreports.Module)
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

// shop is an organization that sells in dollars and euros. Its clock starts on 2027-03-15.
type shop struct {
	*apptest.Organization
	pb.InvoicingServiceClient
	pb.ReceivablesServiceClient
	pb.SalesReportsServiceClient
	pb.ReportsServiceClient
	ledger   pb.LedgerServiceClient
	catalog  pb.CatalogServiceClient
	accounts map[string]string
	// vat is a tax code of 19 %.
	vat string
}

func openShop(t testing.TB) *shop {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2027-03-15T17:00:00Z")
	s := &shop{Organization: o, InvoicingServiceClient: pb.NewInvoicingServiceClient(o),
		ReceivablesServiceClient:  pb.NewReceivablesServiceClient(o),
		SalesReportsServiceClient: pb.NewSalesReportsServiceClient(o), ReportsServiceClient: pb.NewReportsServiceClient(o),
		ledger: pb.NewLedgerServiceClient(o), catalog: pb.NewCatalogServiceClient(o), accounts: map[string]string{}}
	list := must(s.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500}))(t)
	for _, a := range list.GetAccounts() {
		s.accounts[a.GetCode()] = a.GetId()
	}
	s.vat = s.newTaxCode(t, "19")
	return s
}

// advance moves the clock to noon of a day.
func (s *shop) advance(t testing.TB, day string) {
	t.Helper()
	to := must(time.Parse(time.RFC3339, day+"T17:00:00Z"))(t)
	must(platformv1.NewIdentityServiceClient(s).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}))(t)
}

func (s *shop) newCustomer(t testing.TB, name string) string {
	t.Helper()
	return must(pb.NewCustomersServiceClient(s).CreateCustomer(t.Context(),
		&pb.CreateCustomerRequest{Customer: &pb.Customer{DisplayName: name}}))(t).GetId()
}

func (s *shop) newItem(t testing.TB, name string) string {
	t.Helper()
	return must(s.catalog.CreateItem(t.Context(), &pb.CreateItemRequest{Item: &pb.Item{DisplayName: name,
		Kind: pb.Item_SERVICE}}))(t).GetId()
}

// newTaxCode returns the tax code of a new rate in percent.
func (s *shop) newTaxCode(t testing.TB, percent string) string {
	t.Helper()
	taxes := pb.NewTaxServiceClient(s)
	agency := must(taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Tax office " + percent}}))(t)
	rate := must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{
		DisplayName: "VAT " + percent, Components: []*pb.TaxRate_Component{{DisplayName: "VAT", TaxAgencyId: agency.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: percent}}}}}}))(t)
	return must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{
		Code: "V" + percent, DisplayName: "VAT " + percent, SalesTaxRateId: rate.GetId()}}))(t).GetId()
}

// issue creates and issues an invoice.
func (s *shop) issue(t testing.TB, i *pb.Invoice, lines ...*pb.DocumentLine) *pb.Invoice {
	t.Helper()
	i.Lines = lines
	draft := must(s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: i}))(t)
	return must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: draft.GetId()}))(t)
}

// line returns a line over a price with the tax code of 19 %.
func (s *shop) line(price string) *pb.DocumentLine {
	return &pb.DocumentLine{Description: "Consulting", UnitPrice: price, TaxCodeId: s.vat}
}

// pay records a payment that settles an invoice with what it pays, or else with what is open.
func (s *shop) pay(t testing.TB, date, amount string, i *pb.Invoice, discount bool) *pb.Payment {
	t.Helper()
	return must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: i.GetCustomerId(),
		Date: date, Amount: &typepb.Money{Amount: amount, CurrencyCode: i.GetCurrencyCode()}, AccountId: s.accounts["1000"],
		ExchangeRate: i.GetExchangeRate(),
		Allocations:  []*pb.Payment_NewAllocation{{ReceivableId: i.GetId(), TakeDiscount: discount}}}}))(t)
}

// post posts an entry with an amount between two accounts.
func (s *shop) post(t testing.TB, date, debit, credit, amount string) {
	t.Helper()
	must(s.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: &pb.JournalEntry{
		Date: date, Description: "Cash sale", Lines: []*pb.JournalLine{
			{AccountId: s.accounts[debit], Amount: usd(amount)},
			{AccountId: s.accounts[credit], Amount: usd("-" + amount)}}}}))(t)
}

func usd(amount string) *typepb.Money { return &typepb.Money{Amount: amount, CurrencyCode: "USD"} }

// minor returns an amount in minor units.
func minor(t testing.TB, m *typepb.Money) int64 {
	t.Helper()
	return must(money.Parse(m.GetAmount(), m.GetCurrencyCode()))(t)
}

// salesOfLedger returns the sales of the profit and loss of a period.
func (s *shop) salesOfLedger(t testing.TB, start, end string) string {
	t.Helper()
	r := must(s.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: start, EndDate: end}))(t)
	return r.GetRows()[0].GetAmounts()[0].GetAmount()
}
