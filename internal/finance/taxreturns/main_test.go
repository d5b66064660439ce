package taxreturns_test

import (
	"fmt"
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
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/finance/taxreturns"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks(), tax.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks()), invoicing.Module, payables.Module,
		banking.NewModule(invoicing.ReceivablesHooks()),
		taxreturns.Module)
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

// shop is an organization that sells with the taxes of the United Kingdom, in pounds. Its clock
// starts on 2027-01-15.
type shop struct {
	*apptest.Organization
	pb.TaxReturnsServiceClient
	pb.InvoicingServiceClient
	pb.ReceivablesServiceClient
	taxes    pb.TaxServiceClient
	bank     string
	customer string
	// codes are the tax codes by their short code, and agency is that of the template.
	codes  map[string]string
	agency *pb.TaxAgency
	// term offers 2 % for paying within 10 days.
	term string
}

func openShop(t testing.TB) *shop {
	t.Helper()
	o := apptest.SignUp(t, func(r *platformv1.SignUpRequest) {
		r.CurrencyCode, r.RegionCode, r.TimeZone = "GBP", "GB", "Europe/London"
	})
	apptest.SetClock(t, o, "2027-01-15T12:00:00Z")
	s := &shop{Organization: o, TaxReturnsServiceClient: pb.NewTaxReturnsServiceClient(o),
		InvoicingServiceClient:   pb.NewInvoicingServiceClient(o),
		ReceivablesServiceClient: pb.NewReceivablesServiceClient(o), taxes: pb.NewTaxServiceClient(o),
		codes: map[string]string{}}
	must(s.taxes.ApplyTaxTemplate(t.Context(), &pb.ApplyTaxTemplateRequest{Key: "gb"}))(t)
	s.readCodes(t)
	s.agency = must(s.taxes.ListTaxAgencies(t.Context(), &pb.ListTaxAgenciesRequest{}))(t).GetTaxAgencies()[0]
	s.customer = must(pb.NewCustomersServiceClient(s).CreateCustomer(t.Context(), &pb.CreateCustomerRequest{
		Customer: &pb.Customer{DisplayName: "Harbor Cafe"}}))(t).GetId()
	s.term = must(pb.NewCatalogServiceClient(s).CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{
		PaymentTerm: &pb.PaymentTerm{DisplayName: "2/10 net 30 days", Due: &pb.PaymentTerm_DueRule{
			Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
			Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 10}}}))(t).GetId()
	accounts := must(pb.NewLedgerServiceClient(s).ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500}))(t)
	for _, a := range accounts.GetAccounts() {
		if a.GetCode() == "1000" {
			s.bank = a.GetId()
		}
	}
	return s
}

func (s *shop) readCodes(t testing.TB) {
	t.Helper()
	list := must(s.taxes.ListTaxCodes(t.Context(), &pb.ListTaxCodesRequest{PageSize: 500}))(t)
	for _, c := range list.GetTaxCodes() {
		s.codes[c.GetCode()] = c.GetId()
	}
}

// advance moves the clock to noon of a day.
func (s *shop) advance(t testing.TB, day string) {
	t.Helper()
	to := must(time.Parse(time.RFC3339, day+"T12:00:00Z"))(t)
	must(platformv1.NewIdentityServiceClient(s).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}))(t)
}

func gbp(amount string) *typepb.Money { return &typepb.Money{Amount: amount, CurrencyCode: "GBP"} }

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

// line returns a line over a price with a tax code.
func (s *shop) line(price, code string) *pb.DocumentLine {
	return &pb.DocumentLine{Description: "Consulting", UnitPrice: price, TaxCodeId: s.codes[code]}
}

// issue creates and issues an invoice.
func (s *shop) issue(t testing.TB, i *pb.Invoice, lines ...*pb.DocumentLine) *pb.Invoice {
	t.Helper()
	i.CustomerId, i.Lines = s.customer, lines
	d := must(s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: i}))(t)
	return must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()}))(t)
}

// pay records a payment of an invoice.
func (s *shop) pay(t testing.TB, date, amount, invoice string) *pb.Payment {
	t.Helper()
	return must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer,
		Date: date, Amount: gbp(amount), AccountId: s.bank,
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: invoice}}}}))(t)
}

// summary returns the rows of a summary as `use name percent% taxable tax [codes]`, and the sums.
func (s *shop) summary(t testing.TB, req *pb.GetTaxSummaryRequest) (rows []string) {
	t.Helper()
	for _, a := range must(s.GetTaxSummary(t.Context(), req))(t).GetAgencies() {
		for _, r := range a.GetRows() {
			row := fmt.Sprintf("%s %s %s%% %s %s", r.GetUse(), r.GetDisplayName(), r.GetPercent(),
				r.GetTaxableAmount().GetAmount(), r.GetTaxAmount().GetAmount())
			for _, c := range r.GetCodes() {
				row += fmt.Sprintf(" %s:%s", c.GetCode(), c.GetTaxAmount().GetAmount())
			}
			rows = append(rows, row)
		}
		rows = append(rows, fmt.Sprintf("%s %s-%s-%s=%s", a.GetDisplayName(), a.GetOutputTax().GetAmount(),
			a.GetInputTax().GetAmount(), a.GetWithheldTax().GetAmount(), a.GetNetTax().GetAmount()))
	}
	return rows
}

// register returns all pages of a register.
func (s *shop) register(t testing.TB, req *pb.GetTaxRegisterRequest) (amounts []*pb.TaxAmount) {
	t.Helper()
	for {
		page := must(s.GetTaxRegister(t.Context(), req))(t)
		amounts = append(amounts, page.GetAmounts()...)
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return amounts
		}
	}
}
