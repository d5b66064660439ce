package invoicing_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestLinesTakeTaxCodes bills lines without a tax code to customers of several kinds.
func TestLinesTakeTaxCodes(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	texas := s.newTaxCodeOf(t, "Texas", "8.25", pb.TaxRate_STANDARD,
		&pb.TaxCode{RegionCode: "US", SubdivisionCode: "US-TX"})
	item := must(pb.NewCatalogServiceClient(s).CreateItem(t.Context(), &pb.CreateItemRequest{
		Item: &pb.Item{DisplayName: "Desk", Kind: pb.Item_PRODUCT, SalePrice: "100", SalesTaxCodeId: s.vat}}))(t).GetId()
	exempt := s.newTaxCodeOf(t, "Exempt", "0", pb.TaxRate_EXEMPT, &pb.TaxCode{})
	austin := &typepb.Address{Lines: []string{"1 Main St"}, City: "Austin", Subdivision: "TX", RegionCode: "US"}
	boston := &typepb.Address{Lines: []string{"1 Main St"}, City: "Boston", Subdivision: "MA", RegionCode: "US"}
	from := func(at *typepb.Address) *pb.Customer { return &pb.Customer{BillingAddress: at} }
	exemptUntil := func(day, code string, at *typepb.Address) *pb.Customer {
		return &pb.Customer{ExemptionReason: "Resale", ExemptionExpireDate: day, TaxCodeId: code, BillingAddress: at}
	}
	free, ofItem := &pb.DocumentLine{}, &pb.DocumentLine{ItemId: item}
	for name, c := range map[string]struct {
		customer *pb.Customer
		line     *pb.DocumentLine
		want     string
	}{
		"of the place of delivery":    {&pb.Customer{BillingAddress: boston, ShippingAddress: austin}, free, texas},
		"of the place of the invoice": {from(austin), free, texas},
		"of no place":                 {from(boston), free, ""},
		"of the item":                 {from(austin), ofItem, s.vat},
		"of the customer":             {&pb.Customer{TaxCodeId: texas}, ofItem, texas},
		"of the line":                 {&pb.Customer{TaxCodeId: texas}, &pb.DocumentLine{TaxCodeId: s.vat}, s.vat},
		"exempt":                      {exemptUntil("", "", austin), ofItem, exempt},
		"exempt until the day":        {exemptUntil("2027-01-12", "", nil), free, exempt},
		"exempt with a code":          {exemptUntil("", texas, nil), ofItem, texas},
		"no longer exempt":            {exemptUntil("2027-01-11", exempt, nil), ofItem, s.vat},
		"no longer exempt, but there": {exemptUntil("2027-01-11", "", austin), free, texas},
		"that claims an amount":       {from(austin), &pb.DocumentLine{Amount: usd("1"), TaxAmount: usd("1")}, texas},
	} {
		line := proto.CloneOf(c.line)
		c.customer.DisplayName, line.Description, line.UnitPrice = name, "Work", "100"
		i := s.issue(t, &pb.Invoice{CustomerId: s.newCustomer(t, c.customer), IssueDate: "2027-01-12"}, line)
		if got := i.GetLines()[0].GetTaxCodeId(); got != c.want {
			t.Errorf("%s: got the code %s, want %s", name, got, c.want)
		}
		expired := c.customer.GetExemptionExpireDate() == "2027-01-11"
		if warned := len(i.GetWarnings()) > 0; warned != expired ||
			warned && i.GetWarnings()[0].GetKind() != pb.Invoice_Warning_EXEMPTION_EXPIRED {
			t.Errorf("%s: got the warnings %v", name, i.GetWarnings())
		}
	}
	s.wantSound(t)
}

// TestUntaxedLinesStayUntaxed gives the customer a tax code after a draft without tax, and then
// issues the draft and a copy of it.
func TestUntaxedLinesStayUntaxed(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	key := s.newCustomer(t, &pb.Customer{DisplayName: "Mill"})
	draft := s.draft(t, &pb.Invoice{CustomerId: key}, &pb.DocumentLine{Description: "Work", UnitPrice: "100"})
	must(pb.NewCustomersServiceClient(s).UpdateCustomer(t.Context(), &pb.UpdateCustomerRequest{CustomerId: key,
		Customer: &pb.Customer{TaxCodeId: s.vat}, UpdateMask: mask("tax_code_id")}))(t)
	copied := must(s.DuplicateInvoice(t.Context(), &pb.DuplicateInvoiceRequest{InvoiceId: draft.GetId()}))(t)
	for _, d := range []*pb.Invoice{draft, copied} {
		i := must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()}))(t)
		if i.GetTotalAmount().GetAmount() != "100.00" {
			t.Errorf("got %v", i)
		}
	}
	kept := s.draft(t, &pb.Invoice{CustomerId: s.newCustomer(t, &pb.Customer{DisplayName: "Quarry"})},
		&pb.DocumentLine{Description: "Work", UnitPrice: "100"})
	must(pb.NewCustomersServiceClient(s).UpdateCustomer(t.Context(), &pb.UpdateCustomerRequest{
		CustomerId: kept.GetCustomerId(), Customer: &pb.Customer{TaxCodeId: s.vat}, UpdateMask: mask("tax_code_id")}))(t)
	added := &pb.DocumentLine{Description: "More work", UnitPrice: "10"}
	kept = must(s.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: kept.GetId(),
		Invoice: &pb.Invoice{Lines: append(kept.GetLines(), added)}, UpdateMask: mask("lines")}))(t)
	if kept.GetTotalAmount().GetAmount() != "111.90" {
		t.Errorf("got %v", kept)
	}
	fresh := s.issue(t, &pb.Invoice{CustomerId: key}, &pb.DocumentLine{Description: "Work", UnitPrice: "100"})
	if fresh.GetTotalAmount().GetAmount() != "119.00" {
		t.Errorf("got %v", fresh)
	}
}
