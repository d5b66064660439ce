package quotes_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

func (s *shop) deposit(t testing.TB, q *pb.Quote) *pb.DepositRequest {
	t.Helper()
	return must(pb.NewDepositsServiceClient(s).GetDepositRequest(t.Context(),
		&pb.GetDepositRequestRequest{DepositRequestId: q.GetDepositRequestId()}))(t)
}

// TestAcceptedQuoteAsksForDeposit accepts quotes that ask for deposits, taxed and untaxed.
func TestAcceptedQuoteAsksForDeposit(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	untaxed := s.line("1", "100.00")
	untaxed.TaxCodeId = ""
	q := s.accept(t, &pb.Quote{DepositPercent: "30", DepositTaxed: true}, s.line("1", "1000.00"), untaxed)
	d := s.deposit(t, q)
	if d.GetState() != pb.DepositRequest_ISSUED || d.GetTotalAmount().GetAmount() != "387.00" ||
		d.GetTaxAmount().GetAmount() != "57.00" || d.GetIssueDate() != "2027-01-15" || d.GetCustomerId() != s.customer {
		t.Errorf("got %v", d)
	}
	q = s.accept(t, &pb.Quote{Prospect: &pb.Quote_Prospect{DisplayName: "Pier 9"},
		DepositAmount: &typepb.Money{Amount: "50.00"}}, s.line("1", "100.00"))
	d = s.deposit(t, q)
	if d.GetTotalAmount().GetAmount() != "50.00" || d.GetTaxAmount().GetAmount() != "0.00" ||
		d.GetCustomerId() != q.GetCustomerId() || q.GetProspect() != nil {
		t.Errorf("got %v of %v", d, q)
	}
	o := must(s.ReopenQuote(t.Context(), &pb.ReopenQuoteRequest{QuoteId: q.GetId()}))(t)
	if v := s.deposit(t, q); v.GetState() != pb.DepositRequest_VOID || o.GetDepositRequestId() != "" {
		t.Errorf("got %v of %v", v, o)
	}
	again := must(s.AcceptQuote(t.Context(), &pb.AcceptQuoteRequest{QuoteId: q.GetId(), AcceptedBy: "Maria Hill"}))(t)
	must(pb.NewReceivablesServiceClient(s).CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: again.GetCustomerId(), DepositRequestId: again.GetDepositRequestId()}}))(t)
	_, err := s.ReviseQuote(t.Context(), &pb.ReviseQuoteRequest{QuoteId: q.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_DEPOSIT_REQUEST_PAID {
		t.Errorf("got %v, want DEPOSIT_REQUEST_PAID", err)
	}
}

// TestDepositsOfQuotesAreChecked refuses deposits that make no sense.
func TestDepositsOfQuotesAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for name, c := range map[string]struct {
		quote *pb.Quote
		field string
	}{
		"more than all":   {&pb.Quote{DepositPercent: "100.1"}, "depositPercent"},
		"nothing":         {&pb.Quote{DepositPercent: "0"}, "depositPercent"},
		"huge exponent":   {&pb.Quote{DepositPercent: "1e900000000"}, "depositPercent"},
		"both":            {&pb.Quote{DepositPercent: "5", DepositAmount: &typepb.Money{Amount: "1"}}, "depositAmount"},
		"more than total": {&pb.Quote{DepositAmount: &typepb.Money{Amount: "12.00"}}, "depositAmount.amount"},
		"another currency": {&pb.Quote{DepositAmount: &typepb.Money{Amount: "1", CurrencyCode: "EUR"}},
			"depositAmount.currencyCode"},
	} {
		c.quote.CustomerId, c.quote.Lines = s.customer, []*pb.DocumentLine{s.line("1", "10")}
		_, err := s.CreateQuote(t.Context(), &pb.CreateQuoteRequest{Quote: c.quote})
		if !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s", name, err, apptest.Fields(err), c.field)
		}
	}
}
