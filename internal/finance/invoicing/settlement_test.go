package invoicing_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

func usd(amount string) *typepb.Money { return &typepb.Money{Amount: amount, CurrencyCode: "USD"} }

// TestPaymentSettlesInvoices pays two invoices, the second in part, and undoes an allocation.
func TestPaymentSettlesInvoices(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	a := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	b := s.issue(t, &pb.Invoice{IssueDate: "2027-01-06"}, s.line("200"))
	p := s.pay(t, "2027-01-12", "200", "USD", a.GetId(), b.GetId())
	a, b = s.invoice(t, a.GetId()), s.invoice(t, b.GetId())
	if a.GetPaymentStatus() != pb.Invoice_PAID || a.GetPayDate() != "2027-01-12" ||
		p.GetOpenAmount().GetAmount() != "0.00" ||
		b.GetPaymentStatus() != pb.Invoice_PARTIALLY_PAID || b.GetOpenAmount().GetAmount() != "157.00" {
		t.Errorf("got %v, %v, %v", a, b, p)
	}
	if got, want := s.entry(t, p.GetJournalEntryId()), []string{"1000 200.00", "2400 -200.00"}; !slices.Equal(got, want) {
		t.Errorf("got the entry %q, want %q", got, want)
	}
	list := must(s.ListAllocations(t.Context(), &pb.ListAllocationsRequest{OrderBy: "create_time"}))(t).GetAllocations()
	if len(list) != 2 || list[0].GetAmount().GetAmount() != "119.00" {
		t.Fatalf("got %v", list)
	}
	if got, want := s.entry(t, list[0].GetJournalEntryId()), []string{"2400 119.00", "1200 -119.00"}; !slices.
		Equal(got, want) {
		t.Errorf("got the entry %q, want %q", got, want)
	}
	must(s.UndoAllocation(t.Context(), &pb.UndoAllocationRequest{AllocationId: list[0].GetId()}))(t)
	a = s.invoice(t, a.GetId())
	p = must(s.GetPayment(t.Context(), &pb.GetPaymentRequest{PaymentId: p.GetId()}))(t)
	if a.GetPaymentStatus() != pb.Invoice_UNPAID || a.GetPayDate() != "" || p.GetOpenAmount().GetAmount() != "119.00" {
		t.Errorf("got %v, %v", a, p)
	}
	s.wantSound(t)
}

// TestOverpaymentIsCreditAndRefunded pays too much and pays the rest back.
func TestOverpaymentIsCreditAndRefunded(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	p := s.pay(t, "2027-01-12", "150", "USD", i.GetId())
	if p.GetOpenAmount().GetAmount() != "31.00" {
		t.Errorf("got %v", p)
	}
	refund := &pb.Refund{CustomerCreditId: p.GetId(), AccountId: s.accounts["1000"]}
	r := must(s.CreateRefund(t.Context(), &pb.CreateRefundRequest{Refund: refund}))(t)
	if r.GetAmount().GetAmount() != "31.00" || r.GetDate() != "2027-01-15" {
		t.Errorf("got %v", r)
	}
	if _, err := s.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: p.GetId()}); apptest.Reason(err) !=
		optionsv1.Reason_CUSTOMER_CREDIT_USED {
		t.Errorf("got %v, want CUSTOMER_CREDIT_USED", err)
	}
	must(s.VoidRefund(t.Context(), &pb.VoidRefundRequest{RefundId: r.GetId()}))(t)
	must(s.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: p.GetId(), Date: "2027-01-14"}))(t)
	if i = s.invoice(t, i.GetId()); i.GetOpenAmount().GetAmount() != "119.00" {
		t.Errorf("got %v", i)
	}
	s.wantSound(t)
}

// TestForeignPaymentRealizesDifference invoices 100 EUR at 1.10 and is paid at 1.15.
func TestForeignPaymentRealizesDifference(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05", CurrencyCode: "EUR", ExchangeRate: "1.10",
		PriceMode: pb.TaxCalculation_NO_TAX}, s.line("100"))
	p := &pb.Payment{CustomerId: s.customer, Date: "2027-01-12", Amount: &typepb.Money{Amount: "40", CurrencyCode: "EUR"},
		ExchangeRate: "1.15", AccountId: s.accounts["1000"],
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId()}}}
	must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p}))(t)
	a := must(s.ListAllocations(t.Context(), &pb.ListAllocationsRequest{}))(t).GetAllocations()[0]
	if a.GetExchangeGain().GetAmount() != "2.00" || a.GetBaseAmount().GetAmount() != "46.00" ||
		a.GetSettledBaseAmount().GetAmount() != "44.00" {
		t.Errorf("got %v", a)
	}
	r := must(s.ListReceivables(t.Context(), &pb.ListReceivablesRequest{}))(t).GetReceivables()[0]
	if r.GetOpenAmount().GetAmount() != "60.00" || r.GetOpenBaseAmount().GetAmount() != "66.00" {
		t.Errorf("got %v", r)
	}
	p.ExchangeRate = ""
	_, err := s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p})
	if apptest.Reason(err) != optionsv1.Reason_EXCHANGE_RATE_MISSING ||
		!slices.Contains(apptest.Fields(err), "exchangeRate") {
		t.Errorf("got %v at %v, want EXCHANGE_RATE_MISSING at exchangeRate", err, apptest.Fields(err))
	}
	s.wantSound(t)
}

// TestDiscountReducesIncomeAndTax takes 2 % of an invoice with a payment term of 2/10 net 30.
func TestDiscountReducesIncomeAndTax(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	term := must(pb.NewCatalogServiceClient(s).CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{
		PaymentTerm: &pb.PaymentTerm{DisplayName: "2/10 net 30 days", Due: &pb.PaymentTerm_DueRule{
			Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
			Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 10}}}))(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05", PaymentTermId: term.GetId()}, s.line("1000"))
	if i.GetDueDate() != "2027-02-04" {
		t.Errorf("got the due date %s", i.GetDueDate())
	}
	p := &pb.Payment{CustomerId: s.customer, Date: "2027-01-15", Amount: usd("1166.20"), AccountId: s.accounts["1000"],
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId(), TakeDiscount: true}}}
	must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p}))(t)
	a := must(s.ListAllocations(t.Context(), &pb.ListAllocationsRequest{}))(t).GetAllocations()[0]
	if got, want := s.entry(t, a.GetJournalEntryId()),
		[]string{"2400 1166.20", "4700 20.00", "2200 3.80", "1200 -1190.00"}; !slices.Equal(got, want) {
		t.Errorf("got the entry %q, want %q", got, want)
	}
	if i = s.invoice(t, i.GetId()); i.GetPaymentStatus() != pb.Invoice_PAID {
		t.Errorf("got %v", i)
	}
	late := s.issue(t, &pb.Invoice{IssueDate: "2027-01-01", PaymentTermId: term.GetId()}, s.line("1000"))
	p.Allocations[0].ReceivableId = late.GetId()
	if _, err := s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p}); apptest.Reason(err) !=
		optionsv1.Reason_DISCOUNT_NOT_AVAILABLE {
		t.Errorf("got %v, want DISCOUNT_NOT_AVAILABLE", err)
	}
	graced := must(pb.NewCatalogServiceClient(s).CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{
		PaymentTerm: &pb.PaymentTerm{DisplayName: "2/10 and four days of grace", Due: &pb.PaymentTerm_DueRule{
			Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
			Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 10, GraceDays: 4}}}))(t)
	inTime := s.issue(t, &pb.Invoice{IssueDate: "2027-01-01", PaymentTermId: graced.GetId()}, s.line("1000"))
	settle := func(key string) error {
		_, err := s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer,
			Date: "2027-01-15", Amount: usd("1166.20"), AccountId: s.accounts["1000"],
			Allocations: []*pb.Payment_NewAllocation{{ReceivableId: key, TakeDiscount: true}}}})
		return err
	}
	if err := settle(inTime.GetId()); err != nil {
		t.Errorf("on the last day of grace: got %v", err)
	}
	tooLate := s.issue(t, &pb.Invoice{IssueDate: "2026-12-31", PaymentTermId: graced.GetId()}, s.line("1000"))
	apptest.WantRefused(t, settle(tooLate.GetId()), optionsv1.Reason_DISCOUNT_NOT_AVAILABLE,
		"allocations[0].discountReason")
	p.Allocations[0].DiscountReason = "Holiday"
	must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p}))(t)
	s.wantSound(t)
}

// TestSplitDiscountReducesTaxOnce takes the discount of an invoice of 119.00 with one payment, and
// with seven. Both reduce income by 2.00 and the tax by 0.38.
func TestSplitDiscountReducesTaxOnce(t *testing.T) {
	t.Parallel()
	for _, parts := range [][]string{{"116.62"}, {"16.66", "16.66", "16.66", "16.66", "16.66", "16.66", "16.66"}} {
		s := openShop(t)
		term := must(pb.NewCatalogServiceClient(s).CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{
			PaymentTerm: &pb.PaymentTerm{DisplayName: "2/10 net 30 days", Due: &pb.PaymentTerm_DueRule{
				Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
				Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 10}}}))(t)
		i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05", PaymentTermId: term.GetId()}, s.line("100"))
		for _, amount := range parts {
			must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer,
				Date: "2027-01-12", Amount: usd(amount), AccountId: s.accounts["1000"],
				Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId(), TakeDiscount: true}}}}))(t)
		}
		if i = s.invoice(t, i.GetId()); i.GetPaymentStatus() != pb.Invoice_PAID {
			t.Errorf("got %v", i)
		}
		if income, tax := s.balance(t, "4700"), s.balance(t, "2200"); income != 200 || tax != -1862 {
			t.Errorf("%d payments leave discounts of %d and taxes of %d, want 200 and -1862", len(parts), income, tax)
		}
		s.wantSound(t)
	}
}

// TestCreditNoteCreditsLines credits a third of a line three times. The last one takes what
// rounding left.
func TestCreditNoteCreditsLines(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	line := s.line("33.34")
	line.Quantity = "3"
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, line, s.line("10"))
	credit := func(l *pb.CreditNote_Line) (*pb.CreditNote, error) {
		l.InvoiceLineId = i.GetLines()[0].GetId()
		return s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
			InvoiceId: i.GetId(), Lines: []*pb.CreditNote_Line{l}}})
	}
	var totals []string
	for range 2 {
		n := must(credit(&pb.CreditNote_Line{Quantity: "1"}))(t)
		totals = append(totals, n.GetTotalAmount().GetAmount())
	}
	if _, err := credit(&pb.CreditNote_Line{Quantity: "1.5"}); apptest.Reason(err) !=
		optionsv1.Reason_CREDIT_EXCEEDS_INVOICE {
		t.Errorf("got %v, want CREDIT_EXCEEDS_INVOICE", err)
	}
	if _, err := credit(&pb.CreditNote_Line{Amount: usd("33.35")}); apptest.Reason(err) !=
		optionsv1.Reason_CREDIT_EXCEEDS_INVOICE {
		t.Errorf("got %v, want CREDIT_EXCEEDS_INVOICE", err)
	}
	last := must(credit(&pb.CreditNote_Line{}))(t)
	totals = append(totals, last.GetTotalAmount().GetAmount())
	// 100.02 and 19.00 of tax: 6.33, 6.34 and 6.33.
	if !slices.Equal(totals, []string{"39.67", "39.68", "39.67"}) || last.GetNumber() != "CRN-2027-0003" {
		t.Errorf("got %v and %v", totals, last)
	}
	if i = s.invoice(t, i.GetId()); i.GetOpenAmount().GetAmount() != "11.90" {
		t.Errorf("got %v", i)
	}
	if _, err := s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: i.GetId()}); apptest.Reason(err) !=
		optionsv1.Reason_INVOICE_CREDITED {
		t.Errorf("got %v, want INVOICE_CREDITED", err)
	}
	must(s.VoidCreditNote(t.Context(), &pb.VoidCreditNoteRequest{CreditNoteId: last.GetId()}))(t)
	if i = s.invoice(t, i.GetId()); i.GetOpenAmount().GetAmount() != "51.57" {
		t.Errorf("got %v", i)
	}
	s.wantSound(t)
}

// TestCreditOfPaidInvoiceIsLeft credits an invoice that is paid.
func TestCreditOfPaidInvoiceIsLeft(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	s.pay(t, "2027-01-12", "119", "USD", i.GetId())
	n := must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{
		CreditNote: &pb.CreditNote{InvoiceId: i.GetId(), Reason: "Damaged"}}))(t)
	if n.GetOpenAmount().GetAmount() != "119.00" {
		t.Errorf("got %v", n)
	}
	if got, want := s.entry(t, n.GetJournalEntryId()), []string{"2400 -119.00", "4000 100.00", "2200 19.00"}; !slices.
		Equal(got, want) {
		t.Errorf("got the entry %q, want %q", got, want)
	}
	other := s.issue(t, &pb.Invoice{}, s.line("50"))
	a := must(s.CreateAllocation(t.Context(), &pb.CreateAllocationRequest{Allocation: &pb.Allocation{
		CustomerCreditId: n.GetId(), ReceivableId: other.GetId()}}))(t)
	if a.GetAmount().GetAmount() != "59.50" || s.invoice(t, other.GetId()).GetPaymentStatus() != pb.Invoice_PAID {
		t.Errorf("got %v", a)
	}
	s.wantSound(t)
}

// TestWriteOffIsNetOfTax writes off what is left of an invoice.
func TestWriteOffIsNetOfTax(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	s.pay(t, "2027-01-12", "59.50", "USD", i.GetId())
	w := must(s.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: i.GetId(), Reason: "Insolvent"}))(t)
	if w.GetState() != pb.Invoice_WRITTEN_OFF || w.GetOpenAmount().GetAmount() != "0.00" ||
		w.GetCloseDate() != "2027-01-15" {
		t.Errorf("got %v", w)
	}
	e := must(s.ledger.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{Filter: "source = WRITE_OFF"}))(t)
	if got, want := s.entry(t, e.GetJournalEntries()[0].GetId()),
		[]string{"6560 50.00", "2200 9.50", "1200 -59.50"}; !slices.Equal(got, want) {
		t.Errorf("got the entry %q, want %q", got, want)
	}
	s.wantSound(t)
}

// TestSaleIsPaidOnTheSpot issues an invoice together with its payment.
func TestSaleIsPaidOnTheSpot(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.draft(t, &pb.Invoice{}, s.line("10"))
	i := must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId(),
		Payment: &pb.Payment{Method: pb.Payment_CASH}}))(t)
	if i.GetPaymentStatus() != pb.Invoice_PAID || i.GetState() != pb.Invoice_ISSUED {
		t.Errorf("got %v", i)
	}
	p := must(s.ListPayments(t.Context(), &pb.ListPaymentsRequest{}))(t).GetPayments()
	s.readAccounts(t)
	if len(p) != 1 || p[0].GetAmount().GetAmount() != "11.90" || p[0].GetAccountId() != s.accounts["1100"] {
		t.Errorf("got %v", p)
	}
	s.wantSound(t)
}

// TestRivalsAllocateOnce lets 16 callers use one payment for one invoice at once.
func TestRivalsAllocateOnce(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	p := s.pay(t, "2027-01-12", "119", "USD")
	results := make(chan error, 16)
	for range cap(results) {
		go func() {
			_, err := s.CreateAllocation(t.Context(), &pb.CreateAllocationRequest{Allocation: &pb.Allocation{
				CustomerCreditId: p.GetId(), ReceivableId: i.GetId(), Amount: usd("119")}})
			results <- err
		}()
	}
	won := 0
	for range cap(results) {
		switch err := <-results; {
		case err == nil:
			won++
		case apptest.Reason(err) != optionsv1.Reason_ALLOCATION_EXCEEDS_OPEN:
			t.Errorf("got %v, want ALLOCATION_EXCEEDS_OPEN", err)
		}
	}
	if won != 1 {
		t.Errorf("%d rivals allocated, want 1", won)
	}
	s.wantSound(t)
}

// TestAllocationsAreChecked refuses allocations before the day of their sides, across customers,
// and of more than is open later.
func TestAllocationsAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-10"}, s.line("100"))
	p := s.pay(t, "2027-01-12", "119", "USD")
	other := s.newCustomer(t, &pb.Customer{DisplayName: "Mill"})
	foreign := must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: other,
		Amount: usd("5"), AccountId: s.accounts["1000"]}}))(t)
	for name, c := range map[string]struct {
		a      *pb.Allocation
		reason optionsv1.Reason
		field  string
	}{
		"before the payment": {&pb.Allocation{CustomerCreditId: p.GetId(), ReceivableId: i.GetId(), Date: "2027-01-11"},
			optionsv1.Reason_FIELDS_INVALID, "date"},
		"another customer": {&pb.Allocation{CustomerCreditId: foreign.GetId(), ReceivableId: i.GetId()},
			optionsv1.Reason_ALLOCATION_ACROSS_CUSTOMERS, "receivableId"},
		"too much": {&pb.Allocation{CustomerCreditId: p.GetId(), ReceivableId: i.GetId(), Amount: usd("119.01")},
			optionsv1.Reason_ALLOCATION_EXCEEDS_OPEN, "amount"},
		"nothing": {&pb.Allocation{CustomerCreditId: p.GetId(), ReceivableId: i.GetId(), Amount: usd("0")},
			optionsv1.Reason_FIELDS_INVALID, "amount.amount"},
		"no credit": {&pb.Allocation{CustomerCreditId: "ccr_01k9zzzzzzzzzzzzzzzzzzzzzz", ReceivableId: i.GetId()},
			optionsv1.Reason_REFERENCE_NOT_FOUND, "customerCreditId"},
		"no discount": {&pb.Allocation{CustomerCreditId: p.GetId(), ReceivableId: i.GetId(), TakeDiscount: true},
			optionsv1.Reason_DISCOUNT_NOT_AVAILABLE, "takeDiscount"},
	} {
		_, err := s.CreateAllocation(t.Context(), &pb.CreateAllocationRequest{Allocation: c.a})
		if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
	}
}
