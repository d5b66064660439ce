package onlinepayments

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// PaymentProvider is the port to a payment provider. Its methods run outside of transactions. They
// get and return no card data: an event has no field for it.
type PaymentProvider interface {
	// Name is the name by which accounts choose the provider. It never changes.
	Name() string
	// IsTest reports whether the provider moves no money.
	IsTest() bool
	// CheckCredentials refuses credentials with which the provider cannot work. The error names the
	// field, signingSecret or apiKey.
	CheckCredentials(c Credentials) error
	// CreateCheckout creates a page on which a customer pays. For the same CheckoutID it returns the
	// same page.
	CreateCheckout(ctx context.Context, c Credentials, r CheckoutRequest) (Page, error)
	// CancelCheckout closes a page. It has no effect if the page is closed.
	CancelCheckout(ctx context.Context, c Credentials, providerCheckoutID string) error
	// ReadEvent checks the signature of an event and returns its content. It fails with ErrSignature
	// if the signature is missing, wrong or too old, and with NotUnderstoodError if the content is
	// not one that it knows.
	ReadEvent(c Credentials, h http.Header, body []byte, now time.Time) (*Event, error)
}

// Credentials are the secrets of an account at a provider.
type Credentials struct{ SigningSecret, APIKey string }

// CheckoutRequest says what a customer is asked to pay.
type CheckoutRequest struct {
	Organization uuid.UUID
	// CheckoutID identifies the checkout, such as `cho_01k9…`.
	CheckoutID     string
	Amount         *typepb.Money
	DocumentNumber string
	// SellerName is the name of the organization.
	SellerName string
	// ReturnURL is where the page leads in the end, "" if nowhere.
	ReturnURL string
	Now       time.Time
}

// Page is a page on which a customer pays.
type Page struct {
	ProviderCheckoutID, URL string
	// ExpireTime is when the page closes, zero if it stays open.
	ExpireTime time.Time
}

// Event is what an event says. Empty fields are those that it does not have; see the fields of
// pb.PaymentProviderEvent.
type Event struct {
	ID, ProviderType                string
	Type                            pb.PaymentProviderEvent_Type
	Time                            time.Time
	CheckoutID, PaymentID, ObjectID string
	Amount, Fee                     *typepb.Money
	Reference, Message              string
	Transactions                    []*pb.PaymentProviderEvent_Transaction
}

// ErrSignature means that an event is not signed by the provider, or too old.
var ErrSignature = errors.New("onlinepayments: the signature of the event is missing, wrong or too old")

// NotUnderstoodError means that an event is signed by the provider, but has another content than
// this server knows.
type NotUnderstoodError struct {
	// ID and ProviderType are those of the event, "" if they cannot be read.
	ID, ProviderType string
	// Problem is a sentence.
	Problem string
}

// Error implements error.
func (e *NotUnderstoodError) Error() string { return e.Problem }
