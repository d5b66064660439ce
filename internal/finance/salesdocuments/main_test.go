package salesdocuments_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
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
	"backoffice/internal/finance/deposits"
	"backoffice/internal/finance/dunning"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/recurring"
	"backoffice/internal/finance/reports"
	"backoffice/internal/finance/salesdocuments"
	"backoffice/internal/finance/salesreports"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/module"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks(), deposits.ReceivablesHooks()), invoicing.Module, payables.Module,
		deposits.Module, quotes.Module, recurring.NewModule(salesdocuments.RecurringHooks),
		dunning.NewModule(salesdocuments.DunningHooks), banking.NewModule(invoicing.ReceivablesHooks()),
		salesdocuments.Module, reports.Module, salesreports.Module)
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

// save keeps a file for inspection if LOOK names a folder.
func save(t *testing.T, name string, raw []byte) {
	t.Helper()
	if dir := os.Getenv("LOOK"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), raw, 0o644); err != nil {
			t.Error(err)
		}
	}
}

// shop is a German organization that sells in euros. Its clock starts on 2027-01-15.
type shop struct {
	*apptest.Organization
	pb.InvoicingServiceClient
	pb.ReceivablesServiceClient
	pb.SalesDocumentsServiceClient
	quotes   pb.QuotesServiceClient
	deposits pb.DepositsServiceClient
	customer *pb.Customer
	// vat is a tax code of 19 %, reduced one of 7 %.
	vat, reduced string
}

func openShop(t testing.TB) *shop {
	t.Helper()
	return openShopIn(t, apptest.New(t))
}

func openShopIn(t testing.TB, a *module.App) *shop {
	t.Helper()
	o := apptest.SignUpTo(t, a, func(r *platformv1.SignUpRequest) {
		r.CurrencyCode, r.RegionCode, r.TimeZone = "EUR", "DE", "Europe/Berlin"
	})
	apptest.SetClock(t, o, "2027-01-15T12:00:00Z")
	s := &shop{Organization: o, InvoicingServiceClient: pb.NewInvoicingServiceClient(o),
		ReceivablesServiceClient:    pb.NewReceivablesServiceClient(o),
		SalesDocumentsServiceClient: pb.NewSalesDocumentsServiceClient(o), quotes: pb.NewQuotesServiceClient(o),
		deposits: pb.NewDepositsServiceClient(o)}
	s.customer = s.newCustomer(t, &pb.Customer{DisplayName: "Harbor Cafe", LegalName: "Hafen-Café GmbH",
		LanguageCode: "de", RecipientEmails: []string{"ann@cafe.example"}, CcEmails: []string{"books@cafe.example"},
		TaxNumber: "DE811907980", BillingAddress: &typepb.Address{Lines: []string{"Am Kai 12"}, PostalCode: "20457",
			City: "Hamburg", RegionCode: "DE"}})
	s.vat, s.reduced = s.newTaxCode(t, "19"), s.newTaxCode(t, "7")
	return s
}

// advance moves the clock to noon of a day.
func (s *shop) advance(t testing.TB, day string) {
	t.Helper()
	to := must(time.Parse(time.RFC3339, day+"T12:00:00Z"))(t)
	must(platformv1.NewIdentityServiceClient(s).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}))(t)
}

func (s *shop) newCustomer(t testing.TB, c *pb.Customer) *pb.Customer {
	t.Helper()
	return must(pb.NewCustomersServiceClient(s).CreateCustomer(t.Context(), &pb.CreateCustomerRequest{Customer: c}))(t)
}

// newTaxCode returns the tax code of a new rate in percent.
func (s *shop) newTaxCode(t testing.TB, percent string) string {
	t.Helper()
	taxes := pb.NewTaxServiceClient(s)
	agency := must(taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Tax office " + percent}}))(t)
	rate := must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{
		DisplayName: "VAT " + percent, Components: []*pb.TaxRate_Component{{DisplayName: "USt",
			TaxAgencyId: agency.GetId(), Spans: []*pb.TaxRate_Span{{Percent: percent}}}}}}))(t)
	return must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{
		Code: "V" + percent, DisplayName: "VAT " + percent, SalesTaxRateId: rate.GetId()}}))(t).GetId()
}

// describeSeller sets the letterhead and the bank account for customers.
func (s *shop) describeSeller(t testing.TB) {
	t.Helper()
	var picture bytes.Buffer
	m := image.NewNRGBA(image.Rect(0, 0, 240, 80))
	for x := range 240 {
		for y := range 80 {
			m.Set(x, y, color.NRGBA{20, uint8(x / 2), 120, 255})
		}
	}
	if err := png.Encode(&picture, m); err != nil {
		t.Fatal(err)
	}
	logo := must(platformv1.NewFilesServiceClient(s).UploadFile(t.Context(), &platformv1.UploadFileRequest{
		FileName: "logo.png", MediaType: "image/png", Content: picture.Bytes()}))(t)
	must(platformv1.NewIdentityServiceClient(s).UpdateOrganization(t.Context(), &platformv1.UpdateOrganizationRequest{
		OrganizationId: s.Organization.Organization.GetId(), Organization: &platformv1.Organization{
			LegalName: "Müller & Söhne GmbH", Email: "rechnung@mueller.example", Phone: "+49 30 1234567",
			Address:   &typepb.Address{Lines: []string{"Hauptstraße 5"}, PostalCode: "10115", City: "Berlin", RegionCode: "DE"},
			TaxNumber: "DE136695976", Registration: "Amtsgericht Charlottenburg\nHRB 12345 B", LanguageCode: "de",
			LogoFileId: logo.GetId()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"legal_name", "email", "phone", "address", "tax_number",
			"registration", "language_code", "logo_file_id"}},
	}))(t)
	must(pb.NewBankingServiceClient(s).CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Bank", AccountNumber: "DE89370400440532013000", BankCode: "COBADEFFXXX",
			ForCustomers: true}}))(t)
}

// draft creates a draft to the customer.
func (s *shop) draft(t testing.TB, i *pb.Invoice) *pb.Invoice {
	t.Helper()
	if i.CustomerId == "" {
		i.CustomerId = s.customer.GetId()
	}
	if i.Lines == nil {
		i.Lines = []*pb.DocumentLine{{Description: "Beratung", UnitPrice: "100", TaxCodeId: s.vat}}
	}
	return must(s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: i}))(t)
}

// issue creates and issues an invoice.
func (s *shop) issue(t testing.TB, i *pb.Invoice) *pb.Invoice {
	t.Helper()
	return must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: s.draft(t, i).GetId()}))(t)
}

// longInvoice issues an invoice that shows all that an invoice can show.
func (s *shop) longInvoice(t testing.TB) *pb.Invoice {
	t.Helper()
	return s.issue(t, &pb.Invoice{DiscountPercent: "5", Reference: "PO 4711", DueDate: "2027-02-14",
		Introduction: "Guten Tag,\n\nwir danken für Ihren Auftrag.", ClosingText: "Mit freundlichen Grüßen",
		Note: "internal note", Lines: []*pb.DocumentLine{
			{Description: "Beratung zur Einführung der neuen Kassen in allen Filialen", Quantity: "12.5", Unit: "Std.",
				UnitPrice: "120", TaxCodeId: s.vat, ServiceStartDate: "2026-12-01", ServiceEndDate: "2026-12-31"},
			{Description: "Fachbuch", Quantity: "3", UnitPrice: "49.9", DiscountPercent: "10", TaxCodeId: s.reduced},
			{Description: "Nachlass für Verspätung", Quantity: "-1", UnitPrice: "80", TaxCodeId: s.vat},
		}})
}

// pay records a payment for an invoice.
func (s *shop) pay(t testing.TB, amount, invoiceID string) *pb.Payment {
	t.Helper()
	return must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: s.customer.GetId(), Date: "2027-01-15", Method: pb.Payment_BANK_TRANSFER, Reference: "SEPA 1",
		Amount:      &typepb.Money{Amount: amount, CurrencyCode: "EUR"},
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: invoiceID}}}}))(t)
}

// download returns the PDF file of an invoice.
func (s *shop) download(t *testing.T, invoiceID, name string) []byte {
	t.Helper()
	raw := must(s.DownloadInvoice(t.Context(), &pb.DownloadInvoiceRequest{InvoiceId: invoiceID}))(t).GetData()
	save(t, name, raw)
	return raw
}
