package onlinepayments_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestRefundOpensInvoice refunds a part of a payment. The part is open again, and the rest settled.
func TestRefundOpensInvoice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sold := s.sell(t, "100")
	c := s.checkout(t, sold.GetId())
	s.mustSend(t, paid(c, "100.00", "3.00"), processed)
	e := s.mustSend(t, returned(c, "payment.refunded", "rf-1", "30.00", "0.50"), processed)
	again := returned(c, "payment.refunded", "rf-1", "30.00", "0.50")
	again["id"] = "evt-again"
	if same := s.mustSend(t, again, processed); len(same.GetRefundIds()) != 1 || len(same.GetJournalEntryIds()) != 0 {
		t.Errorf("got %v", same)
	}
	s.wantOpen(t, sold, "30.00")
	s.wantBalances(t, [3]int64{66_50, 3_50, 0})
	r := must(s.credits.GetRefund(t.Context(), &pb.GetRefundRequest{RefundId: e.GetRefundIds()[0]}))(t)
	if r.GetDate() != "2027-01-14" || r.GetReference() != "rf-1" || r.GetAmount().GetAmount() != "30.00" {
		t.Errorf("got %v", r)
	}
	s.mustSend(t, returned(c, "payment.refunded", "rf-2", "70.00", ""), processed)
	s.wantOpen(t, sold, "100.00")
	s.mustSend(t, returned(c, "payment.refunded", "rf-3", "1.00", ""), failed)
}

// TestRefundUsesCreditNote refunds a payment whose invoice was credited. The credit note is used,
// and the invoice stays paid.
func TestRefundUsesCreditNote(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sold := s.sell(t, "100")
	c := s.checkout(t, sold.GetId())
	s.mustSend(t, paid(c, "100.00", ""), processed)
	must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: sold.GetId(), IssueDate: "2027-01-13", Reason: "Returned", Lines: []*pb.CreditNote_Line{
			{InvoiceLineId: sold.GetLines()[0].GetId(), Amount: &typepb.Money{Amount: "40"}}}}}))(t)
	s.mustSend(t, returned(c, "payment.refunded", "rf-1", "40.00", ""), processed)
	s.wantOpen(t, sold, "0.00")
	s.wantBalances(t, [3]int64{60_00, 0, 0})
	credits := must(s.credits.ListCustomerCredits(t.Context(),
		&pb.ListCustomerCreditsRequest{Filter: `state = OPEN`}))(t).GetCustomerCredits()
	if len(credits) != 0 {
		t.Errorf("got %v", credits)
	}
}

// TestChargebackOpensInvoice disputes a payment: it is void, the invoice is open, and the provider
// keeps its fee and charges another one. A won dispute pays the invoice again.
func TestChargebackOpensInvoice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sold := s.sell(t, "100")
	c := s.checkout(t, sold.GetId())
	early := s.mustSend(t, returned(c, "dispute.won", "dp-1", "100.00", "").at(15), waiting)
	recorded := s.mustSend(t, paid(c, "100.00", "3.00"), processed)
	s.mustSend(t, returned(c, "payment.disputed", "dp-1", "100.00", "15.00"), processed)
	p := must(s.credits.GetPayment(t.Context(), &pb.GetPaymentRequest{PaymentId: recorded.GetPaymentId()}))(t)
	if p.GetState() != pb.Payment_VOID || p.GetVoidDate() != "2027-01-14" {
		t.Errorf("got %v", p)
	}
	if won := s.event(t, early.GetId()); won.GetState() != processed || won.GetPaymentId() == p.GetId() {
		t.Errorf("got %v", won)
	}
	s.wantOpen(t, sold, "0.00")
	s.wantBalances(t, [3]int64{82_00, 18_00, 0})
	again := s.checkout(t, s.sell(t, "50").GetId())
	s.mustSend(t, paid(again, "50.00", ""), processed)
	s.mustSend(t, returned(again, "payment.disputed", "dp-2", "20.00", ""), processed)
	s.wantBalances(t, [3]int64{112_00, 18_00, 0})
}

// TestDepositIsPaidOnline pays a deposit request. Its refund and the payment of a void one work
// too.
func TestDepositIsPaidOnline(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	deposits := pb.NewDepositsServiceClient(s)
	request := func() *pb.DepositRequest {
		d := must(deposits.CreateDepositRequest(t.Context(), &pb.CreateDepositRequestRequest{
			DepositRequest: &pb.DepositRequest{CustomerId: s.customer,
				Lines: []*pb.DocumentLine{{Description: "Kitchen", UnitPrice: "200"}}}}))(t)
		return must(deposits.IssueDepositRequest(t.Context(),
			&pb.IssueDepositRequestRequest{DepositRequestId: d.GetId(), IssueDate: "2027-01-10"}))(t)
	}
	d := request()
	c := s.checkout(t, d.GetId())
	s.mustSend(t, paid(c, "200.00", "4.00"), processed)
	d = must(deposits.GetDepositRequest(t.Context(), &pb.GetDepositRequestRequest{DepositRequestId: d.GetId()}))(t)
	if d.GetPaymentStatus() != pb.DepositRequest_PAID {
		t.Errorf("got %v", d)
	}
	s.mustSend(t, returned(c, "payment.refunded", "rf-1", "200.00", ""), processed)
	s.wantBalances(t, [3]int64{-4_00, 4_00, 0})
	d = request()
	c = s.checkout(t, d.GetId())
	must(deposits.VoidDepositRequest(t.Context(), &pb.VoidDepositRequestRequest{DepositRequestId: d.GetId()}))(t)
	s.mustSend(t, paid(c, "200.00", ""), processed)
	s.wantBalances(t, [3]int64{196_00, 4_00, 0})
}
