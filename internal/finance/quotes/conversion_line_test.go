package quotes_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

func usd(amount string) *typepb.Money { return &typepb.Money{Amount: amount, CurrencyCode: "USD"} }

// TestPartsKeepQuantityAndPrice bills parts of lines with discounts that do not divide. The lines
// have the quantities that were asked for, the price of the quote, and the exact amount.
func TestPartsKeepQuantityAndPrice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		quote *pb.Quote
		line  *pb.DocumentLine
		take  string // the quantity
		want  string // quantity × price - discount = amount
		left  string // what the rest is
	}{
		"many pieces": {&pb.Quote{DiscountAmount: usd("100.00")}, &pb.DocumentLine{Quantity: "30000", UnitPrice: "0.0475"},
			"20000", "20000 × 0.0475 - 66.67 = 883.33", "10000 × 0.0475 - 33.33 = 441.67"},
		"discount of the line": {&pb.Quote{},
			&pb.DocumentLine{Quantity: "3", UnitPrice: "10.00", DiscountAmount: usd("0.01")}, "1",
			"1 × 10 - 0.00 = 10.00", "2 × 10 - 0.01 = 19.99"},
		"everything free": {&pb.Quote{DiscountPercent: "100"}, &pb.DocumentLine{Quantity: "4", UnitPrice: "25"},
			"1", "1 × 25 - 25.00 = 0.00", "3 × 25 - 75.00 = 0.00"},
		"a deduction": {&pb.Quote{}, &pb.DocumentLine{Quantity: "-3", UnitPrice: "3.335", DiscountPercent: "10"},
			"-1", "-1 × 3.335 - -0.34 = -3.00", "-2 × 3.335 - -0.66 = -6.01"},
		"rounded up": {&pb.Quote{}, &pb.DocumentLine{Quantity: "3", UnitPrice: "0.005"},
			"2", "2 × 0.005 - 0.00 = 0.01", "1 × 0.005 - 0.00 = 0.01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openShop(t)
			c.line.Description = "Screws"
			lines := []*pb.DocumentLine{c.line}
			if strings.HasPrefix(c.line.Quantity, "-") {
				lines = append(lines, s.line("1", "100"))
			}
			q := s.accept(t, c.quote, lines...)
			key := q.GetLines()[0].GetId()
			first := s.convert(t, q, &pb.ConvertQuoteRequest{Lines: []*pb.ConvertQuoteRequest_Line{{QuoteLineId: key,
				Quantity: c.take}}})
			if got := written(t, first.GetInvoice().GetLines()[0]); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if got := first.GetQuote().GetLineProgress()[0].GetInvoicedQuantity(); got != c.take {
				t.Errorf("%s is invoiced, want %s", got, c.take)
			}
			_, err := s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId(),
				Lines: []*pb.ConvertQuoteRequest_Line{{QuoteLineId: key, Quantity: c.line.Quantity}}})
			apptest.WantRefused(t, err, optionsv1.Reason_QUOTE_EXCEEDED, "lines[0].quantity")
			last := s.convert(t, q, &pb.ConvertQuoteRequest{})
			if got := written(t, last.GetInvoice().GetLines()[0]); got != c.left {
				t.Errorf("got the rest %s, want %s", got, c.left)
			}
			if p := last.GetQuote().GetLineProgress()[0]; p.GetUninvoicedQuantity() != "0" ||
				p.GetUninvoicedAmount().GetAmount() != "0.00" || allows(last.GetQuote(), "convert") {
				t.Errorf("got %v", last.GetQuote())
			}
			_, err = s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId()})
			apptest.WantRefused(t, err, optionsv1.Reason_QUOTE_EXCEEDED, "lines")
		})
	}
}

// written writes how the amount of a line comes about.
func written(t testing.TB, l *pb.DocumentLine) string {
	t.Helper()
	discount := "0.00"
	if l.GetDiscountAmount() != nil {
		discount = l.GetDiscountAmount().GetAmount()
	}
	return fmt.Sprintf("%s × %s - %s = %s", l.GetQuantity(), l.GetUnitPrice(), discount, l.GetAmount().GetAmount())
}

// TestSmallAmountOfLargeLine bills a cent of a million, whose share of the quantity rounds to zero.
func TestSmallAmountOfLargeLine(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.accept(t, &pb.Quote{}, s.line("1", "1000000"))
	key := q.GetLines()[0].GetId()
	got := s.convert(t, q, &pb.ConvertQuoteRequest{Lines: []*pb.ConvertQuoteRequest_Line{{QuoteLineId: key,
		Amount: usd("0.01")}}})
	if p := got.GetQuote().GetLineProgress()[0]; p.GetUninvoicedAmount().GetAmount() != "999999.99" ||
		p.GetUninvoicedQuantity() != "0.999999" {
		t.Errorf("got %v", p)
	}
	if got := s.convert(t, q, &pb.ConvertQuoteRequest{}); got.GetQuote().GetUninvoicedAmount().GetAmount() != "0.00" ||
		got.GetInvoice().GetNetAmount().GetAmount() != "999999.99" {
		t.Errorf("got %v", got)
	}
}

// TestOverbilledQuoteIsNotConverted raises the price of a draft above that of the quote. Nothing is
// left then, also of a line whose quantity is not used up.
func TestOverbilledQuoteIsNotConverted(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	q := s.accept(t, &pb.Quote{}, s.line("1", "100.00"), s.line("1", "10.00"))
	i := s.convert(t, q, &pb.ConvertQuoteRequest{Percent: "50"}).GetInvoice()
	raise := func(lines ...*pb.DocumentLine) {
		lines[0].UnitPrice = "300"
		must(s.invoicing.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: i.GetId(),
			Invoice: &pb.Invoice{Lines: lines}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}}}))(t)
	}
	raise(i.GetLines()...)
	for _, part := range []*pb.ConvertQuoteRequest_Line{{}, {Quantity: "0.5"}, {Percent: "50"}, {Amount: usd("1.00")}} {
		part.QuoteLineId = q.GetLines()[0].GetId()
		_, err := s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId(),
			Lines: []*pb.ConvertQuoteRequest_Line{part}})
		if apptest.Reason(err) != optionsv1.Reason_QUOTE_EXCEEDED {
			t.Errorf("%v: got %v, want QUOTE_EXCEEDED", part, err)
		}
	}
	rest := s.convert(t, q, &pb.ConvertQuoteRequest{Percent: "50"})
	if l := rest.GetInvoice().GetLines(); len(l) != 1 || l[0].GetAmount().GetAmount() != "5.00" {
		t.Errorf("got %v, want only the line of which something is left", l)
	}
	_, err := s.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_QUOTE_EXCEEDED, "lines")
	if allows(rest.GetQuote(), "convert") {
		t.Error("convert is allowed")
	}
}
