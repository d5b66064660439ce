package invoicing_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestIssuedInvoiceIsNumberedAndPosted issues two invoices and compares their figures, entries and
// receivables.
func TestIssuedInvoiceIsNumberedAndPosted(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-10"}, s.line("100.00"), s.line("50.50"))
	if i.GetNumber() != "INV-2027-0001" || i.GetNetAmount().GetAmount() != "150.50" ||
		i.GetTaxAmount().GetAmount() != "28.60" || i.GetTotalAmount().GetAmount() != "179.10" ||
		i.GetOpenAmount().GetAmount() != "179.10" || i.GetPaymentStatus() != pb.Invoice_UNPAID || !i.GetOverdue() {
		t.Errorf("got %v", i)
	}
	if got, want := s.entry(t, i.GetJournalEntryId()), []string{"1200 179.10", "4000 -150.50", "2200 -28.60"}; !slices.
		Equal(got, want) {
		t.Errorf("got the entry %q, want %q", got, want)
	}
	if second := s.issue(t, &pb.Invoice{}, s.line("1")); second.GetNumber() != "INV-2027-0002" {
		t.Errorf("got the number %s", second.GetNumber())
	}
	list := must(s.ListReceivables(t.Context(), &pb.ListReceivablesRequest{
		Filter: `document_id = "` + i.GetId() + `"`}))(t).GetReceivables()
	if len(list) != 1 || list[0].GetOpenBaseAmount().GetAmount() != "179.10" || list[0].GetNumber() != i.GetNumber() {
		t.Errorf("got %v", list)
	}
	s.wantSound(t)
}

// TestDraftsHaveNoNumber creates, changes and deletes a draft. The next number is not lost.
func TestDraftsHaveNoNumber(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.draft(t, &pb.Invoice{}, s.line("10"))
	if d.GetNumber() != "" || d.GetState() != pb.Invoice_DRAFT || d.GetTotalAmount().GetAmount() != "11.90" {
		t.Errorf("got %v", d)
	}
	d.Lines[0].UnitPrice = "20"
	changed := must(s.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: d.GetId(), Invoice: d,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}}}))(t)
	if changed.GetTotalAmount().GetAmount() != "23.80" || changed.GetLines()[0].GetId() != d.GetLines()[0].GetId() {
		t.Errorf("got %v", changed)
	}
	must(s.DeleteInvoice(t.Context(), &pb.DeleteInvoiceRequest{InvoiceId: d.GetId()}))(t)
	if i := s.issue(t, &pb.Invoice{}, s.line("1")); i.GetNumber() != "INV-2027-0001" {
		t.Errorf("got the number %s", i.GetNumber())
	}
}

// TestIssuedInvoiceDoesNotChange changes an issued invoice and what it was made from.
func TestIssuedInvoiceDoesNotChange(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	items := pb.NewCatalogServiceClient(s)
	item := must(items.CreateItem(t.Context(), &pb.CreateItemRequest{Item: &pb.Item{DisplayName: "Hour",
		Kind: pb.Item_SERVICE, SalePrice: "80", Unit: "h"}}))(t)
	i := s.issue(t, &pb.Invoice{}, &pb.DocumentLine{ItemId: item.GetId(), Quantity: "2.5", TaxCodeId: s.vat})
	if l := i.GetLines()[0]; l.GetNetAmount().GetAmount() != "200.00" || l.GetDescription() != "Hour" ||
		l.GetUnit() != "h" {
		t.Errorf("got %v", l)
	}
	must(items.UpdateItem(t.Context(), &pb.UpdateItemRequest{ItemId: item.GetId(), Item: &pb.Item{SalePrice: "90"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"sale_price"}}}))(t)
	for _, path := range []string{"lines", "reference", "due_date"} {
		_, err := s.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: i.GetId(),
			Invoice:    &pb.Invoice{Reference: "PO 7", DueDate: "2027-12-31"},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{path}}})
		if apptest.Reason(err) != optionsv1.Reason_INVOICE_ISSUED {
			t.Errorf("%s: got %v, want INVOICE_ISSUED", path, err)
		}
	}
	must(s.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: i.GetId(), Invoice: &pb.Invoice{Note: "Call"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"note"}}}))(t)
	if again := s.invoice(t, i.GetId()); again.GetTotalAmount().GetAmount() != i.GetTotalAmount().GetAmount() {
		t.Errorf("got %v", again)
	}
	_, err := s.DeleteInvoice(t.Context(), &pb.DeleteInvoiceRequest{InvoiceId: i.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_INVOICE_ISSUED {
		t.Errorf("got %v, want INVOICE_ISSUED", err)
	}
}

// TestPreviewIsWhatIsIssued compares a preview with the issued invoice and its entry.
func TestPreviewIsWhatIsIssued(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.draft(t, &pb.Invoice{PriceMode: pb.TaxCalculation_INCLUSIVE, DiscountPercent: "3"}, s.line("379"),
		s.line("379"))
	p := must(s.PreviewInvoice(t.Context(), &pb.PreviewInvoiceRequest{Invoice: &pb.Invoice{Id: d.GetId()}}))(t)
	i := must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()}))(t)
	if p.GetInvoice().GetTotalAmount().GetAmount() != i.GetTotalAmount().GetAmount() ||
		i.GetTotalAmount().GetAmount() != "735.26" || p.GetInvoice().GetNumber() != "" {
		t.Errorf("got %v, want as %v", p.GetInvoice(), i)
	}
	e := must(s.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: i.GetJournalEntryId()}))(t)
	if len(e.GetLines()) != len(p.GetJournalLines()) {
		t.Fatalf("got %v, want %v", p.GetJournalLines(), e.GetLines())
	}
	for n, l := range e.GetLines() {
		q := p.GetJournalLines()[n]
		if l.GetAccountId() != q.GetAccountId() || l.GetAmount().GetAmount() != q.GetAmount().GetAmount() {
			t.Errorf("line %d: got %v, want %v", n, q, l)
		}
	}
}

// TestFirstInvoiceIsPreviewed previews an invoice from a request in a new organization, whose roles
// have no accounts yet.
func TestFirstInvoiceIsPreviewed(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	p := must(s.PreviewInvoice(t.Context(), &pb.PreviewInvoiceRequest{Invoice: &pb.Invoice{CustomerId: s.customer,
		Lines: []*pb.DocumentLine{s.line("100")}}}))(t)
	if i := p.GetInvoice(); i.GetTotalAmount().GetAmount() != "119.00" || i.GetState() != pb.Invoice_DRAFT ||
		i.GetDueDate() != "2027-01-15" || len(p.GetJournalLines()) != 3 {
		t.Errorf("got %v", p)
	}
}

// TestVoidKeepsNumber voids an invoice and issues another.
func TestVoidKeepsNumber(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-10"}, s.line("100"))
	paid := s.pay(t, "2027-01-12", "50", "USD", i.GetId())
	void := func() (*pb.Invoice, error) {
		return s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: i.GetId(), Reason: "Wrong customer"})
	}
	if _, err := void(); apptest.Reason(err) != optionsv1.Reason_RECEIVABLE_SETTLED {
		t.Errorf("got %v, want RECEIVABLE_SETTLED", err)
	}
	must(s.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: paid.GetId(), Reason: "Check returned"}))(t)
	v := must(void())(t)
	if v.GetState() != pb.Invoice_VOID || v.GetNumber() != i.GetNumber() || v.GetOpenAmount().GetAmount() != "0.00" ||
		v.GetCloseDate() != "2027-01-10" {
		t.Errorf("got %v", v)
	}
	if next := s.issue(t, &pb.Invoice{}, s.line("1")); next.GetNumber() != "INV-2027-0002" {
		t.Errorf("got the number %s", next.GetNumber())
	}
	s.wantSound(t)
}

// TestInvoicesAreChecked refuses invoices that cannot be issued or stored.
func TestInvoicesAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for name, c := range map[string]struct {
		invoice *pb.Invoice
		line    *pb.DocumentLine
		reason  optionsv1.Reason
		field   string
	}{
		"no price": {&pb.Invoice{}, &pb.DocumentLine{Description: "x"}, optionsv1.Reason_FIELDS_INVALID,
			"lines[0].unitPrice"},
		"no description": {&pb.Invoice{}, &pb.DocumentLine{UnitPrice: "1"}, optionsv1.Reason_FIELDS_INVALID,
			"lines[0].description"},
		"price in words": {&pb.Invoice{}, &pb.DocumentLine{Description: "x", UnitPrice: "ten"},
			optionsv1.Reason_FIELDS_INVALID, "lines[0].unitPrice"},
		"huge exponent": {&pb.Invoice{}, &pb.DocumentLine{Description: "x", UnitPrice: "1e900000000"},
			optionsv1.Reason_FIELDS_INVALID, "lines[0].unitPrice"},
		"two discounts": {&pb.Invoice{DiscountPercent: "1", DiscountAmount: &typepb.Money{Amount: "1"}}, s.line("5"),
			optionsv1.Reason_FIELDS_INVALID, "discountAmount"},
		"control account": {&pb.Invoice{},
			&pb.DocumentLine{Description: "x", UnitPrice: "1", AccountId: s.accounts["1200"]},
			optionsv1.Reason_ACCOUNT_IS_CONTROL, "lines[0].accountId"},
		"due before issue": {&pb.Invoice{IssueDate: "2027-01-10", DueDate: "2027-01-09"}, s.line("1"),
			optionsv1.Reason_FIELDS_INVALID, "dueDate"},
		"unknown currency": {&pb.Invoice{CurrencyCode: "XXY"}, s.line("1"), optionsv1.Reason_FIELDS_INVALID, "currencyCode"},
		"no customer": {&pb.Invoice{CustomerId: "cus_01k9zzzzzzzzzzzzzzzzzzzzzz"}, s.line("1"),
			optionsv1.Reason_REFERENCE_NOT_FOUND, "customerId"},
	} {
		c.invoice.CustomerId = strings.TrimSpace(c.invoice.GetCustomerId())
		if c.invoice.CustomerId == "" {
			c.invoice.CustomerId = s.customer
		}
		c.invoice.Lines = []*pb.DocumentLine{c.line}
		_, err := s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: c.invoice})
		if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
	}
	empty := s.draft(t, &pb.Invoice{})
	negative := s.draft(t, &pb.Invoice{}, s.line("-5"))
	for key, want := range map[string]optionsv1.Reason{
		empty.GetId(): optionsv1.Reason_INVOICE_EMPTY, negative.GetId(): optionsv1.Reason_INVOICE_NEGATIVE,
	} {
		if _, err := s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: key}); apptest.Reason(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
