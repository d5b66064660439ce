package deposits_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestDepositIsTaxedWhenPaid follows a deposit from the request to the final invoice, and compares
// the accounts on each day.
func TestDepositIsTaxedWhenPaid(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.request(t, "USD", s.line("100.00"))
	if d.GetNumber() != "DPR-2027-0001" || d.GetTotalAmount().GetAmount() != "119.00" ||
		d.GetPaymentStatus() != pb.DepositRequest_UNPAID || d.GetCustomerName() != "Harbor Cafe" {
		t.Errorf("got %v", d)
	}
	p := s.pay(t, d, "2027-01-08", "", "")
	if p.GetAmount().GetAmount() != "119.00" || p.GetOpenAmount().GetAmount() != "119.00" {
		t.Errorf("got %v", p)
	}
	d = must(s.GetDepositRequest(t.Context(), &pb.GetDepositRequestRequest{DepositRequestId: d.GetId()}))(t)
	if d.GetPaymentStatus() != pb.DepositRequest_PAID || d.GetPaidAmount().GetAmount() != "119.00" {
		t.Errorf("got %v", d)
	}
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-20", Lines: []*pb.DocumentLine{s.line("1000.00")}}, p)
	if i.GetTotalAmount().GetAmount() != "1190.00" || i.GetTaxAmount().GetAmount() != "190.00" ||
		i.GetOpenAmount().GetAmount() != "1071.00" || i.GetPaymentStatus() != pb.Invoice_PARTIALLY_PAID {
		t.Errorf("got %v", i)
	}
	if l := i.GetDeposits()[0]; l.GetNumber() != "DPR-2027-0001" || l.GetDate() != "2027-01-08" ||
		l.GetAmount().GetAmount() != "119.00" || l.GetTaxAmount().GetAmount() != "19.00" {
		t.Errorf("got %v", l)
	}
	for day, want := range map[string][5]int64{
		"2027-01-02": {},
		"2027-01-08": {11900, 0, -11900, 1900, -1900},
		"2027-01-19": {11900, 0, -11900, 1900, -1900},
		"2027-01-20": {11900, 107100, 0, 0, -19000},
	} {
		s.wantBalances(t, day, want)
	}
	s.wantSound(t)
	s.wantRegister(t)
}

// wantRegister compares the tax register with the account of taxes, by day.
func (s *shop) wantRegister(t testing.TB) {
	t.Helper()
	posted, registered := s.byDay(t, "2200"), s.registered(t)
	for day := range posted {
		if posted[day] != -registered[day] {
			t.Errorf("%s: %d is posted and %d registered", day, posted[day], registered[day])
		}
	}
}

// TestRestOfDepositIsRefunded uses a part of a deposit, refunds the rest, and undoes both.
func TestRestOfDepositIsRefunded(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	p := s.pay(t, s.request(t, "USD", s.line("100.00")), "2027-01-08", "", "")
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-20", Lines: []*pb.DocumentLine{s.line("33.33")}}, p)
	if i.GetPaymentStatus() != pb.Invoice_PAID || i.GetDeposits()[0].GetAmount().GetAmount() != "39.66" ||
		i.GetDeposits()[0].GetTaxAmount().GetAmount() != "6.33" {
		t.Errorf("got %v", i)
	}
	s.wantBalances(t, "2027-01-20", [5]int64{11900, 0, -7934, 1267, -1900})
	r := must(s.CreateRefund(t.Context(), &pb.CreateRefundRequest{Refund: &pb.Refund{CustomerCreditId: p.GetId(),
		Date: "2027-01-25", AccountId: s.account(t, "1000")}}))(t)
	s.wantBalances(t, "2027-01-25", [5]int64{3966, 0, 0, 0, -633})
	must(s.VoidRefund(t.Context(), &pb.VoidRefundRequest{RefundId: r.GetId(), Date: "2027-01-26"}))(t)
	s.wantBalances(t, "2027-01-26", [5]int64{11900, 0, -7934, 1267, -1900})
	list := must(s.ListAllocations(t.Context(), &pb.ListAllocationsRequest{}))(t).GetAllocations()
	must(s.UndoAllocation(t.Context(), &pb.UndoAllocationRequest{AllocationId: list[0].GetId(), Date: "2027-01-27"}))(t)
	s.wantBalances(t, "2027-01-27", [5]int64{11900, 3966, -11900, 1900, -2533})
	must(s.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: p.GetId(), Date: "2027-01-28"}))(t)
	s.wantBalances(t, "2027-01-28", [5]int64{0, 3966, 0, 0, -633})
	s.wantSound(t)
	s.wantRegister(t)
}

// TestDepositIsPaidInParts pays a request three times, the last time too much. The taxes add up to
// those of the request.
func TestDepositIsPaidInParts(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.request(t, "USD", s.line("100.01"))
	first, second := s.pay(t, d, "2027-01-08", "39.67", ""), s.pay(t, d, "2027-01-09", "39.67", "")
	s.wantBalances(t, "2027-01-09", [5]int64{7934, 0, -7934, 1267, -1267})
	last := s.pay(t, d, "2027-01-10", "50.00", "")
	s.wantBalances(t, "2027-01-10", [5]int64{12934, 0, -12934, 1900, -1900})
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-20", Lines: []*pb.DocumentLine{s.line("500.00")}}, first, second, last)
	if i.GetOpenAmount().GetAmount() != "465.66" {
		t.Errorf("got %v", i)
	}
	s.wantBalances(t, "2027-01-20", [5]int64{12934, 46566, 0, 0, -9500})
	s.wantSound(t)
	s.wantRegister(t)
}

// TestForeignDepositKeepsItsRate pays a deposit in euros. Its taxes are released at the rate of the
// payment, and the invoice is taxed at its own rate.
func TestForeignDepositKeepsItsRate(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	p := s.pay(t, s.request(t, "EUR", s.line("100.00")), "2027-01-08", "", "1.10")
	s.wantBalances(t, "2027-01-08", [5]int64{13090, 0, -13090, 2090, -2090})
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-20", CurrencyCode: "EUR", ExchangeRate: "1.20",
		Lines: []*pb.DocumentLine{s.line("100.00")}}, p)
	if i.GetPaymentStatus() != pb.Invoice_PAID {
		t.Errorf("got %v", i)
	}
	s.wantBalances(t, "2027-01-20", [5]int64{13090, 0, 0, 0, -2280})
	s.wantSound(t)
	s.wantRegister(t)
}

// TestDepositWithoutTaxCodes pays a request that is not taxed.
func TestDepositWithoutTaxCodes(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.request(t, "USD", &pb.DocumentLine{Description: "Deposit", UnitPrice: "119.00"})
	p := s.pay(t, d, "2027-01-08", "", "")
	s.wantBalances(t, "2027-01-08", [5]int64{11900, 0, -11900, 0, 0})
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-20", Lines: []*pb.DocumentLine{s.line("1000.00")}}, p)
	if i.GetOpenAmount().GetAmount() != "1071.00" || i.GetDeposits()[0].GetTaxAmount().GetAmount() != "0.00" {
		t.Errorf("got %v", i)
	}
	s.wantBalances(t, "2027-01-20", [5]int64{11900, 107100, 0, 0, -19000})
}

// TestDepositsAreChecked refuses deposit requests, payments and invoices that make no sense.
func TestDepositsAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	draft := must(s.CreateDepositRequest(t.Context(), &pb.CreateDepositRequestRequest{DepositRequest: &pb.DepositRequest{
		CustomerId: s.customer}}))(t)
	d := s.request(t, "USD", s.line("100"))
	draftOfFuture := must(s.CreateDepositRequest(t.Context(), &pb.CreateDepositRequestRequest{
		DepositRequest: &pb.DepositRequest{CustomerId: s.customer, Lines: []*pb.DocumentLine{s.line("5")}}}))(t)
	future := must(s.IssueDepositRequest(t.Context(), &pb.IssueDepositRequestRequest{
		IssueDate: "2072-01-15", DepositRequestId: draftOfFuture.GetId()}))(t)
	other := s.newCustomer(t, "Pier 9")
	_, err := s.IssueDepositRequest(t.Context(), &pb.IssueDepositRequestRequest{DepositRequestId: draft.GetId()})
	if !slices.Contains(apptest.Fields(err), "lines") {
		t.Errorf("got %v", err)
	}
	_, err = s.UpdateDepositRequest(t.Context(), &pb.UpdateDepositRequestRequest{DepositRequestId: d.GetId(),
		DepositRequest: &pb.DepositRequest{Reference: "PO 7"},
		UpdateMask:     &fieldmaskpb.FieldMask{Paths: []string{"reference"}}})
	if apptest.Reason(err) != optionsv1.Reason_DEPOSIT_REQUEST_ISSUED {
		t.Errorf("got %v, want DEPOSIT_REQUEST_ISSUED", err)
	}
	for name, c := range map[string]struct {
		payment *pb.Payment
		field   string
	}{
		"draft":            {&pb.Payment{CustomerId: s.customer, DepositRequestId: draft.GetId()}, "depositRequestId"},
		"another customer": {&pb.Payment{CustomerId: other, DepositRequestId: d.GetId()}, "depositRequestId"},
		"unknown":          {&pb.Payment{CustomerId: s.customer, DepositRequestId: "dpr_x"}, "depositRequestId"},
		"another currency": {&pb.Payment{CustomerId: s.customer, DepositRequestId: d.GetId(),
			Amount: &typepb.Money{Amount: "1", CurrencyCode: "EUR"}}, "amount.currencyCode"},
		"before the request": {&pb.Payment{CustomerId: s.customer, DepositRequestId: d.GetId(), Date: "2027-01-01"},
			"date"},
		"today, before the request": {&pb.Payment{CustomerId: s.customer, DepositRequestId: future.GetId()}, "date"},
	} {
		_, err := s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: c.payment})
		if !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s", name, err, apptest.Fields(err), c.field)
		}
	}
	p := s.pay(t, d, "2027-01-08", "", "")
	void := &pb.VoidDepositRequestRequest{DepositRequestId: d.GetId(), Reason: "Order canceled"}
	if _, err := s.VoidDepositRequest(t.Context(), void); apptest.Reason(err) != optionsv1.Reason_DEPOSIT_REQUEST_PAID {
		t.Errorf("got %v, want DEPOSIT_REQUEST_PAID", err)
	}
	s.checkApplied(t, p, other)
	must(s.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: p.GetId()}))(t)
	if v := must(s.VoidDepositRequest(t.Context(), void))(t); v.GetState() != pb.DepositRequest_VOID ||
		v.GetNumber() != d.GetNumber() {
		t.Errorf("got %v", v)
	}
	s.wantBalances(t, "2027-01-31", [5]int64{})
}

// TestRefundedDepositIsVoided voids a request once its payments are refunded in full.
func TestRefundedDepositIsVoided(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.request(t, "USD", s.line("100.00"))
	first, second := s.pay(t, d, "2027-01-08", "19.00", ""), s.pay(t, d, "2027-01-08", "100.00", "")
	refund := func(p *pb.Payment, date, amount string) *pb.Refund {
		return must(s.CreateRefund(t.Context(), &pb.CreateRefundRequest{Refund: &pb.Refund{CustomerCreditId: p.GetId(),
			Date: date, AccountId: s.account(t, "1000"), Amount: &typepb.Money{Amount: amount, CurrencyCode: "USD"}}}))(t)
	}
	void := func() error {
		_, err := s.VoidDepositRequest(t.Context(), &pb.VoidDepositRequestRequest{DepositRequestId: d.GetId()})
		return err
	}
	refund(first, "2027-01-09", "19.00")
	refund(second, "2027-01-09", "60.00")
	undone := refund(second, "2027-01-09", "40.00")
	must(s.VoidRefund(t.Context(), &pb.VoidRefundRequest{RefundId: undone.GetId(), Date: "2027-01-10"}))(t)
	apptest.WantRefused(t, void(), optionsv1.Reason_DEPOSIT_REQUEST_PAID)
	refund(second, "2027-01-11", "40.00")
	if err := void(); err != nil {
		t.Error(err)
	}
	s.wantBalances(t, "2027-01-31", [5]int64{})
	s.wantSound(t)
	s.wantRegister(t)
}

// TestDepositsMoveWithMergedCustomer merges a customer whose deposit is paid in part into another
// one, who pays the rest.
func TestDepositsMoveWithMergedCustomer(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	d := s.request(t, "USD", s.line("100.00"))
	s.pay(t, d, "2027-01-08", "19.00", "")
	into := s.newCustomer(t, "Harbor Cafe LLC")
	must(pb.NewCustomersServiceClient(s).MergeCustomer(t.Context(),
		&pb.MergeCustomerRequest{CustomerId: s.customer, IntoCustomerId: into}))(t)
	s.customer = into
	s.pay(t, d, "2027-01-09", "", "")
	d = must(s.GetDepositRequest(t.Context(), &pb.GetDepositRequestRequest{DepositRequestId: d.GetId()}))(t)
	if d.GetCustomerId() != into || d.GetPaymentStatus() != pb.DepositRequest_PAID {
		t.Errorf("got %v", d)
	}
	s.wantBalances(t, "2027-01-09", [5]int64{11900, 0, -11900, 1900, -1900})
	s.wantSound(t)
}

// checkApplied refuses invoices that apply what they cannot.
func (s *shop) checkApplied(t testing.TB, p *pb.Payment, other string) {
	t.Helper()
	credit := &pb.Invoice_Deposit{CustomerCreditId: p.GetId()}
	for name, c := range map[string]struct {
		invoice *pb.Invoice
		field   string
	}{
		"another customer": {&pb.Invoice{CustomerId: other, Deposits: []*pb.Invoice_Deposit{credit}},
			"deposits[0].customerCreditId"},
		"twice": {&pb.Invoice{Deposits: []*pb.Invoice_Deposit{credit, credit}}, "deposits[1].customerCreditId"},
		"unknown": {&pb.Invoice{Deposits: []*pb.Invoice_Deposit{{CustomerCreditId: "ccr_x"}}},
			"deposits[0].customerCreditId"},
		"too much": {&pb.Invoice{Deposits: []*pb.Invoice_Deposit{{CustomerCreditId: p.GetId(),
			Amount: &typepb.Money{Amount: "120", CurrencyCode: "USD"}}}}, "deposits[0].amount"},
		"before the payment": {&pb.Invoice{IssueDate: "2027-01-05", Deposits: []*pb.Invoice_Deposit{credit}},
			"deposits[0].customerCreditId"},
	} {
		c.invoice.Lines = []*pb.DocumentLine{s.line("1000")}
		if c.invoice.CustomerId == "" {
			c.invoice.CustomerId = s.customer
		}
		d, err := s.invoicing.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: c.invoice})
		if err == nil {
			_, err = s.invoicing.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()})
		}
		if !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s", name, err, apptest.Fields(err), c.field)
		}
	}
}
