package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// seller is a bank whose organization also sells.
type seller struct {
	bank
	sales   pb.InvoicingServiceClient
	credits pb.ReceivablesServiceClient
}

func openSeller(t *testing.T, currency string) seller {
	t.Helper()
	b := openBank(t, currency)
	return seller{b, pb.NewInvoicingServiceClient(b.o), pb.NewReceivablesServiceClient(b.o)}
}

func (s seller) customer(t *testing.T, name string) string {
	t.Helper()
	c, err := pb.NewCustomersServiceClient(s.o).CreateCustomer(t.Context(),
		&pb.CreateCustomerRequest{Customer: &pb.Customer{DisplayName: name}})
	if err != nil {
		t.Fatal(err)
	}
	return c.GetId()
}

// sell issues an invoice to a customer on a day.
func (s seller) sell(t *testing.T, customer, date, price string) *pb.Invoice {
	t.Helper()
	draft, err := s.sales.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{
		CustomerId: customer, Lines: []*pb.DocumentLine{{Description: "Advice", UnitPrice: price}}}})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := s.sales.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: draft.GetId(), IssueDate: date})
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

// wantOpen checks what is open of an invoice.
func (s seller) wantOpen(t *testing.T, invoice *pb.Invoice, want string) {
	t.Helper()
	i, err := s.sales.GetInvoice(t.Context(), &pb.GetInvoiceRequest{InvoiceId: invoice.GetId()})
	if err != nil || i.GetOpenAmount().GetAmount() != want {
		t.Errorf("%s: got %v, %v open, want %s", invoice.GetNumber(), i.GetOpenAmount(), err, want)
	}
}

func (s seller) payment(t *testing.T, key string) *pb.Payment {
	t.Helper()
	p, err := s.credits.GetPayment(t.Context(), &pb.GetPaymentRequest{PaymentId: key})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func settles(invoices ...*pb.Invoice) (list []*pb.Payment_NewAllocation) {
	for _, i := range invoices {
		list = append(list, &pb.Payment_NewAllocation{ReceivableId: i.GetId()})
	}
	return list
}

// TestLinePaysInvoices checks that one line pays several invoices and leaves a credit, and that
// undoing the match leaves everything as it was.
func TestLinePaysInvoices(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	cafe := s.customer(t, "Harbor Cafe")
	first, second := s.sell(t, cafe, "2026-01-02", "60.00"), s.sell(t, cafe, "2026-01-03", "40.00")
	said := s.importLines(t, s.account.GetId(), "2026-01-05,Transfer,110.00\n")
	m, err := s.createMatch(t, &pb.BankMatch{Lines: lines(said[0]), Payments: []*pb.BankMatch_ReceivedPayment{
		{CustomerId: cafe, Allocations: settles(first, second), Reference: "T-1"}}})
	if err != nil {
		t.Fatal(err)
	}
	s.wantOpen(t, first, "0.00")
	s.wantOpen(t, second, "0.00")
	p := s.payment(t, m.GetPayments()[0].GetPaymentId())
	if p.GetOpenAmount().GetAmount() != "10.00" || p.GetDate() != "2026-01-05" || p.GetReference() != "T-1" ||
		p.GetMethod() != pb.Payment_BANK_TRANSFER || m.GetEntries()[0].GetJournalEntryId() != p.GetJournalEntryId() ||
		m.GetJournalEntryId() != "" {
		t.Errorf("got payment %v of match %v", p, m)
	}
	s.checkBooks(t)
	if _, err := s.undoMatch(t, m.GetId()); err != nil {
		t.Fatal(err)
	}
	s.wantOpen(t, first, "60.00")
	if p = s.payment(t, p.GetId()); p.GetState() != pb.Payment_VOID || p.GetVoidDate() != "2026-01-05" {
		t.Errorf("got payment %v after the undo", p)
	}
	if l := s.listLines(t, ""); l[0].GetState() != pb.BankStatementLine_UNMATCHED {
		t.Errorf("got line %v after the undo", l[0])
	}
}

// TestDepositSlipAndPayout checks that one line pays the invoices of several customers less a fee,
// together with a payment that was recorded before.
func TestDepositSlipAndPayout(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	cafe, bakery, deli := s.customer(t, "Harbor Cafe"), s.customer(t, "Bakery"), s.customer(t, "Deli")
	first, second := s.sell(t, cafe, "2026-01-02", "60.00"), s.sell(t, bakery, "2026-01-03", "40.00")
	third := s.sell(t, deli, "2026-01-03", "25.00")
	before, err := s.credits.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: deli,
		Date: "2026-01-04", Amount: &typepb.Money{Amount: "25.00"}, Allocations: settles(third)}})
	if err != nil {
		t.Fatal(err)
	}
	said := s.importLines(t, s.account.GetId(), "2026-01-05,Payout,121.50\n")
	m, err := s.createMatch(t, &pb.BankMatch{Lines: lines(said[0]),
		Entries: []*pb.BankMatch_Entry{{JournalEntryId: before.GetJournalEntryId(), AccountId: before.GetAccountId()}},
		Fees:    []*pb.BankMatch_Fee{{AccountId: s.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "3.50"}}},
		Payments: []*pb.BankMatch_ReceivedPayment{
			{CustomerId: cafe, Amount: &typepb.Money{Amount: "60.00"}, Allocations: settles(first)},
			{CustomerId: bakery, Method: pb.Payment_CARD, Allocations: settles(second)},
		}})
	if err != nil {
		t.Fatal(err)
	}
	s.wantOpen(t, first, "0.00")
	s.wantOpen(t, second, "0.00")
	if p := s.payment(t, m.GetPayments()[1].GetPaymentId()); p.GetAmount().GetAmount() != "40.00" ||
		p.GetMethod() != pb.Payment_CARD {
		t.Errorf("got %v", p)
	}
	s.checkBooks(t)
	if _, err := s.UndoBankStatementLine(t.Context(),
		&pb.UndoBankStatementLineRequest{BankStatementLineId: said[0].GetId()}); err != nil {
		t.Fatal(err)
	}
	s.wantOpen(t, first, "60.00")
	s.wantOpen(t, second, "40.00")
	s.wantOpen(t, third, "0.00")
}

// TestForeignInvoiceIsPaidByLine checks that a line of an account in another currency pays an
// invoice in that currency, with the exchange difference.
func TestForeignInvoiceIsPaidByLine(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	cafe, euros := s.customer(t, "Harbor Cafe"), s.addBankAccount(t, "EUR")
	draft, err := s.sales.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{CustomerId: cafe,
		CurrencyCode: "EUR", ExchangeRate: "1.10", Lines: []*pb.DocumentLine{{Description: "Advice", UnitPrice: "100"}}}})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := s.sales.IssueInvoice(t.Context(),
		&pb.IssueInvoiceRequest{InvoiceId: draft.GetId(), IssueDate: "2026-01-02"})
	if err != nil {
		t.Fatal(err)
	}
	said := s.importLines(t, euros, "2026-01-05,Transfer,100.00\n")
	if _, err := s.createMatch(t, &pb.BankMatch{Lines: lines(said[0]), ExchangeRate: "1.20",
		Payments: []*pb.BankMatch_ReceivedPayment{{CustomerId: cafe, Allocations: settles(issued)}}}); err != nil {
		t.Fatal(err)
	}
	s.wantOpen(t, issued, "0.00")
	s.checkNetIncome(t, "120.00")
}

// TestPaymentOfMatchBounces checks that a payment that a match recorded can be voided alone, and
// that the match can then be undone.
func TestPaymentOfMatchBounces(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	cafe := s.customer(t, "Harbor Cafe")
	sold := s.sell(t, cafe, "2026-01-02", "60.00")
	said := s.importLines(t, s.account.GetId(), "2026-01-05,Check,60.00\n2026-01-09,Check returned,-60.00\n")
	m, err := s.createMatch(t, &pb.BankMatch{Lines: lines(said[0]),
		Payments: []*pb.BankMatch_ReceivedPayment{{CustomerId: cafe, Allocations: settles(sold)}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.credits.VoidPayment(t.Context(), &pb.VoidPaymentRequest{
		PaymentId: m.GetPayments()[0].GetPaymentId(), Date: "2026-01-09", Reason: "Bounced"}); err != nil {
		t.Fatal(err)
	}
	s.wantOpen(t, sold, "60.00")
	if got := s.suggestMatches(t, said[1]).GetSuggestions(); len(got) == 0 {
		t.Error("the return of the money is not suggested for the second line")
	}
	if _, err := s.undoMatch(t, m.GetId()); err != nil {
		t.Error(err)
	}
}

// TestPaymentsOfMatchAreChecked checks the errors of matches with payments.
func TestPaymentsOfMatchAreChecked(t *testing.T) {
	t.Parallel()
	s := openSeller(t, "USD")
	cafe, bakery := s.customer(t, "Harbor Cafe"), s.customer(t, "Bakery")
	sold, later := s.sell(t, cafe, "2026-01-02", "60.00"), s.sell(t, cafe, "2026-01-20", "10.00")
	said := s.importLines(t, s.account.GetId(), "2026-01-05,Transfer,60.00\n2026-01-05,Paid,-60.00\n")
	type payments = []*pb.BankMatch_ReceivedPayment
	for name, c := range map[string]struct {
		line     int
		payments payments
		reason   optionsv1.Reason
		field    string
	}{
		"nothing": {0, nil, optionsv1.Reason_FIELDS_INVALID, "entries"},
		"unknown": {0, payments{{CustomerId: "cus_no"}}, optionsv1.Reason_REFERENCE_NOT_FOUND, "payments[0].customerId"},
		"two rests": {
			0, payments{{CustomerId: cafe}, {CustomerId: cafe}}, optionsv1.Reason_FIELDS_INVALID, "payments[1].amount",
		},
		"other currency": {
			0, payments{{CustomerId: cafe, Amount: &typepb.Money{Amount: "60", CurrencyCode: "EUR"}}},
			optionsv1.Reason_FIELDS_INVALID, "payments[0].amount.currencyCode",
		},
		"outgoing": {
			1, payments{{CustomerId: cafe}}, optionsv1.Reason_MATCH_AMOUNT_DIFFERS, "",
		},
		"other customer": {
			0, payments{{CustomerId: bakery, Allocations: settles(sold)}}, optionsv1.Reason_ALLOCATION_ACROSS_CUSTOMERS,
			"payments[0].allocations[0].receivableId",
		},
		"later invoice": {
			0, payments{{CustomerId: cafe, Allocations: settles(later)}}, optionsv1.Reason_FIELDS_INVALID, "postingDate",
		},
		"less": {
			0, payments{{CustomerId: cafe, Amount: &typepb.Money{Amount: "59"}}}, optionsv1.Reason_MATCH_AMOUNT_DIFFERS, "",
		},
	} {
		_, err := s.createMatch(t, &pb.BankMatch{Lines: lines(said[c.line]), Payments: c.payments})
		t.Log(name)
		if c.field == "" {
			wantReason(t, err, c.reason)
		} else {
			apptest.WantRefused(t, err, c.reason, c.field)
		}
	}
	s.wantOpen(t, sold, "60.00")
}
