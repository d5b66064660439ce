package onlinepayments_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// payout is an event that a payout with transactions was paid on 2027-01-15.
func payout(key, amount string, transactions ...event) event {
	return event{"id": "evt-" + key, "type": "payout.paid", "payoutId": key, "amount": amount, "currencyCode": "USD",
		"transactions": transactions}.at(15)
}

func payment(c *pb.Checkout, amount, fee string) event {
	return event{"type": "payment", "id": "tpy-" + c.GetId(), "amount": amount, "fee": fee}
}

// TestPayoutPostsFees pays out payments whose fees are known only then, and a monthly fee.
func TestPayoutPostsFees(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	first, second := s.checkout(t, s.sell(t, "100").GetId()), s.checkout(t, s.sell(t, "50").GetId())
	s.mustSend(t, paid(first, "100.00", ""), processed)
	s.mustSend(t, paid(second, "50.00", "1.50"), processed)
	s.wantBalances(t, [3]int64{148_50, 1_50, 0})
	e := s.mustSend(t, payout("po-1", "140.50", payment(first, "100.00", "3.00"), payment(second, "50.00", "1.50"),
		event{"type": "fee", "fee": "5.00"}), processed)
	s.wantBalances(t, [3]int64{0, 9_50, 140_50})
	p := must(s.GetPayout(t.Context(), &pb.GetPayoutRequest{PayoutId: e.GetPayoutId()}))(t)
	if p.GetFee().GetAmount() != "8.00" || p.GetDate() != "2027-01-15" || p.GetReference() != "po-1" || p.GetMatched() ||
		len(p.GetTransactions()) != 3 {
		t.Errorf("got %v", p)
	}
	for name, wrong := range map[string]event{
		"paid out before":   payout("po-2", "97.00", payment(first, "100.00", "3.00")),
		"does not add up":   payout("po-3", "97.00", event{"type": "fee", "fee": "-100.00"}),
		"of an unknown one": payout("po-4", "97.00", event{"type": "coffee", "id": "x", "amount": "97.00"}),
	} {
		t.Log(name)
		s.mustSend(t, wrong, failed)
	}
	s.wantBalances(t, [3]int64{0, 9_50, 140_50})
}

// TestFailedPayoutIsPaidAgain lets the bank refuse payouts, one of them after it was matched. The
// next payout contains the same payment.
func TestFailedPayoutIsPaidAgain(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	c := s.checkout(t, s.sell(t, "100").GetId())
	s.mustSend(t, paid(c, "100.00", ""), processed)
	for _, key := range []string{"po-1", "po-2"} {
		e := s.mustSend(t, payout(key, "97.00", payment(c, "100.00", "3.00")), processed)
		s.wantBalances(t, [3]int64{0, 3_00, 97_00})
		if key == "po-2" {
			line := s.importLine(t, "2027-01-15", "Payout po-2", "97.00")
			must(s.banking.AcceptSuggestion(t.Context(), &pb.AcceptSuggestionRequest{BankStatementLineId: line}))(t)
		}
		s.mustSend(t, event{"id": "evt-failed-" + key, "type": "payout.failed", "payoutId": key}.at(16), processed)
		s.wantBalances(t, [3]int64{100_00, 0, 0})
		p := must(s.GetPayout(t.Context(), &pb.GetPayoutRequest{PayoutId: e.GetPayoutId()}))(t)
		if p.GetState() != pb.Payout_FAILED || p.GetFailDate() != "2027-01-16" || p.GetMatched() != (key == "po-2") {
			t.Errorf("got %v", p)
		}
	}
	s.mustSend(t, payout("po-3", "97.00", payment(c, "100.00", "3.00")).at(17), processed)
	s.wantBalances(t, [3]int64{0, 3_00, 97_00})
	s.mustSend(t, event{"id": "evt-f", "type": "payout.failed", "payoutId": "po-9"}.at(16), waiting)
}

// TestForeignPayoutLeavesNothing pays out payments in euros that were recorded at different rates.
// The clearing account is empty in both currencies.
func TestForeignPayoutLeavesNothing(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.bank = s.newBank(t, "EUR")
	s.account = s.newAccount(t, "Euro cards", s.bank)
	for date, rate := range map[string]string{"2027-01-12": "1.20", "2027-01-13": "1.10", "2027-01-15": "1.30"} {
		must(s.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
			FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Date: date, Rate: rate}}))(t)
	}
	var list []event
	for day := range 2 {
		sold := s.issue(t, &pb.Invoice{CustomerId: s.customer, CurrencyCode: "EUR", ExchangeRate: "1.00",
			Lines: []*pb.DocumentLine{{Description: "Advice", UnitPrice: "100"}}})
		c := must(s.CreateCheckout(t.Context(), &pb.CreateCheckoutRequest{Checkout: &pb.Checkout{
			DocumentId: sold.GetId(), PaymentProviderAccountId: s.account.GetId()}}))(t)
		s.mustSend(t, paid(c, "100.00", "2.00").at(12+day), processed)
		list = append(list, payment(c, "100.00", "3.00"))
		s.wantOpen(t, sold, "0.00")
	}
	s.wantBalances(t, [3]int64{225_40, 4_60, 0})
	e := payout("po-1", "194.00", list...)
	e["currencyCode"] = "EUR"
	s.mustSend(t, e, processed)
	s.wantBalances(t, [3]int64{0, 6_90, 223_10})
	wrong := payout("po-2", "1.00", event{"type": "fee", "fee": "-1.00"})
	s.mustSend(t, wrong, failed) // in USD, and the bank account is in EUR
}

// TestCheckoutsAreChecked checks the refusals of checkouts and accounts.
func TestCheckoutsAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sold, settled := s.sell(t, "100"), s.sell(t, "10")
	s.mustSend(t, paid(s.checkout(t, settled.GetId()), "10.00", ""), processed)
	draft := must(s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{CustomerId: s.customer,
		Lines: []*pb.DocumentLine{{Description: "Advice", UnitPrice: "1"}}}}))(t)
	for name, c := range map[string]struct {
		checkout *pb.Checkout
		reason   optionsv1.Reason
		fields   []string
	}{
		"paid":    {&pb.Checkout{DocumentId: settled.GetId()}, optionsv1.Reason_DOCUMENT_NOT_PAYABLE, nil},
		"a draft": {&pb.Checkout{DocumentId: draft.GetId()}, optionsv1.Reason_DOCUMENT_NOT_PAYABLE, nil},
		"a notice": {&pb.Checkout{DocumentId: "dun_01k9zq8w3xe5b8m2r7c4v6t0ya"},
			optionsv1.Reason_DOCUMENT_NOT_PAYABLE, nil},
		"unknown": {&pb.Checkout{DocumentId: "inv_01k9zq8w3xe5b8m2r7c4v6t0ya"}, optionsv1.Reason_REFERENCE_NOT_FOUND,
			[]string{"documentId"}},
		"a customer": {&pb.Checkout{DocumentId: s.customer}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"documentId"}},
		"too much": {&pb.Checkout{DocumentId: sold.GetId(), Amount: &typepb.Money{Amount: "100.01"}},
			optionsv1.Reason_CHECKOUT_EXCEEDS_OPEN, []string{"amount"}},
		"euros": {&pb.Checkout{DocumentId: sold.GetId(), Amount: &typepb.Money{Amount: "1", CurrencyCode: "EUR"}},
			optionsv1.Reason_FIELDS_INVALID, []string{"amount.currencyCode"}},
		"script": {&pb.Checkout{DocumentId: sold.GetId(), ReturnUrl: "javascript:alert(1)"},
			optionsv1.Reason_FIELDS_INVALID, []string{"returnUrl"}},
	} {
		t.Log(name)
		_, err := s.CreateCheckout(t.Context(), &pb.CreateCheckoutRequest{Checkout: c.checkout})
		apptest.WantRefused(t, err, c.reason, c.fields...)
	}
	must(s.DisablePaymentProviderAccount(t.Context(),
		&pb.DisablePaymentProviderAccountRequest{PaymentProviderAccountId: s.account.GetId()}))(t)
	_, err := s.CreateCheckout(t.Context(), &pb.CreateCheckoutRequest{Checkout: &pb.Checkout{DocumentId: sold.GetId()}})
	apptest.WantRefused(t, err, optionsv1.Reason_PAYMENT_PROVIDER_ACCOUNT_MISSING)
	_, err = s.CreateCheckout(t.Context(), &pb.CreateCheckoutRequest{Checkout: &pb.Checkout{DocumentId: sold.GetId(),
		PaymentProviderAccountId: s.account.GetId()}})
	apptest.WantRefused(t, err, optionsv1.Reason_PAYMENT_PROVIDER_ACCOUNT_DISABLED, "paymentProviderAccountId")
}
