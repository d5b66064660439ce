package taxreturns_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

var january = &pb.GetTaxSummaryRequest{StartDate: "2027-01-01", EndDate: "2027-01-31"}

// TestSummaryGroupsTaxesByAgencyAndCode sells at several rates, and reports zero-rated and exempt
// sales with what they amount to.
func TestSummaryGroupsTaxesByAgencyAndCode(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000", "GB-STD"), s.line("100", "GB-RED"),
		s.line("500", "GB-ZERO"), s.line("300", "GB-EXEMPT"), s.line("200", "GB-RC"), s.line("50", ""))
	must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{InvoiceId: i.GetId(),
		IssueDate: "2027-01-08", Lines: []*pb.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(),
			Amount: gbp("250")}}}}))(t)
	s.issue(t, &pb.Invoice{IssueDate: "2027-02-01"}, s.line("70", "GB-STD"))
	want := []string{
		"SALES VAT 20% 750.00 150.00 GB-STD:150.00", "SALES VAT 5% 100.00 5.00 GB-RED:5.00",
		"SALES VAT 0% 500.00 0.00 GB-ZERO:0.00", "SALES VAT 0% 300.00 0.00 GB-EXEMPT:0.00",
		"SALES VAT 0% 200.00 0.00 GB-RC:0.00", "HM Revenue & Customs 155.00-0.00-0.00=155.00",
	}
	got := s.summary(t, january)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	amounts := s.register(t, &pb.GetTaxRegisterRequest{StartDate: "2027-01-01", EndDate: "2027-01-31",
		TaxCodeId: s.codes["GB-STD"], PageSize: 1})
	if len(amounts) != 2 || amounts[0].GetDocumentNumber() != i.GetNumber() ||
		amounts[0].GetContactName() != "Harbor Cafe" || amounts[1].GetBaseTaxAmount().GetAmount() != "-50.00" {
		t.Errorf("got %v", amounts)
	}
}

// TestCashBasisFollowsPayments pays an invoice in part, takes a discount for the rest, and undoes
// the second payment.
func TestCashBasisFollowsPayments(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-25", PaymentTermId: s.term}, s.line("1000", "GB-STD"))
	s.pay(t, "2027-01-30", "294", i.GetId()) // no discount
	last := must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer,
		Date: "2027-02-02", Amount: gbp("887.88"), AccountId: s.bank,
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId(), TakeDiscount: true}}}}))(t)
	cash := func(start, end string) string {
		return s.summary(t, &pb.GetTaxSummaryRequest{StartDate: start, EndDate: end, Basis: pb.TaxAgency_CASH})[0]
	}
	if got, want := cash("2027-01-01", "2027-01-31"), "SALES VAT 20% 245.00 49.00 GB-STD:49.00"; got != want {
		t.Errorf("got %s in January, want %s", got, want)
	}
	if got, want := cash("2027-02-01", "2027-02-28"), "SALES VAT 20% 739.90 147.98 GB-STD:147.98"; got != want {
		t.Errorf("got %s in February, want %s", got, want)
	}
	must(s.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: last.GetId(), Date: "2027-03-05"}))(t)
	if got, want := cash("2027-03-01", "2027-03-31"), "SALES VAT 20% -739.90 -147.98 GB-STD:-147.98"; got != want {
		t.Errorf("got %s in March, want %s", got, want)
	}
	must(s.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: i.GetId(), Date: "2027-03-31"}))(t)
	if got, want := cash("2027-01-01", "2027-12-31"), "SALES VAT 20% 245.00 49.00 GB-STD:49.00"; got != want {
		t.Errorf("got %s in the year, want %s", got, want)
	}
}

// TestSummaryRepeatsWhatWasKnown reports a month as it was known before a late invoice.
func TestSummaryRepeatsWhatWasKnown(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100", "GB-STD"))
	known := timestamppb.New(i.GetIssueTime().AsTime())
	s.advance(t, "2027-02-10")
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-20"}, s.line("900", "GB-STD"))
	s.pay(t, "2027-01-20", "60", i.GetId())
	for _, c := range []struct {
		basis pb.TaxAgency_FilingBasis
		want  []string
	}{
		{pb.TaxAgency_ACCRUAL, []string{"SALES VAT 20% 100.00 20.00 GB-STD:20.00",
			"HM Revenue & Customs 20.00-0.00-0.00=20.00"}},
		{pb.TaxAgency_CASH, nil},
	} {
		got := s.summary(t, &pb.GetTaxSummaryRequest{StartDate: "2027-01-01", EndDate: "2027-01-31", KnownAt: known,
			Basis: c.basis})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.basis, got, c.want)
		}
	}
}

// TestSummaryHasPurchases reports what bills add to the register: recovered taxes, and reverse
// charges that are owed and recovered.
func TestSummaryHasPurchases(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000", "GB-STD"))
	s.record(t, s.purchase(t, "GB-STD", 20_000, 4_000, 3_000), s.purchase(t, "GB-ABROAD", 50_000, 10_000, 10_000))
	if got, want := s.summary(t, january)[3], "HM Revenue & Customs 300.00-130.00-0.00=170.00"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := s.register(t, &pb.GetTaxRegisterRequest{StartDate: "2027-01-01", EndDate: "2027-01-31",
		Use: pb.TaxCode_PURCHASES}); len(got) != 2 {
		t.Errorf("got %v", got)
	}
}

// purchase returns a tax on a purchase of 2027-01-10, in minor units.
func (s *shop) purchase(t testing.TB, code string, taxable, amount, recovered int64) tax.Amount {
	t.Helper()
	k := must(s.taxes.GetTaxCode(t.Context(), &pb.GetTaxCodeRequest{TaxCodeId: s.codes[code]}))(t)
	r := must(s.taxes.GetTaxRate(t.Context(), &pb.GetTaxRateRequest{TaxRateId: k.GetPurchaseTaxRateId()}))(t)
	c := r.GetComponents()[0]
	return tax.Amount{Date: "2027-01-10", Use: pb.TaxCode_PURCHASES, Cause: tax.Document, TaxCodeID: k.GetId(),
		ComponentID: c.GetId(), Name: c.GetDisplayName(), Percent: "20", Effect: c.GetEffect(), DocumentID: "bil_" + code,
		Currency: "GBP", Taxable: taxable, BaseTaxable: taxable, Tax: amount, BaseTax: amount, BaseRecoverable: recovered}
}

// record adds amounts to the register, as a document does.
func (s *shop) record(t testing.TB, amounts ...tax.Amount) {
	t.Helper()
	c := must(s.App.Identity.SystemCall(t.Context(), must(id.Parse("org", s.Organization.Organization.GetId()))(t)))(t)
	d, _ := apptest.Databases(t)
	must(db.Write(call.With(t.Context(), c), d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, tax.Record(ctx, tx, amounts)
	}))(t)
}

// TestTaxReportsAreFiles downloads both reports in each format.
func TestTaxReportsAreFiles(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("1000", "GB-STD"), s.line("40", "GB-ZERO"))
	for report, want := range map[pb.DownloadTaxReportRequest_Report]string{
		pb.DownloadTaxReportRequest_SUMMARY:  "Sales: VAT,GB-STD,20,1000.00,200.00",
		pb.DownloadTaxReportRequest_REGISTER: "2027-01-05,INV-2027-0001,Harbor Cafe,Sales,VAT,GB-STD,20,1000.00,200.00",
	} {
		for format, start := range map[pb.DownloadTaxReportRequest_Format]string{
			pb.DownloadTaxReportRequest_CSV: "\ufeff", pb.DownloadTaxReportRequest_XLSX: "PK",
			pb.DownloadTaxReportRequest_PDF: "%PDF",
		} {
			file := must(s.DownloadTaxReport(t.Context(), &pb.DownloadTaxReportRequest{Report: report, Format: format,
				StartDate: "2027-01-01", EndDate: "2027-01-31"}))(t)
			if !bytes.HasPrefix(file.GetData(), []byte(start)) {
				t.Errorf("%s %s begins with %.10q", report, format, file.GetData())
			}
			if format == pb.DownloadTaxReportRequest_CSV && !strings.Contains(string(file.GetData()), want) {
				t.Errorf("%s is %s, want the line %s", report, file.GetData(), want)
			}
		}
	}
}

// TestTaxReportsRefuseBadRequests lists what reports refuse.
func TestTaxReportsRefuseBadRequests(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for field, req := range map[string]*pb.GetTaxSummaryRequest{
		"startDate":   {StartDate: "2027-02-01", EndDate: "2027-01-31"},
		"endDate":     {EndDate: "2027-02-30"},
		"taxAgencyId": {TaxAgencyId: "txa_01k9"},
	} {
		_, err := s.GetTaxSummary(t.Context(), req)
		if !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("%s: got %v", field, err)
		}
	}
	_, err := s.GetTaxRegister(t.Context(), &pb.GetTaxRegisterRequest{PageToken: "abc"})
	apptest.WantRefused(t, err, optionsv1.Reason_PAGE_TOKEN_INVALID, "pageToken")
	_, err = s.GetTaxRegister(t.Context(), &pb.GetTaxRegisterRequest{TaxCodeId: "abc"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "taxCodeId")
}

// sums adds up amounts by use, tax and code.
func sums(amounts []*pb.TaxAmount) string {
	taxable, taxes := map[string]int64{}, map[string]int64{}
	for _, a := range amounts {
		key := fmt.Sprint(a.GetUse(), " ", a.GetComponentId(), " ", a.GetCode())
		taxable[key] += minor(a.GetBaseTaxableAmount())
		taxes[key] += minor(a.GetBaseTaxAmount())
	}
	var out []string
	for _, key := range slices.Sorted(maps.Keys(taxes)) {
		if taxable[key] != 0 || taxes[key] != 0 {
			out = append(out, fmt.Sprint(key, " ", taxable[key], " ", taxes[key]))
		}
	}
	return strings.Join(out, "\n")
}
