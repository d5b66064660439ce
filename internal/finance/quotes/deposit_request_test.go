package quotes_test

import (
	"context"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/platform/db"
)

func (s *shop) acceptByLink(t testing.TB, q *pb.Quote) *pb.Quote {
	t.Helper()
	if err := s.write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := quotes.AcceptByLink(ctx, tx, q.GetId(),
			quotes.LinkAnswer{Name: "Maria Hill", IPAddress: "203.0.113.7", Revision: 1})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s.quote(t, q.GetId())
}

func (s *shop) pay(t testing.TB, q *pb.Quote, amount string) *pb.Payment {
	t.Helper()
	return must(pb.NewReceivablesServiceClient(s).CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: q.GetCustomerId(), DepositRequestId: q.GetDepositRequestId(), Amount: usd(amount)}}))(t)
}

// TestProspectWithTakenName accepts quotes with deposits to prospects whose names customers have,
// one of which was merged. Staff name the customer; a customer who uses the link is not refused,
// and the deposit is requested later.
func TestProspectWithTakenName(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	old, into := s.newCustomer(t, "Pier 9"), s.newCustomer(t, "Pier 9 LLC")
	must(s.customers.MergeCustomer(t.Context(), &pb.MergeCustomerRequest{CustomerId: old, IntoCustomerId: into}))(t)
	for name, customer := range map[string]string{"harbor CAFE": s.customer, "Pier 9": into} {
		offer := func() *pb.Quote {
			return s.send(t, &pb.Quote{Prospect: &pb.Quote_Prospect{DisplayName: name}, DepositPercent: "30"},
				s.line("1", "100"))
		}
		accept := &pb.AcceptQuoteRequest{QuoteId: offer().GetId(), AcceptedBy: "Maria Hill"}
		_, err := s.AcceptQuote(t.Context(), accept)
		apptest.WantRefused(t, err, optionsv1.Reason_CUSTOMERS_NAME_TAKEN, "customerId")
		accept.CustomerId = customer
		q := must(s.AcceptQuote(t.Context(), accept))(t)
		if d := s.deposit(t, q); d.GetCustomerId() != customer || q.GetCustomerId() != customer ||
			d.GetTotalAmount().GetAmount() != "35.70" {
			t.Errorf("%s: got %v of %v", name, d, q)
		}
		q = s.acceptByLink(t, offer())
		if q.GetState() != pb.Quote_ACCEPTED || q.GetDepositRequestId() != "" || q.GetProspect() == nil ||
			!allows(q, "requestDeposit") {
			t.Errorf("%s: got %v", name, q)
		}
		request := &pb.RequestDepositQuoteRequest{QuoteId: q.GetId()}
		_, err = s.RequestDepositQuote(t.Context(), request)
		apptest.WantRefused(t, err, optionsv1.Reason_CUSTOMERS_NAME_TAKEN, "customerId")
		request.CustomerId = customer
		q = must(s.RequestDepositQuote(t.Context(), request))(t)
		if d := s.deposit(t, q); d.GetCustomerId() != customer || d.GetIssueDate() != "2027-01-15" ||
			allows(q, "requestDeposit") {
			t.Errorf("%s: got %v of %v", name, d, q)
		}
		_, err = s.RequestDepositQuote(t.Context(), request)
		apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	}
	q := s.acceptByLink(t, s.send(t, &pb.Quote{Prospect: &pb.Quote_Prospect{DisplayName: "Bakery"}, DepositPercent: "30"},
		s.line("1", "100")))
	if d := s.deposit(t, q); d.GetCustomerId() != q.GetCustomerId() || q.GetProspect() != nil {
		t.Errorf("got %v of %v", d, q)
	}
}

// TestLinkAcceptsWithoutDeposit accepts quotes to an archived customer. By link they are accepted,
// and the deposit is requested later. A quote without a deposit has none to request.
func TestLinkAcceptsWithoutDeposit(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	asked := s.send(t, &pb.Quote{DepositPercent: "30"}, s.line("1", "100"))
	plain := s.send(t, &pb.Quote{}, s.line("1", "9"))
	must(s.customers.ArchiveCustomer(t.Context(), &pb.ArchiveCustomerRequest{CustomerId: s.customer}))(t)
	_, err := s.AcceptQuote(t.Context(), &pb.AcceptQuoteRequest{QuoteId: asked.GetId(), AcceptedBy: "Maria Hill"})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "customerId")
	q := s.acceptByLink(t, asked)
	if q.GetState() != pb.Quote_ACCEPTED || q.GetDepositRequestId() != "" {
		t.Errorf("got %v", q)
	}
	must(s.customers.UnarchiveCustomer(t.Context(), &pb.UnarchiveCustomerRequest{CustomerId: s.customer}))(t)
	for _, date := range []string{"2027-01-16", "2027-01-01", "x"} {
		_, err := s.RequestDepositQuote(t.Context(), &pb.RequestDepositQuoteRequest{QuoteId: q.GetId(), Date: date})
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "date")
	}
	q = must(s.RequestDepositQuote(t.Context(), &pb.RequestDepositQuoteRequest{QuoteId: q.GetId(),
		Date: q.GetAcceptDate()}))(t)
	if d := s.deposit(t, q); d.GetTotalAmount().GetAmount() != "35.70" || d.GetIssueDate() != q.GetAcceptDate() {
		t.Errorf("got %v", d)
	}
	if q := s.acceptByLink(t, plain); allows(q, "requestDeposit") {
		t.Errorf("got %v", q)
	}
	_, err = s.RequestDepositQuote(t.Context(), &pb.RequestDepositQuoteRequest{QuoteId: plain.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// TestDepositHasTheRateOfTheAcceptance records an acceptance on the next day, on which the rate of
// the tax changes. The deposit is due on the day on which it is recorded.
func TestDepositHasTheRateOfTheAcceptance(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	taxes := pb.NewTaxServiceClient(s)
	agency := must(taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "City"}}))(t)
	rate := must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{DisplayName: "City tax",
		Components: []*pb.TaxRate_Component{{DisplayName: "City tax", TaxAgencyId: agency.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: "5"}, {Percent: "40", StartDate: "2027-01-16"}}}}}}))(t)
	code := must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{Code: "C5",
		DisplayName: "City tax", SalesTaxRateId: rate.GetId()}}))(t).GetId()
	line := &pb.DocumentLine{Description: "Consulting", UnitPrice: "100", TaxCodeId: code}
	q := s.send(t, &pb.Quote{DepositPercent: "30", DepositTaxed: true}, line)
	s.advance(t, "2027-01-16")
	q = must(s.AcceptQuote(t.Context(), &pb.AcceptQuoteRequest{QuoteId: q.GetId(), AcceptedBy: "Maria Hill",
		Date: "2027-01-15"}))(t)
	if d := s.deposit(t, q); d.GetIssueDate() != "2027-01-15" || d.GetDueDate() != "2027-01-16" ||
		d.GetTaxAmount().GetAmount() != "1.50" {
		t.Errorf("got %v", d)
	}
}

// TestWithheldTaxHasNoTaxedDeposit refuses a taxed deposit on lines with a tax that the customer
// withholds, while the quote is a draft.
func TestWithheldTaxHasNoTaxedDeposit(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	taxes := pb.NewTaxServiceClient(s)
	agency := must(taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Agencia"}}))(t).GetId()
	rate := must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{DisplayName: "IVA, IRPF",
		Components: []*pb.TaxRate_Component{
			{DisplayName: "IVA", TaxAgencyId: agency, Spans: []*pb.TaxRate_Span{{Percent: "21"}}},
			{DisplayName: "IRPF", TaxAgencyId: agency, Effect: pb.TaxRate_WITHHELD, Spans: []*pb.TaxRate_Span{{Percent: "15"}}},
		}}}))(t)
	code := must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{Code: "S21",
		DisplayName: "IVA, IRPF", SalesTaxRateId: rate.GetId()}}))(t).GetId()
	line := &pb.DocumentLine{Description: "Consulting", UnitPrice: "100", TaxCodeId: code}
	_, err := s.CreateQuote(t.Context(), &pb.CreateQuoteRequest{Quote: &pb.Quote{CustomerId: s.customer,
		DepositPercent: "30", DepositTaxed: true, Lines: []*pb.DocumentLine{line}}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "depositTaxed")
	q := s.accept(t, &pb.Quote{DepositPercent: "30"}, line)
	if d := s.deposit(t, q); d.GetTotalAmount().GetAmount() != "36.30" {
		t.Errorf("got %v", d)
	}
}

// TestDepositsNeedPermission answers quotes with a key that may not write deposit requests.
func TestDepositsNeedPermission(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	clerk := pb.NewQuotesServiceClient(s.WithRole(t, platformv1.ApiKey_BOOKKEEPER, "finance.quotes.*"))
	accept := func(q *pb.Quote) error {
		return second(clerk.AcceptQuote(t.Context(), &pb.AcceptQuoteRequest{QuoteId: q.GetId(), AcceptedBy: "Maria Hill"}))
	}
	if err := accept(s.send(t, &pb.Quote{}, s.line("1", "10"))); err != nil {
		t.Error(err)
	}
	asked := s.send(t, &pb.Quote{DepositPercent: "30"}, s.line("1", "10"))
	accepted := s.accept(t, &pb.Quote{DepositPercent: "30"}, s.line("1", "10"))
	for verb, err := range map[string]error{
		"accept": accept(asked),
		"reopen": second(clerk.ReopenQuote(t.Context(), &pb.ReopenQuoteRequest{QuoteId: accepted.GetId()})),
		"revise": second(clerk.ReviseQuote(t.Context(), &pb.ReviseQuoteRequest{QuoteId: accepted.GetId()})),
	} {
		if apptest.Reason(err) != optionsv1.Reason_PERMISSION_MISSING {
			t.Errorf("%s: got %v, want PERMISSION_MISSING", verb, err)
		}
	}
	deposits := pb.NewDepositsServiceClient(s)
	void := &pb.VoidDepositRequestRequest{DepositRequestId: accepted.GetDepositRequestId()}
	must(deposits.VoidDepositRequest(t.Context(), void))(t)
	_, err := clerk.RequestDepositQuote(t.Context(), &pb.RequestDepositQuoteRequest{QuoteId: accepted.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
	again := must(s.RequestDepositQuote(t.Context(), &pb.RequestDepositQuoteRequest{QuoteId: accepted.GetId()}))(t)
	if d := s.deposit(t, again); d.GetState() != pb.DepositRequest_ISSUED || d.GetId() == void.DepositRequestId {
		t.Errorf("got %v instead of the void request", d)
	}
}

// TestPaidDepositKeepsTheAnswer pays and refunds the deposit of a quote, which can be reopened
// before and after that.
func TestPaidDepositKeepsTheAnswer(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	receivables := pb.NewReceivablesServiceClient(s)
	q := s.accept(t, &pb.Quote{DepositAmount: usd("50.00")}, s.line("1", "100.00"))
	want := func(may bool) {
		t.Helper()
		now := s.quote(t, q.GetId())
		if allows(now, "reopen") != may || allows(now, "revise") != may {
			t.Errorf("got %v, want %t", now.GetAllowedActions(), may)
		}
	}
	want(true)
	p := s.pay(t, q, "50.00")
	want(false)
	_, err := s.ReopenQuote(t.Context(), &pb.ReopenQuoteRequest{QuoteId: q.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_DEPOSIT_REQUEST_PAID)
	refund := func(amount string) {
		must(receivables.CreateRefund(t.Context(), &pb.CreateRefundRequest{Refund: &pb.Refund{CustomerCreditId: p.GetId(),
			AccountId: p.GetAccountId(), Amount: usd(amount)}}))(t)
	}
	refund("20.00")
	want(false)
	refund("30.00")
	want(true)
	if o := must(s.ReopenQuote(t.Context(), &pb.ReopenQuoteRequest{QuoteId: q.GetId()}))(t); o.GetState() !=
		pb.Quote_SENT || s.deposit(t, q).GetState() != pb.DepositRequest_VOID {
		t.Errorf("got %v", o)
	}
}

// TestDepositIsAppliedByTheLastInvoice converts a quote in parts after its deposit was paid. The
// last part applies what is left of the deposit, and an earlier one only on request.
func TestDepositIsAppliedByTheLastInvoice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	issue := func(i *pb.Invoice) *pb.Invoice {
		return must(s.invoicing.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: i.GetId()}))(t)
	}
	whole := s.accept(t, &pb.Quote{DepositPercent: "30", DepositTaxed: true}, s.line("1", "1000.00"))
	s.pay(t, whole, "357.00")
	if i := issue(s.convert(t, whole, &pb.ConvertQuoteRequest{}).GetInvoice()); len(i.GetDeposits()) != 1 ||
		i.GetTotalAmount().GetAmount() != "1190.00" || i.GetOpenAmount().GetAmount() != "833.00" {
		t.Errorf("got %v", i)
	}
	parts := s.accept(t, &pb.Quote{DepositAmount: usd("300.00")}, s.line("1", "100.00"), s.line("1", "1000.00"))
	s.pay(t, parts, "100.00")
	s.pay(t, parts, "200.00")
	first := s.convert(t, parts, &pb.ConvertQuoteRequest{Percent: "10"}).GetInvoice()
	second := issue(s.convert(t, parts, &pb.ConvertQuoteRequest{ApplyDeposit: true,
		Lines: []*pb.ConvertQuoteRequest_Line{{QuoteLineId: parts.GetLines()[0].GetId()}}}).GetInvoice())
	last := s.convert(t, parts, &pb.ConvertQuoteRequest{IssueDate: "2027-01-15"}).GetInvoice()
	if len(first.GetDeposits()) != 0 || second.GetOpenAmount().GetAmount() != "0.00" || len(last.GetDeposits()) != 1 {
		t.Errorf("got %v, %v and %v", first, second, last)
	}
	if i := issue(last); i.GetTotalAmount().GetAmount() != "1071.00" || i.GetOpenAmount().GetAmount() != "878.10" {
		t.Errorf("got %v", i)
	}
	early := s.accept(t, &pb.Quote{QuoteDate: "2027-01-01", DepositAmount: usd("5.00")}, s.line("1", "10.00"))
	s.pay(t, early, "5.00")
	if i := s.convert(t, early, &pb.ConvertQuoteRequest{IssueDate: "2027-01-14"}).GetInvoice(); len(i.GetDeposits()) != 0 {
		t.Errorf("got %v with a later credit", i)
	}
	unpaid := s.accept(t, &pb.Quote{DepositAmount: usd("5.00")}, s.line("1", "10.00"))
	if i := s.convert(t, unpaid, &pb.ConvertQuoteRequest{}).GetInvoice(); len(i.GetDeposits()) != 0 {
		t.Errorf("got %v", i)
	}
}
