package quotes_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/deposits"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks(), quotes.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks(), deposits.ReceivablesHooks()), invoicing.Module, deposits.Module,
		quotes.NewModule(quotes.Hooks{}), payables.Module,
		banking.NewModule(invoicing.ReceivablesHooks()))
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

// shop is an organization that makes quotes. Its clock starts on 2027-01-15.
type shop struct {
	*apptest.Organization
	pb.QuotesServiceClient
	invoicing pb.InvoicingServiceClient
	customers pb.CustomersServiceClient
	customer  string
	// vat is a tax code of 19 %.
	vat string
}

func openShop(t testing.TB) *shop {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2027-01-15T17:00:00Z")
	s := &shop{Organization: o, QuotesServiceClient: pb.NewQuotesServiceClient(o),
		invoicing: pb.NewInvoicingServiceClient(o), customers: pb.NewCustomersServiceClient(o)}
	s.customer = s.newCustomer(t, "Harbor Cafe")
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
	return must(s.customers.CreateCustomer(t.Context(),
		&pb.CreateCustomerRequest{Customer: &pb.Customer{DisplayName: name}}))(t).GetId()
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

// line returns a line with a quantity, a price and the tax code of 19 %.
func (s *shop) line(quantity, price string) *pb.DocumentLine {
	return &pb.DocumentLine{Description: "Consulting", Quantity: quantity, UnitPrice: price, TaxCodeId: s.vat}
}

// draft creates a draft to the customer, or to the prospect of the quote.
func (s *shop) draft(t testing.TB, q *pb.Quote, lines ...*pb.DocumentLine) *pb.Quote {
	t.Helper()
	if q.CustomerId == "" && q.Prospect == nil {
		q.CustomerId = s.customer
	}
	q.Lines = lines
	return must(s.CreateQuote(t.Context(), &pb.CreateQuoteRequest{Quote: q}))(t)
}

// send creates a quote and marks it as sent.
func (s *shop) send(t testing.TB, q *pb.Quote, lines ...*pb.DocumentLine) *pb.Quote {
	t.Helper()
	return must(s.MarkSentQuote(t.Context(),
		&pb.MarkSentQuoteRequest{QuoteId: s.draft(t, q, lines...).GetId()}))(t)
}

// accept creates a quote that the customer accepts.
func (s *shop) accept(t testing.TB, q *pb.Quote, lines ...*pb.DocumentLine) *pb.Quote {
	t.Helper()
	return must(s.AcceptQuote(t.Context(),
		&pb.AcceptQuoteRequest{QuoteId: s.send(t, q, lines...).GetId(), AcceptedBy: "Maria Hill"}))(t)
}

// convert makes an invoice from a quote.
func (s *shop) convert(t testing.TB, q *pb.Quote, req *pb.ConvertQuoteRequest) *pb.ConvertQuoteResponse {
	t.Helper()
	req.QuoteId = q.GetId()
	return must(s.ConvertQuote(t.Context(), req))(t)
}

// update changes a field of a quote.
func (s *shop) update(t testing.TB, q, change *pb.Quote, field string) *pb.Quote {
	t.Helper()
	return must(s.UpdateQuote(t.Context(), &pb.UpdateQuoteRequest{QuoteId: q.GetId(), Quote: change,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}}}))(t)
}

func (s *shop) quote(t testing.TB, key string) *pb.Quote {
	t.Helper()
	return must(s.GetQuote(t.Context(), &pb.GetQuoteRequest{QuoteId: key}))(t)
}
