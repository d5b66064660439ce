package salesreports_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// expected returns what a forecast expects as texts.
func (s *shop) expected(t testing.TB, req *pb.GetReceiptForecastRequest) (out []string) {
	t.Helper()
	r := must(s.GetReceiptForecast(t.Context(), req))(t)
	if r.GetOverdue().GetCount() > 0 {
		out = append(out, "overdue "+r.GetOverdue().GetBaseAmount().GetAmount())
	}
	sum := minor(t, r.GetOverdue().GetBaseAmount()) + minor(t, r.GetLater().GetBaseAmount())
	for _, p := range r.GetPeriods() {
		sum += minor(t, p.GetExpected().GetBaseAmount())
		if p.GetExpected().GetCount() > 0 {
			out = append(out, fmt.Sprintf("%s–%s %s", p.GetStartDate(), p.GetEndDate(),
				p.GetExpected().GetBaseAmount().GetAmount()))
		}
	}
	if sum != minor(t, r.GetTotal().GetBaseAmount()) {
		t.Errorf("the periods add up to %d, the total is %v", sum, r.GetTotal())
	}
	return out
}

// TestReceiptsAreExpected expects an overdue invoice, an invoice in installments of which the first
// and a part of the second are paid, and a foreign one. A customer who paid ten days late is
// expected to do so again.
func TestReceiptsAreExpected(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	harbor, pier := s.newCustomer(t, "Harbor Cafe"), s.newCustomer(t, "Pier Books")
	net := func(days int32) *pb.PaymentTerm_DueRule {
		return &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: days}
	}
	thirds := must(s.catalog.CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{PaymentTerm: &pb.PaymentTerm{
		DisplayName: "Half now", Installments: []*pb.PaymentTerm_Installment{
			{Percent: "50", Due: net(0)}, {Percent: "30", Due: net(30)}, {Percent: "20", Due: net(60)}}}}))(t).GetId()
	s.pay(t, "2027-01-25", "119", s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-01-01",
		DueDate: "2027-01-15"}, s.line("100")), false)
	s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-02-01", DueDate: "2027-03-08"}, s.line("10"))
	i := s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-03-01", PaymentTermId: thirds}, s.line("1000"))
	s.pay(t, "2027-03-02", "700", i, false)
	s.issue(t, &pb.Invoice{CustomerId: pier, IssueDate: "2027-03-02", DueDate: "2027-03-16", CurrencyCode: "EUR",
		ExchangeRate: "1.10"}, s.line("100"))
	for name, c := range map[string]struct {
		req  *pb.GetReceiptForecastRequest
		want []string
	}{
		"weeks": {&pb.GetReceiptForecastRequest{}, []string{"overdue 11.90", "2027-03-15–2027-03-21 130.90",
			"2027-03-29–2027-04-04 252.00", "2027-04-26–2027-05-02 238.00"}},
		"months": {&pb.GetReceiptForecastRequest{Interval: pb.ReceiptForecast_MONTH}, []string{"overdue 11.90",
			"2027-03-15–2027-03-31 382.90", "2027-04-01–2027-04-30 238.00"}},
		"days, ten days late": {&pb.GetReceiptForecastRequest{Interval: pb.ReceiptForecast_DAY, ShiftByHabit: true},
			[]string{"2027-03-16–2027-03-16 130.90", "2027-03-18–2027-03-18 11.90", "2027-04-10–2027-04-10 252.00",
				"2027-05-10–2027-05-10 238.00"}},
		"before the payment": {&pb.GetReceiptForecastRequest{AsOf: "2027-03-01", Interval: pb.ReceiptForecast_MONTH,
			CustomerId: harbor}, []string{"2027-03-01–2027-03-31 963.90", "2027-04-01–2027-04-30 238.00"}},
	} {
		if got := s.expected(t, c.req); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	r := must(s.GetReceiptForecast(t.Context(), &pb.GetReceiptForecastRequest{ShiftByHabit: true}))(t)
	if h := r.GetHabits(); len(h) != 1 || h[0].GetMeanDaysLate() != 10 || h[0].GetPaidInvoiceCount() != 1 ||
		len(r.GetTotal().GetAmounts()) != 2 {
		t.Errorf("got %v", r)
	}
}

// TestInvoicesAreSummarized counts drafts, open, overdue, issued and paid invoices, today and on an
// earlier day.
func TestInvoicesAreSummarized(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	harbor := s.newCustomer(t, "Harbor Cafe")
	a := s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-01-05", DueDate: "2027-01-20"}, s.line("100"))
	b := s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-02-05", DueDate: "2027-04-01"}, s.line("200"))
	s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-02-06", DueDate: "2027-02-20", CurrencyCode: "EUR",
		ExchangeRate: "1.10"}, s.line("10"))
	lost := s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-02-07"}, s.line("1"))
	must(s.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: lost.GetId(), Date: "2027-02-08"}))(t)
	void := s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-02-07"}, s.line("7"))
	must(s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: void.GetId()}))(t)
	must(s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{CustomerId: harbor,
		Lines: []*pb.DocumentLine{s.line("5")}}}))(t)
	s.pay(t, "2027-02-10", "119", a, false)
	s.pay(t, "2027-02-11", "38", b, false)
	text := func(f *pb.InvoiceSummary_Figures) string {
		out := fmt.Sprint(f.GetCount())
		for _, m := range f.GetAmounts() {
			out += " " + m.GetAmount() + m.GetCurrencyCode()
		}
		return out + " " + f.GetBaseAmount().GetAmount()
	}
	for day, want := range map[string][]string{
		"":           {"1 5.95USD ", "2 11.90EUR 200.00USD 213.09", "1 11.90EUR 13.09"},
		"2027-01-31": {"1 5.95USD ", "1 119.00USD 119.00", "1 119.00USD 119.00"},
	} {
		r := must(s.GetInvoiceSummary(t.Context(), &pb.GetInvoiceSummaryRequest{AsOf: day}))(t)
		if got := []string{text(r.GetDraft()), text(r.GetOpen()), text(r.GetOverdue())}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", day, got, want)
		}
	}
	months := must(s.GetInvoiceSummary(t.Context(), &pb.GetInvoiceSummaryRequest{}))(t).GetMonths()
	got := []string{text(months[9].GetIssued()), text(months[10].GetIssued()), text(months[10].GetPaid()),
		text(months[11].GetPaid())}
	if want := []string{"1 119.00USD 119.00", "3 11.90EUR 239.19USD 252.28", "1 119.00USD 119.00", "0 0.00"}; len(
		months) != 12 || !slices.Equal(got, want) {
		t.Errorf("got %d months and %q, want %q", len(months), got, want)
	}
}

// TestOnlyPaymentsCountAsPaid settles invoices by payments, credit notes and both. The habits of a
// customer and the summary count what payments settled.
func TestOnlyPaymentsCountAsPaid(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	harbor := s.newCustomer(t, "Harbor Cafe")
	sell := func(price string) *pb.Invoice {
		return s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-01-01", DueDate: "2027-01-10"}, s.line(price))
	}
	credit := func(i *pb.Invoice, date, net string) {
		must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{InvoiceId: i.GetId(),
			IssueDate: date, Lines: []*pb.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(), Amount: usd(net)}}}}))(t)
	}
	s.pay(t, "2027-01-20", "119", sell("100"), false) // ten days late
	credit(sell("1000"), "2027-03-10", "1000")
	part := sell("200")
	s.pay(t, "2027-01-05", "119", part, false)
	credit(part, "2027-03-10", "100")
	rest := sell("300")
	credit(rest, "2027-01-05", "100")
	s.pay(t, "2027-02-09", "238", rest, false) // thirty days late
	s.issue(t, &pb.Invoice{CustomerId: harbor, IssueDate: "2027-03-01", DueDate: "2027-04-08"}, s.line("10"))
	r := must(s.GetReceiptForecast(t.Context(), &pb.GetReceiptForecastRequest{ShiftByHabit: true}))(t)
	if h := r.GetHabits(); len(h) != 1 || h[0].GetMeanDaysLate() != 20 || h[0].GetPaidInvoiceCount() != 2 {
		t.Errorf("got the habits %v, want the mean of two invoices", h)
	}
	var got []string
	for _, m := range must(s.GetInvoiceSummary(t.Context(), &pb.GetInvoiceSummaryRequest{}))(t).GetMonths()[9:] {
		got = append(got, fmt.Sprint(m.GetPaid().GetCount(), " ", m.GetPaid().GetBaseAmount().GetAmount()))
	}
	if want := []string{"1 119.00", "1 238.00", "0 0.00"}; !slices.Equal(got, want) {
		t.Errorf("got the paid invoices %q, want %q", got, want)
	}
}
