package onlinepayments_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

const (
	processed = pb.PaymentProviderEvent_PROCESSED
	waiting   = pb.PaymentProviderEvent_WAITING
	failed    = pb.PaymentProviderEvent_FAILED
)

// events returns all events of the organization.
func (s *shop) events(t testing.TB) []*pb.PaymentProviderEvent {
	t.Helper()
	return must(s.ListPaymentProviderEvents(t.Context(), &pb.ListPaymentProviderEventsRequest{}))(t).
		GetPaymentProviderEvents()
}

// TestForgedEventsAreRefused sends events that are not signed by the provider, or too late, or to
// an account that does not exist. Nothing is stored of them.
func TestForgedEventsAreRefused(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sold := s.sell(t, "120")
	body := string(must(json.Marshal(paid(s.checkout(t, sold.GetId()), "120.00", "2.40")))(t))
	unknown := &pb.PaymentProviderAccount{EventToken: "abcdefg"}
	other := openShop(t)
	for name, c := range map[string]struct {
		at     *pb.PaymentProviderAccount
		secret string
		signed time.Duration
		header string
		want   int
	}{
		"another secret":  {s.account, otherSecret, 0, "", 401},
		"an old request":  {s.account, signingSecret, -6 * time.Minute, "", 401},
		"a future one":    {s.account, signingSecret, 6 * time.Minute, "", 401},
		"no signature":    {s.account, signingSecret, 0, "Webhook-Signature: v1,", 401},
		"another id":      {s.account, signingSecret, 0, "Webhook-Id: msg-2", 401},
		"unknown account": {unknown, signingSecret, 0, "", 404},
	} {
		var headers []string
		if c.header != "" {
			headers = []string{c.header}
		}
		if got := s.post(t, c.at, c.secret, body, time.Now().Add(c.signed), headers...); got.Code != c.want {
			t.Errorf("%s: got %d %s, want %d", name, got.Code, got.Raw, c.want)
		}
	}
	_, err := s.ReceivePaymentProviderEvent(t.Context(),
		&pb.ReceivePaymentProviderEventRequest{Token: s.account.GetEventToken(), Content: []byte(body)})
	apptest.WantRefused(t, err, optionsv1.Reason_SIGNATURE_INVALID)
	if list := s.events(t); len(list) != 0 {
		t.Errorf("got %v", list)
	}
	s.wantOpen(t, sold, "120.00")
	// An event of one organization says nothing in another one.
	if got := other.post(t, other.account, signingSecret, body, time.Now()); got.Code != 200 ||
		got.Body["state"] != "FAILED" {
		t.Errorf("got %d %s", got.Code, got.Raw)
	}
}

// TestEventTakesEffectOnce delivers events of one payment again, one after another and by rivals,
// and under another identifier. One payment is recorded.
func TestEventTakesEffectOnce(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sold := s.sell(t, "120")
	c := s.checkout(t, sold.GetId())
	same, other := paid(c, "120.00", "2.40"), paid(c, "120.00", "2.40")
	other["id"] = "evt-other"
	var group sync.WaitGroup
	for i := range 8 {
		e := same
		if i%2 == 1 {
			e = other
		}
		group.Go(func() {
			if got := s.send(t, s.account, e); got.Code != 200 {
				t.Errorf("got %d %s", got.Code, got.Raw)
			}
		})
	}
	group.Wait()
	if got := s.send(t, s.account, same); got.Body["duplicate"] != true || got.Body["state"] != "PROCESSED" {
		t.Errorf("got %s", got.Raw)
	}
	s.wantBalances(t, [3]int64{117_60, 2_40, 0})
	s.wantOpen(t, sold, "0.00")
	if list := s.events(t); len(list) != 2 || list[0].GetPaymentId() != list[1].GetPaymentId() {
		t.Errorf("got %v", list)
	}
	p := must(s.credits.GetPayment(t.Context(), &pb.GetPaymentRequest{PaymentId: s.events(t)[0].GetPaymentId()}))(t)
	if p.GetDate() != "2027-01-12" || p.GetMethod() != pb.Payment_CARD || p.GetReference() != "tpy-"+c.GetId() ||
		p.GetFee().GetAmount() != "2.40" || p.GetAccountId() != s.account.GetClearingAccountId() {
		t.Errorf("got %v", p)
	}
	if c = must(s.GetCheckout(t.Context(), &pb.GetCheckoutRequest{CheckoutId: c.GetId()}))(t); c.GetPaymentId() !=
		p.GetId() || c.GetState() != pb.Checkout_SUCCEEDED {
		t.Errorf("got %v", c)
	}
}

// TestMoneyIsNeverLost pays documents that are paid, canceled or void by then. What cannot settle
// anything is a credit of the customer.
func TestMoneyIsNeverLost(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sold := s.sell(t, "120")
	first, second := s.checkout(t, sold.GetId()), s.checkout(t, sold.GetId())
	must(s.CancelCheckout(t.Context(), &pb.CancelCheckoutRequest{CheckoutId: second.GetId()}))(t)
	must(s.credits.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer,
		Date: "2027-01-11", Amount: &typepb.Money{Amount: "50"},
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: sold.GetId()}}}}))(t)
	left := func(e *pb.PaymentProviderEvent) string {
		p := must(s.credits.GetPayment(t.Context(), &pb.GetPaymentRequest{PaymentId: e.GetPaymentId()}))(t)
		return p.GetOpenAmount().GetAmount()
	}
	if got := left(s.mustSend(t, paid(first, "120.00", ""), processed)); got != "50.00" {
		t.Errorf("got a credit of %s, want 50.00", got)
	}
	if got := left(s.mustSend(t, paid(second, "120.00", ""), processed)); got != "120.00" {
		t.Errorf("got a credit of %s, want 120.00", got)
	}
	void := s.sell(t, "30")
	third := s.checkout(t, void.GetId())
	must(s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: void.GetId(), Reason: "Mistake"}))(t)
	if got := left(s.mustSend(t, paid(third, "30.00", "1.00"), processed)); got != "30.00" {
		t.Errorf("got a credit of %s, want 30.00", got)
	}
	s.wantBalances(t, [3]int64{269_00, 1_00, 0})
}

// TestEventsArriveInAnyOrder sends a refund and a payout before the payment. They wait for it.
func TestEventsArriveInAnyOrder(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sold := s.sell(t, "100")
	c := s.checkout(t, sold.GetId())
	payout := event{"id": "evt-po", "type": "payout.paid", "payoutId": "po-1", "reference": "PO 1", "amount": "77.00",
		"currencyCode": "USD", "transactions": []event{
			{"type": "payment", "id": "tpy-" + c.GetId(), "amount": "100.00", "fee": "3.00"},
			{"type": "refund", "id": "rf-1", "amount": "-20.00"}}}.at(15)
	first := s.mustSend(t, payout, waiting)
	second := s.mustSend(t, returned(c, "payment.refunded", "rf-1", "20.00", ""), waiting)
	s.mustSend(t, paid(c, "100.00", "3.00"), processed)
	for _, e := range []*pb.PaymentProviderEvent{first, second} {
		if got := s.event(t, e.GetId()); got.GetState() != processed || got.GetError() != "" {
			t.Errorf("got %v", got)
		}
	}
	s.wantBalances(t, [3]int64{0, 3_00, 77_00})
	s.wantOpen(t, sold, "20.00")
}

// TestFailedEventIsProcessedAgain sends an event in a currency without a rate. It shows why it has
// no effect, and takes effect once the rate is known.
func TestFailedEventIsProcessedAgain(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	euros := s.issue(t, &pb.Invoice{CustomerId: s.customer, CurrencyCode: "EUR", ExchangeRate: "1.10",
		Lines: []*pb.DocumentLine{{Description: "Advice", UnitPrice: "100"}}})
	c := s.checkout(t, euros.GetId())
	e := s.mustSend(t, paid(c, "100.00", "2.00"), failed)
	if !strings.Contains(e.GetError(), "exchange") && !strings.Contains(e.GetError(), "rate") {
		t.Errorf("got %v", e)
	}
	again := must(s.ProcessPaymentProviderEvent(t.Context(),
		&pb.ProcessPaymentProviderEventRequest{PaymentProviderEventId: e.GetId()}))(t)
	if again.GetState() != failed || again.GetAttemptCount() != 2 {
		t.Errorf("got %v", again)
	}
	keyed := s.REST(t, "POST", "/v1/paymentProviderEvents/"+e.GetId()+":process", "{}", "Idempotency-Key: again-1")
	if keyed.Code != 200 || keyed.Body["state"] != "FAILED" || keyed.Body["attemptCount"] != float64(3) {
		t.Errorf("with an idempotency key: got %d %s", keyed.Code, keyed.Raw)
	}
	must(s.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
		FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Date: "2027-01-12", Rate: "1.20"}}))(t)
	again = must(s.ProcessPaymentProviderEvent(t.Context(),
		&pb.ProcessPaymentProviderEventRequest{PaymentProviderEventId: e.GetId()}))(t)
	if again.GetState() != processed || again.GetError() != "" {
		t.Errorf("got %v", again)
	}
	s.wantOpen(t, euros, "0.00")
	s.wantBalances(t, [3]int64{117_60, 2_40, 0})
	_, err := s.ProcessPaymentProviderEvent(t.Context(),
		&pb.ProcessPaymentProviderEventRequest{PaymentProviderEventId: e.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = s.DismissPaymentProviderEvent(t.Context(),
		&pb.DismissPaymentProviderEventRequest{PaymentProviderEventId: e.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// TestUnknownEventsAreShown sends signed events that the server does not understand. They are
// acknowledged and shown, have no effect, and can be set aside.
func TestUnknownEventsAreShown(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	c := s.checkout(t, s.sell(t, "100").GetId())
	bodyOf := func(e event) string {
		e["id"] = fmt.Sprint("e", e["amount"])
		return string(must(json.Marshal(e))(t))
	}
	for name, body := range map[string]string{
		"no JSON":         `hello`,
		"unknown type":    `{"id": "e1", "type": "customer.created", "time": "2027-01-12T10:00:00Z"}`,
		"no payment":      `{"id": "e2", "type": "payment.succeeded", "time": "2027-01-12T10:00:00Z", "checkoutId": "x"}`,
		"no time":         `{"id": "e3", "type": "payment.failed", "checkoutId": "x"}`,
		"negative amount": bodyOf(paid(c, "-5.00", "")),
		"wrong currency":  strings.ReplaceAll(bodyOf(paid(c, "5.00", "")), "USD", "ABC"),
		"card number":     strings.ReplaceAll(bodyOf(paid(c, "6.00", "")), "tpy-"+c.GetId(), "4242424242424242"),
	} {
		got := s.post(t, s.account, signingSecret, body, time.Now())
		if got.Code != 200 || got.Body["state"] != "NOT_UNDERSTOOD" {
			t.Errorf("%s: got %d %s", name, got.Code, got.Raw)
			continue
		}
		e := s.event(t, got.Body["paymentProviderEventId"].(string))
		if e.GetError() == "" || e.GetType() != 0 || strings.Contains(e.String(), "42424242") {
			t.Errorf("%s: got %v", name, e)
		}
		must(s.DismissPaymentProviderEvent(t.Context(),
			&pb.DismissPaymentProviderEventRequest{PaymentProviderEventId: e.GetId()}))(t)
	}
	s.wantBalances(t, [3]int64{})
	if got := s.post(t, s.account, signingSecret, strings.Repeat(" ", 1<<20+1), time.Now()); got.Code != 413 {
		t.Errorf("got %d", got.Code)
	}
}

// TestCardDataIsNotStored sends events with card numbers in texts, and in fields that the server
// does not know.
func TestCardDataIsNotStored(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	c := s.checkout(t, s.sell(t, "100").GetId())
	e := event{"id": "evt-1", "type": "payment.failed", "checkoutId": c.GetProviderCheckoutId(),
		"message": "Card 4242 4242-4242 4242 of order 20270112 was declined", "card": "4000056655665556",
		"metadata": map[string]string{"pan": "378282246310005"}}.at(12)
	stored := s.mustSend(t, e, processed)
	if want := "Card [removed] of order 20270112 was declined"; stored.GetMessage() != want ||
		strings.Contains(stored.String(), "5556") || strings.Contains(stored.String(), "10005") {
		t.Errorf("got %v, want %q", stored, want)
	}
	c = must(s.GetCheckout(t.Context(), &pb.GetCheckoutRequest{CheckoutId: c.GetId()}))(t)
	if c.GetState() != pb.Checkout_OPEN || c.GetLastError() != stored.GetMessage() {
		t.Errorf("got %v", c)
	}
}
