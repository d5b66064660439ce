package quotes_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestPreviewRefusesWhatSavingRefuses previews quotes that cannot be stored or sent. The paths
// begin with the field of the request.
func TestPreviewRefusesWhatSavingRefuses(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	invalid := optionsv1.Reason_FIELDS_INVALID
	line := []*pb.DocumentLine{s.line("1", "5")}
	for name, c := range map[string]struct {
		quote  *pb.Quote
		reason optionsv1.Reason
		field  string
	}{
		"nobody":  {&pb.Quote{Lines: line}, invalid, "quote.customerId"},
		"no name": {&pb.Quote{Prospect: &pb.Quote_Prospect{}, Lines: line}, invalid, "quote.prospect.displayName"},
		"long": {&pb.Quote{CustomerId: s.customer, Lines: line, Reference: strings.Repeat("x", 101)}, invalid,
			"quote.reference"},
		"many lines": {&pb.Quote{CustomerId: s.customer, Lines: slices.Repeat(line, 1001)}, invalid, "quote.lines"},
		"unknown term": {&pb.Quote{CustomerId: s.customer, Lines: line, PaymentTermId: "ptm_01k9zzzzzzzzzzzzzzzzzzzzzz"},
			optionsv1.Reason_REFERENCE_NOT_FOUND, "quote.paymentTermId"},
		"price in words": {&pb.Quote{CustomerId: s.customer, Lines: []*pb.DocumentLine{s.line("1", "ten")}}, invalid,
			"quote.lines[0].unitPrice"},
		"no lines": {&pb.Quote{CustomerId: s.customer}, optionsv1.Reason_QUOTE_EMPTY, "quote.lines"},
	} {
		_, err := s.PreviewQuote(t.Context(), &pb.PreviewQuoteRequest{Quote: c.quote})
		if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
	}
	if p := must(s.PreviewQuote(t.Context(), &pb.PreviewQuoteRequest{Quote: &pb.Quote{CustomerId: s.customer,
		Lines: line}}))(t); p.GetTotalAmount().GetAmount() != "5.95" {
		t.Errorf("got %v", p)
	}
}

// TestArchivedTermIsRefused archives the default payment term of a customer, and that of an
// accepted quote.
func TestArchivedTermIsRefused(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	terms := pb.NewCatalogServiceClient(s)
	newTerm := func(name string) string {
		return must(terms.CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{PaymentTerm: &pb.PaymentTerm{
			DisplayName: name, Due: &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 9}}}))(t).
			GetId()
	}
	archive := func(term string) {
		must(terms.ArchivePaymentTerm(t.Context(), &pb.ArchivePaymentTermRequest{PaymentTermId: term}))(t)
	}
	term, other := newTerm("Nine days"), newTerm("Nine other days")
	customer := must(s.customers.CreateCustomer(t.Context(), &pb.CreateCustomerRequest{Customer: &pb.Customer{
		DisplayName: "Pier 9", PaymentTermId: term}}))(t).GetId()
	draft := s.draft(t, &pb.Quote{CustomerId: customer}, s.line("1", "10"))
	accepted := s.accept(t, &pb.Quote{CustomerId: customer}, s.line("1", "10"))
	archive(term)
	archived := optionsv1.Reason_REFERENCE_ARCHIVED
	_, err := s.CreateQuote(t.Context(), &pb.CreateQuoteRequest{Quote: &pb.Quote{CustomerId: customer,
		Lines: []*pb.DocumentLine{s.line("1", "10")}}})
	apptest.WantRefused(t, err, archived, "paymentTermId")
	_, err = s.PreviewQuote(t.Context(), &pb.PreviewQuoteRequest{Quote: &pb.Quote{Id: draft.GetId()}})
	apptest.WantRefused(t, err, archived, "quote.paymentTermId")
	_, err = s.MarkSentQuote(t.Context(), &pb.MarkSentQuoteRequest{QuoteId: draft.GetId()})
	apptest.WantRefused(t, err, archived, "paymentTermId")
	s.update(t, draft, &pb.Quote{Note: "Call"}, "note") // the term stays
	_, err = s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: accepted.GetId()})
	apptest.WantRefused(t, err, archived, "paymentTermId")
	got := s.convert(t, accepted, &pb.ConvertQuoteRequest{PaymentTermId: other})
	if got.GetInvoice().GetPaymentTermId() != other || got.GetQuote().GetPaymentTermId() != term {
		t.Errorf("got %v", got)
	}
}

// TestLongItemTextIsInvoiced quotes an item with the longest description, and changes, converts and
// duplicates the documents. Archiving the item does not keep the quote from being invoiced.
func TestLongItemTextIsInvoiced(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	items := pb.NewCatalogServiceClient(s)
	text := strings.Repeat("x", 4000)
	item := must(items.CreateItem(t.Context(), &pb.CreateItemRequest{Item: &pb.Item{DisplayName: "Hour",
		Kind: pb.Item_SERVICE, Description: text, SalePrice: "50"}}))(t).GetId()
	line := func() *pb.DocumentLine { return &pb.DocumentLine{ItemId: item} }
	draft := s.draft(t, &pb.Quote{}, line())
	s.update(t, draft, &pb.Quote{Note: "Call"}, "note")
	must(s.DuplicateQuote(t.Context(), &pb.DuplicateQuoteRequest{QuoteId: draft.GetId()}))(t)
	q := s.accept(t, &pb.Quote{}, line(), s.line("1", "5"))
	must(items.ArchiveItem(t.Context(), &pb.ArchiveItemRequest{ItemId: item}))(t)
	for _, percent := range []string{"40", "60"} {
		i := s.convert(t, q, &pb.ConvertQuoteRequest{Percent: percent}).GetInvoice()
		if l := i.GetLines()[0]; l.GetItemId() != item || l.GetDescription() != text {
			t.Errorf("got %v", i)
		}
		must(s.invoicing.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: i.GetId()}))(t)
	}
	_, err := s.MarkSentQuote(t.Context(), &pb.MarkSentQuoteRequest{QuoteId: draft.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "lines[0].itemId")
}
