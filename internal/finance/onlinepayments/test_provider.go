package onlinepayments

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail/signature"
	"backoffice/internal/platform/secret"
)

// testName is the name of the provider for tests.
const testName = "TEST"

// testCheckoutPrefix and testPaymentPrefix begin the identifiers that TEST gives.
const (
	testCheckoutPrefix = "tco"
	testPaymentPrefix  = "tpy"
)

// testPageLife is how long a page of TEST is open.
const testPageLife = 24 * time.Hour

// testProvider is the provider TEST. It behaves like a real one, but moves no money: its page is
// served by this server, and its events are signed as Standard Webhooks define.
type testProvider struct {
	keys      *secret.Master
	publicURL string
}

// Name implements PaymentProvider.
func (testProvider) Name() string { return testName }

// IsTest implements PaymentProvider.
func (testProvider) IsTest() bool { return true }

// CheckCredentials implements PaymentProvider.
func (testProvider) CheckCredentials(c Credentials) error {
	if _, err := signature.ParseSecret(c.SigningSecret); err != nil {
		return fault.Invalid(fault.At("signingSecret", "%s", err))
	}
	return nil
}

// CreateCheckout implements PaymentProvider.
func (p testProvider) CreateCheckout(_ context.Context, _ Credentials, r CheckoutRequest) (Page, error) {
	key, err := id.Parse(checkoutPrefix, r.CheckoutID)
	if err != nil {
		return Page{}, err
	}
	return Page{
		ProviderCheckoutID: id.Format(testCheckoutPrefix, key),
		URL: p.publicURL + "/v1/public/testCheckouts/" +
			p.keys.Token(secret.TestCheckouts, r.Organization, key),
		ExpireTime: r.Now.Add(testPageLife),
	}, nil
}

// CancelCheckout implements PaymentProvider. The page reads the state of the checkout.
func (testProvider) CancelCheckout(context.Context, Credentials, string) error { return nil }

// testEvent is the body of an event of TEST.
type testEvent struct {
	ID   string    `json:"id"`
	Type string    `json:"type"`
	Time time.Time `json:"time"`

	CheckoutID   string            `json:"checkoutId,omitempty"`
	PaymentID    string            `json:"paymentId,omitempty"`
	RefundID     string            `json:"refundId,omitempty"`
	DisputeID    string            `json:"disputeId,omitempty"`
	PayoutID     string            `json:"payoutId,omitempty"`
	Amount       string            `json:"amount,omitempty"`
	Fee          string            `json:"fee,omitempty"`
	CurrencyCode string            `json:"currencyCode,omitempty"`
	Reference    string            `json:"reference,omitempty"`
	Message      string            `json:"message,omitempty"`
	Transactions []testTransaction `json:"transactions,omitempty"`
}

// testTransaction is an item of a payout of TEST.
type testTransaction struct {
	Type   string `json:"type"`
	ID     string `json:"id,omitempty"`
	Amount string `json:"amount,omitempty"`
	Fee    string `json:"fee,omitempty"`
}

// typesOfTest are the types of events by the names that TEST gives them.
var typesOfTest = map[string]pb.PaymentProviderEvent_Type{
	"payment.succeeded": pb.PaymentProviderEvent_PAYMENT_SUCCEEDED,
	"payment.failed":    pb.PaymentProviderEvent_PAYMENT_FAILED,
	"checkout.expired":  pb.PaymentProviderEvent_CHECKOUT_EXPIRED,
	"payment.refunded":  pb.PaymentProviderEvent_PAYMENT_REFUNDED,
	"payment.disputed":  pb.PaymentProviderEvent_PAYMENT_DISPUTED,
	"dispute.won":       pb.PaymentProviderEvent_DISPUTE_WON,
	"payout.paid":       pb.PaymentProviderEvent_PAYOUT_PAID,
	"payout.failed":     pb.PaymentProviderEvent_PAYOUT_FAILED,
}

// transactionsOfTest are the types of transactions by the names that TEST gives them.
var transactionsOfTest = map[string]pb.PaymentProviderEvent_Transaction_Type{
	"payment":    pb.PaymentProviderEvent_Transaction_PAYMENT,
	"refund":     pb.PaymentProviderEvent_Transaction_REFUND,
	"dispute":    pb.PaymentProviderEvent_Transaction_DISPUTE,
	"disputeWon": pb.PaymentProviderEvent_Transaction_DISPUTE_WON,
	"fee":        pb.PaymentProviderEvent_Transaction_FEE,
}

// nameOf returns the key of a value in a map.
func nameOf[V comparable](names map[string]V, value V) string {
	for name, v := range names {
		if v == value {
			return name
		}
	}
	return ""
}

// sign returns the body of an event and the headers that sign it.
func (testProvider) sign(c Credentials, e *testEvent, now time.Time) (http.Header, []byte, error) {
	key, err := signature.ParseSecret(c.SigningSecret)
	if err != nil {
		return nil, nil, err
	}
	body, err := json.Marshal(e)
	h := http.Header{}
	signature.Sign(key, h, e.ID, body, now)
	return h, body, err
}

// ReadEvent implements PaymentProvider. Fields that it does not know are ignored.
func (testProvider) ReadEvent(c Credentials, h http.Header, body []byte, now time.Time) (*Event, error) {
	key, err := signature.ParseSecret(c.SigningSecret)
	if err != nil || !signature.IsValid(key, h, body, now) {
		return nil, ErrSignature
	}
	var e testEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, &NotUnderstoodError{Problem: "The body is not an event in JSON."}
	}
	typ, known := typesOfTest[e.Type]
	if !known {
		return nil, &NotUnderstoodError{ID: e.ID, ProviderType: e.Type, Problem: "The type of the event is unknown."}
	}
	out := &Event{ID: e.ID, ProviderType: e.Type, Type: typ, Time: e.Time, CheckoutID: e.CheckoutID,
		PaymentID: e.PaymentID, ObjectID: e.RefundID + e.DisputeID + e.PayoutID, Amount: e.money(e.Amount),
		Fee: e.money(e.Fee), Reference: e.Reference, Message: e.Message}
	for _, t := range e.Transactions {
		out.Transactions = append(out.Transactions, &pb.PaymentProviderEvent_Transaction{
			Type: transactionsOfTest[t.Type], ProviderId: t.ID, Amount: e.money(t.Amount), Fee: e.money(t.Fee)})
	}
	return out, nil
}

// money returns an amount in the currency of the event, or nil if there is none.
func (e *testEvent) money(amount string) *typepb.Money {
	if amount == "" {
		return nil
	}
	return &typepb.Money{Amount: amount, CurrencyCode: e.CurrencyCode}
}

// testPaymentID returns the identifier of the payment of a checkout of TEST, which can be paid
// once.
func testPaymentID(providerCheckoutID string) string {
	_, key, _ := strings.Cut(providerCheckoutID, "_")
	return testPaymentPrefix + "_" + key
}
