package onlinepayments

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// applyPayment records the payment of a checkout. What exceeds what is open becomes a credit of the
// customer, also if the checkout was canceled or the document has been paid since.
func (s *Service) applyPayment(ctx context.Context, tx *db.Tx, a *account, e *providerEvent) error {
	c, err := lockCheckoutOf(ctx, tx, e)
	if err != nil {
		return err
	}
	known, err := findEffective(ctx, tx, a.Id, e.Type, "provider_payment_id", e.ProviderPaymentId)
	if err != nil {
		return err
	}
	if known != nil { // the provider reported the payment by another event
		e.PaymentId = known.PaymentId
		return nil
	}
	p := &pb.Payment{CustomerId: c.CustomerId, Date: dateOf(tx, e), Amount: e.Amount, AccountId: a.ClearingAccountId,
		Method: pb.Payment_CARD, Reference: e.ProviderPaymentId, Fee: e.Fee}
	if e.Fee != nil {
		p.FeeAccountId = a.FeeAccountId
	}
	if err := s.recordPayment(ctx, tx, p, c.DocumentId); err != nil {
		return err
	}
	e.PaymentId, e.JournalEntryIds = p.Id, []string{p.JournalEntryId}
	_, err = checkouts.Modify(ctx, tx, c.Id, "succeeded", func(_ context.Context, _ *db.Tx, _, c *checkout) error {
		if c.PaymentId == "" {
			c.PaymentId = p.Id
		}
		c.State, c.LastError = pb.Checkout_SUCCEEDED, ""
		return nil
	})
	return err
}

// lockCheckoutOf locks the checkout of an event, and sets it in the event.
func lockCheckoutOf(ctx context.Context, tx *db.Tx, e *providerEvent) (*checkout, error) {
	c, err := findCheckout(ctx, tx, e.PaymentProviderAccountId, e.ProviderCheckoutId)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, stuck("The checkout %s was not created by this server.", e.ProviderCheckoutId)
	}
	e.CheckoutId = c.Id
	return c, nil
}

// recordPayment records a payment of a document: it settles what is open on its day.
func (s *Service) recordPayment(ctx context.Context, tx *db.Tx, p *pb.Payment, documentID string) error {
	if strings.HasPrefix(documentID, depositPrefix) {
		p.DepositRequestId = documentID
		err := s.receivables.RecordPayment(ctx, tx, p, nil)
		if err == nil || fault.From(err).Reason != optionsv1.Reason_DEPOSIT_REQUEST_NOT_OPEN {
			return err
		}
		p.DepositRequestId = "" // it was voided; the money is there nevertheless
		return s.receivables.RecordPayment(ctx, tx, p, nil)
	}
	allocated := []*pb.Payment_NewAllocation{{ReceivableId: receivables.ReceivableID(documentID)}}
	settled, err := s.receivables.LockPaid(ctx, tx, []receivables.NewPayment{
		{CustomerID: p.CustomerId, Allocations: allocated}})
	if err != nil {
		return err
	}
	canSettle := false
	for _, r := range settled.Receivables {
		open, err := receivables.OpenSince(ctx, tx, r.Id, p.Date)
		if err != nil {
			return err
		}
		canSettle = open > 0 && r.CustomerId == p.CustomerId && r.Date <= p.Date &&
			r.TotalAmount.GetCurrencyCode() == p.Amount.GetCurrencyCode()
	}
	if !canSettle {
		allocated = nil
	}
	return s.receivables.RecordPayment(ctx, tx, p, allocated)
}

// applyToCheckout notes on a checkout that a payment failed, or that its page has closed.
func applyToCheckout(ctx context.Context, tx *db.Tx, e *providerEvent) error {
	c, err := lockCheckoutOf(ctx, tx, e)
	if err != nil || c.State != pb.Checkout_OPEN {
		return err // events may arrive in any order
	}
	event := "paymentFailed"
	if e.Type == pb.PaymentProviderEvent_CHECKOUT_EXPIRED {
		event = "expired"
	}
	_, err = checkouts.Modify(ctx, tx, c.Id, event, func(_ context.Context, _ *db.Tx, _, c *checkout) error {
		if e.Type == pb.PaymentProviderEvent_CHECKOUT_EXPIRED {
			c.State = pb.Checkout_EXPIRED
			return nil
		}
		c.LastError = e.Message
		if c.LastError == "" {
			c.LastError = "The payment failed."
		}
		return nil
	})
	return err
}
