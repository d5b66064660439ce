package invoicing_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// credit creates a credit note for lines of an invoice.
func (s *shop) credit(t testing.TB, i *pb.Invoice, lines ...*pb.CreditNote_Line) (*pb.CreditNote, error) {
	t.Helper()
	return s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{InvoiceId: i.GetId(),
		Lines: lines}})
}

// TestCreditNoteHasRateOfInvoice credits an invoice after the stored rate changed.
func TestCreditNoteHasRateOfInvoice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for date, rate := range map[string]string{"2027-01-05": "1.10", "2027-01-15": "1.20"} {
		must(s.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
			FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Date: date, Rate: rate}}))(t)
	}
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05", CurrencyCode: "EUR"}, s.line("100"))
	if i.GetExchangeRate() != "1.1" {
		t.Errorf("got the rate %s", i.GetExchangeRate())
	}
	must(s.credit(t, i))(t)
	for code, want := range map[string]int64{"4000": 0, "2200": 0, "1200": 0, "2400": 0} {
		if got := s.balance(t, code); got != want {
			t.Errorf("account %s has %d, want %d", code, got, want)
		}
	}
	s.wantSound(t)
}

// TestWriteOffReducesWhatIsLeft credits the taxed line of an invoice and writes the other off.
func TestWriteOffReducesWhatIsLeft(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"),
		&pb.DocumentLine{Description: "Untaxed", UnitPrice: "100"})
	n := must(s.credit(t, i, &pb.CreditNote_Line{InvoiceLineId: i.GetLines()[0].GetId()}))(t)
	must(s.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: i.GetId()}))(t)
	if got := s.balance(t, "2200"); got != 0 {
		t.Errorf("the taxes are %d, want 0", got)
	}
	s.readAccounts(t)
	if got := s.balance(t, "6560"); got != 10000 {
		t.Errorf("the bad debts are %d, want 10000", got)
	}
	// The invoice is owed again.
	must(s.VoidCreditNote(t.Context(), &pb.VoidCreditNoteRequest{CreditNoteId: n.GetId()}))(t)
	if i = s.invoice(t, i.GetId()); i.GetState() != pb.Invoice_ISSUED || i.GetOpenAmount().GetAmount() != "119.00" {
		t.Errorf("got %v", i)
	}
	must(s.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: i.GetId()}))(t)
	s.wantSound(t)
}

// TestVoidNeverMakesPastBalancesNegative voids an invoice whose payment bounced later.
func TestVoidNeverMakesPastBalancesNegative(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	p := s.pay(t, "2027-01-12", "119", "USD", i.GetId())
	must(s.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: p.GetId(), Date: "2027-01-25"}))(t)
	void := func(date string) error {
		_, err := s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: i.GetId(), Date: date})
		return err
	}
	for _, date := range []string{"", "2027-01-12", "2027-01-24"} {
		if err := void(date); apptest.Reason(err) != optionsv1.Reason_RECEIVABLE_SETTLED {
			t.Errorf("%s: got %v, want RECEIVABLE_SETTLED", date, err)
		}
	}
	if err := void("2027-01-25"); err != nil {
		t.Error(err)
	}
	s.wantSound(t)
}

// TestCreditNotesStayWithinInvoice credits lines of an invoice with a deduction.
func TestCreditNotesStayWithinInvoice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"), s.line("-20"))
	whole, deduction := i.GetLines()[0].GetId(), i.GetLines()[1].GetId()
	for name, lines := range map[string][]*pb.CreditNote_Line{
		"more than the total": {{InvoiceLineId: whole}},
		"a deduction alone":   {{InvoiceLineId: deduction}},
		"nothing": {{InvoiceLineId: whole, Amount: usd("20")},
			{InvoiceLineId: deduction, Amount: usd("-20")}},
	} {
		if n, err := s.credit(t, i, lines...); apptest.Reason(err) != optionsv1.Reason_CREDIT_EXCEEDS_INVOICE ||
			!slices.Contains(apptest.Fields(err), "lines") {
			t.Errorf("%s: got %v, %v, want CREDIT_EXCEEDS_INVOICE", name, n, err)
		}
	}
	n := must(s.credit(t, i, &pb.CreditNote_Line{InvoiceLineId: whole, Amount: usd("50")},
		&pb.CreditNote_Line{InvoiceLineId: deduction, Amount: usd("-10")}))(t)
	if n.GetTotalAmount().GetAmount() != "47.60" || n.GetTaxes()[0].GetBase().GetAmount() != "40.00" {
		t.Errorf("got %v", n)
	}
	s.wantSound(t)
}

// TestSharesNeverExceedLine credits a line in four parts whose tax rounds up.
func TestSharesNeverExceedLine(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	line := &pb.DocumentLine{Description: "Screw", Quantity: "4", UnitPrice: "0.10", TaxCodeId: s.newTaxCode(t, "5")}
	for mode, want := range map[pb.TaxCalculation_Mode]string{
		pb.TaxCalculation_EXCLUSIVE: "[0.11 0.10 0.11 0.10]", pb.TaxCalculation_INCLUSIVE: "[0.10 0.10 0.10 0.10]",
	} {
		i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05", PriceMode: mode}, line)
		var totals []string
		for range 4 {
			n := must(s.credit(t, i, &pb.CreditNote_Line{InvoiceLineId: i.GetLines()[0].GetId(), Quantity: "1"}))(t)
			totals = append(totals, n.GetTotalAmount().GetAmount())
		}
		if got := fmt.Sprint(totals); got != want || s.invoice(t, i.GetId()).GetPaymentStatus() != pb.Invoice_PAID {
			t.Errorf("%s: got the totals %s, want %s", mode, got, want)
		}
	}
	s.wantSound(t)
}

// TestInvoiceOverNothing issues and voids an invoice whose lines cancel each other out.
func TestInvoiceOverNothing(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	given, taken := s.line("100"), s.line("-100")
	taken.AccountId = s.accounts["6100"]
	for _, lines := range [][]*pb.DocumentLine{{given, taken}, {s.line("0")}} {
		i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, lines...)
		if i.GetPaymentStatus() != pb.Invoice_PAID || i.GetOpenAmount().GetAmount() != "0.00" {
			t.Errorf("got %v", i)
		}
		_, err := s.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: i.GetId()})
		if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
			t.Errorf("got %v, want STATE_REFUSES_ACTION", err)
		}
		v := must(s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: i.GetId(), Date: "2027-01-07"}))(t)
		if v.GetCloseDate() != "2027-01-07" {
			t.Errorf("got %v", v)
		}
	}
	s.wantSound(t)
}

// TestMoneyAccountsAreChecked refuses accounts that only the records of receivables post to.
func TestMoneyAccountsAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	pay := func(p *pb.Payment) error {
		p.CustomerId, p.Amount = s.customer, usd("10")
		_, err := s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p})
		return err
	}
	s.pay(t, "2027-01-12", "1", "USD")
	s.readAccounts(t)
	fee := usd("1")
	for name, c := range map[string]struct {
		payment *pb.Payment
		field   string
	}{
		"receivables":         {&pb.Payment{AccountId: s.accounts["1200"]}, "accountId"},
		"deposits":            {&pb.Payment{AccountId: s.accounts["2400"]}, "accountId"},
		"income":              {&pb.Payment{AccountId: s.accounts["4000"]}, "accountId"},
		"a fee without one":   {&pb.Payment{Fee: fee}, "feeAccountId"},
		"a fee to a customer": {&pb.Payment{Fee: fee, FeeAccountId: s.accounts["1200"]}, "feeAccountId"},
		"a fee above it":      {&pb.Payment{Fee: usd("11"), FeeAccountId: s.accounts["6100"]}, "fee"},
		"a needless rate":     {&pb.Payment{ExchangeRate: "1.1"}, "exchangeRate"},
		"a wrong date":        {&pb.Payment{Date: "2027-02-30"}, "date"},
	} {
		if err := pay(c.payment); !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want a violation at %s", name, err, apptest.Fields(err), c.field)
		}
	}
	_, err := s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{CustomerId: s.customer,
		Lines: []*pb.DocumentLine{{Description: "Gift card", UnitPrice: "50", AccountId: s.accounts["2400"]}}}})
	if !slices.Contains(apptest.Fields(err), "lines[0].accountId") {
		t.Errorf("got %v", err)
	}
	_, err = s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer}})
	if !slices.Contains(apptest.Fields(err), "amount") {
		t.Errorf("got %v", err)
	}
	if err := pay(&pb.Payment{Fee: fee, FeeAccountId: s.accounts["6100"]}); err != nil {
		t.Error(err)
	}
	s.wantSound(t)
}

// TestPaymentOnTheSpotFollowsInvoice refuses payments that are not for the invoice, and of callers
// who may not record payments.
func TestPaymentOnTheSpotFollowsInvoice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.draft(t, &pb.Invoice{}, s.line("10"))
	for field, p := range map[string]*pb.Payment{
		"payment.customerId":          {CustomerId: s.newCustomer(t, &pb.Customer{DisplayName: "Mill"})},
		"payment.date":                {Date: "2027-01-01"},
		"payment.allocations":         {Allocations: []*pb.Payment_NewAllocation{{ReceivableId: d.GetId()}}},
		"payment.amount.currencyCode": {Amount: &typepb.Money{Amount: "10", CurrencyCode: "EUR"}},
	} {
		_, err := s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId(), Payment: p})
		if !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("%s: got %v", field, err)
		}
	}
	i := must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId(),
		Payment: &pb.Payment{Amount: usd("20"), VoidReason: "mine"}}))(t)
	p := must(s.ListPayments(t.Context(), &pb.ListPaymentsRequest{}))(t).GetPayments()[0]
	if i.GetPaymentStatus() != pb.Invoice_PAID || p.GetOpenAmount().GetAmount() != "8.10" || p.GetVoidReason() != "" {
		t.Errorf("got %v and %v", i, p)
	}
	s.wantSound(t)
}

// TestMergedCustomerTakesInvoicesAlong merges a customer who owes into another one, who pays.
func TestMergedCustomerTakesInvoicesAlong(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	into := s.newCustomer(t, &pb.Customer{DisplayName: "Harbor Cafe LLC"})
	must(pb.NewCustomersServiceClient(s).MergeCustomer(t.Context(), &pb.MergeCustomerRequest{CustomerId: s.customer,
		IntoCustomerId: into}))(t)
	s.customer = into
	s.pay(t, "2027-01-12", "119", "USD", i.GetId())
	if i = s.invoice(t, i.GetId()); i.GetCustomerId() != into || i.GetPaymentStatus() != pb.Invoice_PAID ||
		i.GetCustomerName() != "Harbor Cafe" {
		t.Errorf("got %v", i)
	}
	s.wantSound(t)
}

// TestCreditLimitRefuses refuses an invoice above the limit of a customer, also from rivals.
func TestCreditLimitRefuses(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.customer = s.newCustomer(t, &pb.Customer{DisplayName: "Mill", CreditLimit: usd("150"),
		CreditLimitPolicy: pb.Customer_REFUSE})
	results := make(chan error, 4)
	for range cap(results) {
		d := s.draft(t, &pb.Invoice{}, s.line("100"))
		go func() {
			_, err := s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()})
			results <- err
		}()
	}
	issued := 0
	for range cap(results) {
		switch err := <-results; {
		case err == nil:
			issued++
		case apptest.Reason(err) != optionsv1.Reason_CREDIT_LIMIT_EXCEEDED:
			t.Errorf("got %v, want CREDIT_LIMIT_EXCEEDED", err)
		}
	}
	if issued != 1 {
		t.Errorf("%d invoices were issued, want 1", issued)
	}
}
