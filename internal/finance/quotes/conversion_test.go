package quotes_test

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// TestWholeQuoteIsConverted invoices a quote with discounts at once. The invoice has the amounts of
// the quote, and nothing is left.
func TestWholeQuoteIsConverted(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	line := s.line("3", "33.33")
	line.DiscountPercent = "10"
	q := s.accept(t, &pb.Quote{DiscountPercent: "2.5", Reference: "PO 7"}, line, s.line("1", "99.99"))
	if q.GetUninvoicedAmount().GetAmount() != q.GetNetAmount().GetAmount() {
		t.Errorf("got %v", q)
	}
	got := s.convert(t, q, &pb.ConvertQuoteRequest{IssueDate: "2027-01-20"})
	i := got.GetInvoice()
	if i.GetTotalAmount().GetAmount() != q.GetTotalAmount().GetAmount() || i.GetState() != pb.Invoice_DRAFT ||
		i.GetCustomerId() != s.customer || i.GetReference() != "PO 7" || i.GetIssueDate() != "2027-01-20" ||
		i.GetLines()[0].GetDiscountPercent() != "10" {
		t.Errorf("got %v", i)
	}
	q = got.GetQuote()
	if q.GetUninvoicedAmount().GetAmount() != "0.00" ||
		q.GetInvoicedAmount().GetAmount() != q.GetNetAmount().GetAmount() ||
		q.GetConversions()[0].GetInvoiceId() != i.GetId() || q.GetLineProgress()[0].GetUninvoicedQuantity() != "0" {
		t.Errorf("got %v", q)
	}
	_, err := s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_QUOTE_EXCEEDED {
		t.Errorf("got %v, want QUOTE_EXCEEDED", err)
	}
}

// TestQuoteIsConvertedInParts bills thirds of a quote, and then a part that is too large.
func TestQuoteIsConvertedInParts(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.accept(t, &pb.Quote{}, s.line("1", "100.00"), s.line("4", "25.01"))
	var sum int64
	for _, want := range []string{"33.33", "33.33", "33.34"} {
		req := &pb.ConvertQuoteRequest{Percent: "33.3333"}
		if want == "33.34" {
			req.Percent = "33.3334"
		}
		i := s.convert(t, q, req).GetInvoice()
		if i.GetLines()[0].GetAmount().GetAmount() != want {
			t.Errorf("got %v, want %s", i, want)
		}
		sum += minor(t, i.GetNetAmount())
	}
	if sum != 20004 {
		t.Errorf("the invoices add up to %d", sum)
	}
	for _, req := range []*pb.ConvertQuoteRequest{
		{Percent: "1"}, {}, {Lines: []*pb.ConvertQuoteRequest_Line{{QuoteLineId: q.GetLines()[1].GetId(), Quantity: "0.1"}}},
		{Lines: []*pb.ConvertQuoteRequest_Line{{QuoteLineId: q.GetLines()[0].GetId(),
			Amount: &typepb.Money{Amount: "0.01"}}}},
	} {
		req.QuoteId = q.GetId()
		if _, err := s.ConvertQuote(t.Context(), req); apptest.Reason(err) != optionsv1.Reason_QUOTE_EXCEEDED {
			t.Errorf("%v: got %v, want QUOTE_EXCEEDED", req, err)
		}
	}
}

// TestChosenLinesAreConverted bills lines by quantity, by amount and by percentage, and then what
// is left.
func TestChosenLinesAreConverted(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.accept(t, &pb.Quote{PriceMode: pb.TaxCalculation_INCLUSIVE}, s.line("10", "11.90"), s.line("1", "500"))
	hours, work := q.GetLines()[0].GetId(), q.GetLines()[1].GetId()
	first := s.convert(t, q, &pb.ConvertQuoteRequest{Lines: []*pb.ConvertQuoteRequest_Line{
		{QuoteLineId: hours, Quantity: "3"}, {QuoteLineId: work, Amount: &typepb.Money{Amount: "123.45"}}}})
	i := first.GetInvoice()
	if i.GetTotalAmount().GetAmount() != "159.15" || i.GetLines()[0].GetQuantity() != "3" ||
		i.GetLines()[0].GetUnitPrice() != "11.9" || i.GetLines()[0].GetSourceIds()[0] != hours {
		t.Errorf("got %v", i)
	}
	if p := first.GetQuote().GetLineProgress(); p[0].GetUninvoicedQuantity() != "7" ||
		p[1].GetInvoicedAmount().GetAmount() != "123.45" || p[1].GetUninvoicedAmount().GetAmount() != "376.55" {
		t.Errorf("got %v", p)
	}
	s.convert(t, q, &pb.ConvertQuoteRequest{Lines: []*pb.ConvertQuoteRequest_Line{{QuoteLineId: work, Percent: "50"}}})
	last := s.convert(t, q, &pb.ConvertQuoteRequest{})
	if last.GetInvoice().GetTotalAmount().GetAmount() != "209.85" { // 83.30 and 126.55
		t.Errorf("got %v", last.GetInvoice())
	}
	if a := last.GetQuote().GetUninvoicedAmount().GetAmount(); a != "0.00" {
		t.Errorf("%s is left", a)
	}
}

// TestVoidInvoiceGivesTheQuoteBack deletes a draft and voids an invoice of a quote, which can be
// invoiced again.
func TestVoidInvoiceGivesTheQuoteBack(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.accept(t, &pb.Quote{}, s.line("1", "100"))
	draft := s.convert(t, q, &pb.ConvertQuoteRequest{Percent: "40"}).GetInvoice()
	issued := s.convert(t, q, &pb.ConvertQuoteRequest{Percent: "60"}).GetInvoice()
	must(s.invoicing.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: issued.GetId()}))(t)
	for _, verb := range []func() error{
		func() error { return second(s.ReopenQuote(t.Context(), &pb.ReopenQuoteRequest{QuoteId: q.GetId()})) },
		func() error { return second(s.ReviseQuote(t.Context(), &pb.ReviseQuoteRequest{QuoteId: q.GetId()})) },
	} {
		if err := verb(); apptest.Reason(err) != optionsv1.Reason_QUOTE_CONVERTED {
			t.Errorf("got %v, want QUOTE_CONVERTED", err)
		}
	}
	must(s.invoicing.DeleteInvoice(t.Context(), &pb.DeleteInvoiceRequest{InvoiceId: draft.GetId()}))(t)
	if p := s.quote(t, q.GetId()); p.GetUninvoicedAmount().GetAmount() != "40.00" || len(p.GetConversions()) != 1 {
		t.Errorf("got %v", p)
	}
	void := must(s.invoicing.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: issued.GetId()}))(t)
	if len(void.GetReleasedSourceIds()) != 0 { // the quote counts what is invoiced
		t.Errorf("got %v", void)
	}
	if p := s.quote(t, q.GetId()); p.GetUninvoicedAmount().GetAmount() != "100.00" {
		t.Errorf("got %v", p)
	}
	if i := s.convert(t, q, &pb.ConvertQuoteRequest{}).GetInvoice(); i.GetTotalAmount().GetAmount() != "119.00" {
		t.Errorf("got %v", i)
	}
}

// TestEditedDraftCounts changes drafts that were made from a quote.
func TestEditedDraftCounts(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.accept(t, &pb.Quote{}, s.line("1", "100"))
	i := s.convert(t, q, &pb.ConvertQuoteRequest{Percent: "50"}).GetInvoice()
	update := func(mask string, in *pb.Invoice) *pb.Invoice {
		return must(s.invoicing.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: i.GetId(), Invoice: in,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{mask}}}))(t)
	}
	l := i.GetLines()[0]
	l.UnitPrice, l.SourceIds = "140", nil // the source stays
	update("lines", &pb.Invoice{Lines: []*pb.DocumentLine{l}})
	if p := s.quote(t, q.GetId()).GetLineProgress()[0]; p.GetInvoicedAmount().GetAmount() != "70.00" ||
		p.GetUninvoicedAmount().GetAmount() != "30.00" || p.GetUninvoicedQuantity() != "0.5" {
		t.Errorf("got %v", p)
	}
	update("currency_code", &pb.Invoice{CurrencyCode: "EUR"})
	if p := s.quote(t, q.GetId()).GetLineProgress()[0]; p.GetInvoicedAmount().GetAmount() != "50.00" {
		t.Errorf("got %v", p)
	}
	update("lines", &pb.Invoice{})
	if p := s.quote(t, q.GetId()).GetLineProgress()[0]; p.GetInvoicedAmount().GetAmount() != "0.00" {
		t.Errorf("got %v", p)
	}
}

// TestProspectBecomesCustomer converts quotes to prospects.
func TestProspectBecomesCustomer(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	offer := func(name string) *pb.Quote {
		return s.accept(t, &pb.Quote{Prospect: &pb.Quote_Prospect{DisplayName: name, Email: "a@example.com"}},
			s.line("1", "10"))
	}
	got := s.convert(t, offer("Pier 9"), &pb.ConvertQuoteRequest{Percent: "50"})
	c := must(s.customers.GetCustomer(t.Context(), &pb.GetCustomerRequest{CustomerId: got.GetQuote().GetCustomerId()}))(t)
	if c.GetDisplayName() != "Pier 9" || c.GetRecipientEmails()[0] != "a@example.com" ||
		got.GetInvoice().GetCustomerId() != c.GetId() || got.GetQuote().GetProspect() != nil {
		t.Errorf("got %v of %v", c, got)
	}
	taken := offer("Pier 9")
	_, err := s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: taken.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_CUSTOMERS_NAME_TAKEN {
		t.Errorf("got %v, want CUSTOMERS_NAME_TAKEN", err)
	}
	if got := s.convert(t, taken, &pb.ConvertQuoteRequest{CustomerId: c.GetId()}); got.GetInvoice().GetCustomerId() !=
		c.GetId() {
		t.Errorf("got %v", got)
	}
	_, err = s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: got.GetQuote().GetId(), CustomerId: s.customer})
	if !slices.Contains(apptest.Fields(err), "customerId") {
		t.Errorf("got %v", err)
	}
}

// TestConversionTargetsMustBeAvailable passes templates that no package uses, and fields of a
// project without a template.
func TestConversionTargetsMustBeAvailable(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.accept(t, &pb.Quote{}, s.line("1", "10"))
	_, err := s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId(), ProjectTemplateId: "x",
		ProcedureId: "y", FolderTemplateId: "z"})
	apptest.WantRefused(t, err, optionsv1.Reason_CONVERSION_TARGET_UNAVAILABLE,
		"procedureId", "folderTemplateId", "projectTemplateId")
	_, err = s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId(), ProjectCode: "WEB"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "projectCode")
	if p := s.quote(t, q.GetId()); len(p.GetConversions()) != 0 {
		t.Errorf("the refused conversion was stored: %v", p)
	}
}

// TestConversionsAreChecked refuses conversions that make no sense.
func TestConversionsAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.accept(t, &pb.Quote{}, s.line("2", "10"))
	l := q.GetLines()[0].GetId()
	type part = pb.ConvertQuoteRequest_Line
	for name, c := range map[string]struct {
		percent string
		lines   []*part
		field   string
	}{
		"percentage in words":     {"half", nil, "percent"},
		"percentage of zero":      {"0", nil, "percent"},
		"more than all":           {"101", nil, "percent"},
		"huge exponent":           {"1e900000000", nil, "percent"},
		"percentage and lines":    {"5", []*part{{QuoteLineId: l}}, "percent"},
		"unknown line":            {"", []*part{{QuoteLineId: "dln_x"}}, "lines[0].quoteLineId"},
		"too much":                {"", []*part{{QuoteLineId: l, Quantity: "2.1"}}, "lines[0].quantity"},
		"less than nothing":       {"", []*part{{QuoteLineId: l, Quantity: "-1"}}, "lines[0].quantity"},
		"quantity and percentage": {"", []*part{{QuoteLineId: l, Quantity: "1", Percent: "5"}}, "lines[0].percent"},
		"twice":                   {"", []*part{{QuoteLineId: l}, {QuoteLineId: l}}, "lines[1].quoteLineId"},
		"another currency": {"", []*part{{QuoteLineId: l, Amount: &typepb.Money{Amount: "1", CurrencyCode: "EUR"}}},
			"lines[0].amount.currencyCode"},
	} {
		req := &pb.ConvertQuoteRequest{QuoteId: q.GetId(), Percent: c.percent, Lines: c.lines}
		if _, err := s.ConvertQuote(t.Context(), req); !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s", name, err, apptest.Fields(err), c.field)
		}
	}
	_, err := s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId(), IssueDate: "soon"})
	if !slices.Contains(apptest.Fields(err), "issueDate") {
		t.Errorf("got %v", err)
	}
	clerk := pb.NewQuotesServiceClient(s.WithRole(t, platformv1.ApiKey_AUDITOR))
	_, err = clerk.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_PERMISSION_MISSING {
		t.Errorf("got %v, want PERMISSION_MISSING", err)
	}
}

// TestConversionsAddUp converts quotes at random. The parts never exceed the quote, and together
// with what is left they are the quote to the cent.
func TestConversionsAddUp(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	rapid.Check(t, func(r *rapid.T) {
		price := func() string {
			return fmt.Sprintf("%d.%04d", rapid.IntRange(0, 300).Draw(r, "units"), rapid.IntRange(1, 9999).Draw(r, "parts"))
		}
		quantity := func() string { return fmt.Sprintf("%.3f", rapid.Float64Range(0.001, 50).Draw(r, "quantity")) }
		first, last := s.line(quantity(), price()), s.line(quantity(), price())
		first.DiscountPercent = rapid.SampledFrom([]string{"", "7.5"}).Draw(r, "discount")
		q := s.accept(t, &pb.Quote{
			DiscountPercent: rapid.SampledFrom([]string{"", "3"}).Draw(r, "document discount"),
			PriceMode: rapid.SampledFrom([]pb.TaxCalculation_Mode{pb.TaxCalculation_EXCLUSIVE,
				pb.TaxCalculation_INCLUSIVE}).Draw(r, "mode"),
		}, first, last)
		whole := minor(t, q.GetUninvoicedAmount())
		var sum int64
		for range rapid.IntRange(0, 4).Draw(r, "parts") {
			req := &pb.ConvertQuoteRequest{QuoteId: q.GetId(), Percent: fmt.Sprint(rapid.IntRange(1, 60).Draw(r, "percent"))}
			if got, err := s.ConvertQuote(t.Context(), req); err == nil {
				sum += billed(t, q, got.GetInvoice())
			}
		}
		if got, err := s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId()}); err == nil {
			sum += billed(t, q, got.GetInvoice())
		}
		if left := minor(t, s.quote(t, q.GetId()).GetUninvoicedAmount()); sum != whole || left != 0 {
			r.Errorf("%d of %d is invoiced, and %d left", sum, whole, left)
		}
	})
}

// billed returns the amount of an invoice in the price mode of the quote, in minor units.
func billed(t testing.TB, q *pb.Quote, i *pb.Invoice) int64 {
	t.Helper()
	if q.GetPriceMode() == pb.TaxCalculation_INCLUSIVE {
		return minor(t, i.GetTotalAmount())
	}
	return minor(t, i.GetNetAmount())
}

func minor(t testing.TB, m *typepb.Money) int64 {
	t.Helper()
	return must(money.Parse(m.GetAmount(), m.GetCurrencyCode()))(t)
}
