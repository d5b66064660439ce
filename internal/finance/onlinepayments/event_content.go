package onlinepayments

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// Limits of what is stored of an event.
const (
	maxIDLength     = 90 // a payment has it as its reference
	maxTextLength   = 500
	maxTransactions = 1000
)

// describe sets the content of an event record. It returns a problem, as a sentence, if the content
// is not complete or consistent; then it sets nothing but the provider's names.
func (e *Event) describe(r *providerEvent) (problem string) {
	r.ProviderType = cleanText(e.ProviderType)
	if problem = e.problem(); problem != "" {
		return problem
	}
	r.Type, r.EventTime = e.Type, timestamppb.New(e.Time)
	r.ProviderCheckoutId, r.ProviderPaymentId, r.ProviderObjectId = e.CheckoutID, e.PaymentID, e.ObjectID
	r.Amount, r.Fee, r.Transactions = e.Amount, e.Fee, e.Transactions
	r.Reference, r.Message = cleanText(e.Reference), cleanText(e.Message)
	return ""
}

// needs lists what events of a type must have.
var needs = map[pb.PaymentProviderEvent_Type]struct{ checkout, payment, object, amount bool }{
	pb.PaymentProviderEvent_PAYMENT_SUCCEEDED: {checkout: true, payment: true, amount: true},
	pb.PaymentProviderEvent_PAYMENT_FAILED:    {checkout: true},
	pb.PaymentProviderEvent_CHECKOUT_EXPIRED:  {checkout: true},
	pb.PaymentProviderEvent_PAYMENT_REFUNDED:  {payment: true, object: true, amount: true},
	pb.PaymentProviderEvent_PAYMENT_DISPUTED:  {payment: true, object: true, amount: true},
	pb.PaymentProviderEvent_DISPUTE_WON:       {payment: true, object: true, amount: true},
	pb.PaymentProviderEvent_PAYOUT_PAID:       {object: true, amount: true},
	pb.PaymentProviderEvent_PAYOUT_FAILED:     {object: true},
}

// problem returns why the content of an event cannot be used, or "".
func (e *Event) problem() string {
	need, known := needs[e.Type]
	switch {
	case !known:
		return "The type of the event is unknown."
	case e.Time.IsZero():
		return "The event has no time."
	case need.checkout && e.CheckoutID == "":
		return "The event names no checkout."
	case need.payment && e.PaymentID == "":
		return "The event names no payment."
	case need.object && e.ObjectID == "":
		return "The event names no refund, dispute or payout."
	case need.amount && e.Amount == nil:
		return "The event has no amount."
	case len(e.Transactions) > maxTransactions:
		return fmt.Sprintf("The payout has more than %d transactions.", maxTransactions)
	}
	for _, text := range []string{e.CheckoutID, e.PaymentID, e.ObjectID} {
		if !isIdentifier(text) {
			return "An identifier of the event is too long, or could be a card number."
		}
	}
	return e.amountProblem()
}

// amountProblem returns why the amounts of an event cannot be used, or "".
func (e *Event) amountProblem() string {
	if e.Amount == nil {
		e.Fee, e.Transactions = nil, nil // of no use without an amount, and not checked
		return ""
	}
	amount, ok := normalize(&e.Amount, e.Amount.GetCurrencyCode())
	if !ok || amount <= 0 {
		return "The amount of the event is not an amount of money greater than zero."
	}
	if e.Fee != nil {
		if fee, ok := normalize(&e.Fee, e.Amount.CurrencyCode); !ok || fee < 0 {
			return "The fee of the event is not an amount in the currency of the event."
		} else if fee == 0 {
			e.Fee = nil
		} else if fee >= amount && e.Type == pb.PaymentProviderEvent_PAYMENT_SUCCEEDED {
			return "The fee of the event is not less than its amount."
		}
	}
	for _, t := range e.Transactions {
		_, isAmount := normalize(&t.Amount, e.Amount.CurrencyCode)
		_, isFee := normalize(&t.Fee, e.Amount.CurrencyCode)
		if !isAmount || !isFee || !isIdentifier(t.ProviderId) {
			return "A transaction of the payout has no amount and fee in the currency of the payout."
		}
	}
	return ""
}

// normalize writes an amount with the digits of its currency. ok is false if it is not an amount in
// the currency. An absent amount is zero.
func normalize(m **typepb.Money, currency string) (minor int64, ok bool) {
	if *m == nil {
		*m = money.ToProto(0, currency)
	}
	if (*m).GetCurrencyCode() != currency {
		return 0, false
	}
	minor, err := money.Parse((*m).GetAmount(), currency)
	if err != nil {
		return 0, false
	}
	*m = money.ToProto(minor, currency)
	return minor, true
}

// isIdentifier reports whether a text may be stored as an identifier of a provider.
func isIdentifier(text string) bool {
	return len(text) <= maxIDLength && withoutCardNumbers(text) == text && cleanText(text) == text
}

// cleanText returns a text of a provider without what must not be stored: card numbers, control
// characters, and what is too long.
func cleanText(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
	runes := []rune(withoutCardNumbers(strings.TrimSpace(text)))
	return string(runes[:min(len(runes), maxTextLength)])
}
