package onlinepayments

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// testFee is the fee of TEST, as a part of what is paid.
var testFee = decimal.New(2, -2)

// PayTestCheckout sends the event of what a customer did on the page of TEST.
func (s *Service) PayTestCheckout(
	ctx context.Context, req *pb.PayTestCheckoutRequest,
) (*pb.PayTestCheckoutResponse, error) {
	_, c, err := s.visitPage(ctx, req)
	return &pb.PayTestCheckoutResponse{State: c.GetState(), ReturnUrl: c.GetReturnUrl()}, err
}

// visitPage sends the event of what a customer did on the page of TEST. It returns the checkout
// then, and the context in which the server acts for its organization.
func (s *Service) visitPage(
	ctx context.Context, req *pb.PayTestCheckoutRequest,
) (context.Context, *checkout, error) {
	ctx, c, err := s.openPage(ctx, req.GetToken())
	if err != nil {
		return ctx, nil, err
	}
	if !isPageOpen(ctx, c) {
		return ctx, nil, fault.Refuse(optionsv1.Reason_CHECKOUT_CLOSED,
			"The checkout is %s, or its page has expired.", c.State).WithSubject(c.Id)
	}
	e, err := newVisit(c, req.GetOutcome(), call.From(ctx).Now())
	if err != nil {
		return ctx, nil, err
	}
	if _, err := s.sendTestEvent(ctx, c.PaymentProviderAccountId, e); err != nil {
		return ctx, nil, err
	}
	c, err = db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*checkout, error) {
		return checkouts.Find(ctx, tx, c.Id)
	})
	return ctx, c, err
}

// newVisit returns the event of an outcome of a visit.
func newVisit(c *checkout, outcome pb.PayTestCheckoutRequest_Outcome, now time.Time) (*testEvent, error) {
	e := &testEvent{CheckoutID: c.ProviderCheckoutId, Time: now}
	switch outcome {
	case pb.PayTestCheckoutRequest_SUCCEEDED:
		e.Type = "payment.succeeded"
		return e, e.pay(c, nil, nil)
	case pb.PayTestCheckoutRequest_FAILED:
		e.Type, e.Message = "payment.failed", "The card was declined."
		return e, nil
	case pb.PayTestCheckoutRequest_EXPIRED:
		e.Type = "checkout.expired"
		return e, nil
	}
	return nil, fault.Invalid(fault.At("outcome", "is required"))
}

// pay sets the payment of an event. The defaults are the amount of the checkout and the usual fee.
func (e *testEvent) pay(c *checkout, amount, fee *typepb.Money) error {
	e.PaymentID = testPaymentID(c.ProviderCheckoutId)
	e.setAmount(c, amount, fee)
	if fee != nil {
		return nil
	}
	minor, err := money.Parse(e.Amount, e.CurrencyCode)
	if err != nil {
		return fault.Invalid(fault.At("amount.amount", "%s", err))
	}
	charged := money.Round(decimal.NewFromInt(minor).Mul(testFee), 0).IntPart()
	e.Fee = money.Format(charged, e.CurrencyCode)
	return nil
}

// setAmount sets the amount of an event, by default that of the checkout, and its fee.
func (e *testEvent) setAmount(c *checkout, amount, fee *typepb.Money) {
	e.Amount, e.CurrencyCode = c.Amount.GetAmount(), c.Amount.GetCurrencyCode()
	if amount != nil {
		e.Amount, e.CurrencyCode = amount.GetAmount(), cmp.Or(amount.GetCurrencyCode(), e.CurrencyCode)
	}
	e.Fee = fee.GetAmount()
}

// SimulatePaymentProviderEvent sends an event of TEST, as if something had happened there.
func (s *Service) SimulatePaymentProviderEvent(
	ctx context.Context, req *pb.SimulatePaymentProviderEventRequest,
) (*providerEvent, error) {
	if stored, found, err := db.StoredResponse[*providerEvent](ctx, s.db); found || err != nil {
		return stored, err
	}
	a, err := s.accounts.Get(ctx, s.db, req.GetPaymentProviderAccountId())
	if err != nil {
		return nil, err
	}
	if a.Provider != testName {
		return nil, testOnly("The account is at %s; only events of %s can be simulated.", a.Provider, testName)
	}
	e := &testEvent{Type: nameOf(typesOfTest, req.GetType()), Time: call.From(ctx).Now()}
	if req.GetEventTime() != nil {
		e.Time = req.GetEventTime().AsTime()
	}
	if err := s.fillTestEvent(ctx, a, e, req); err != nil {
		return nil, err
	}
	return s.sendTestEvent(ctx, a.Id, e)
}

// fillTestEvent sets what an event of TEST is about.
func (s *Service) fillTestEvent(
	ctx context.Context, a *account, e *testEvent, req *pb.SimulatePaymentProviderEventRequest,
) error {
	object := id.New().String()
	switch req.GetType() {
	case pb.PaymentProviderEvent_PAYOUT_PAID:
		return s.fillTestPayout(ctx, a, e, "tpo-"+object)
	case pb.PaymentProviderEvent_PAYOUT_FAILED:
		p, err := payouts.Get(ctx, s.db, req.GetPayoutId())
		if isNotFound(err) {
			return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At("payoutId", "names a record that does not exist"))
		}
		e.PayoutID = p.GetProviderPayoutId()
		return err
	}
	c, err := checkouts.Get(ctx, s.db, req.GetCheckoutId())
	if isNotFound(err) || err == nil && c.PaymentProviderAccountId != a.Id {
		return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
			fault.At("checkoutId", "names a record that does not exist"))
	}
	if err != nil {
		return err
	}
	e.CheckoutID = c.ProviderCheckoutId
	switch req.GetType() {
	case pb.PaymentProviderEvent_PAYMENT_SUCCEEDED:
		return e.pay(c, req.GetAmount(), req.GetFee())
	case pb.PaymentProviderEvent_PAYMENT_FAILED:
		e.Message = "The card was declined."
		return nil
	case pb.PaymentProviderEvent_CHECKOUT_EXPIRED:
		return nil
	}
	e.PaymentID = testPaymentID(c.ProviderCheckoutId)
	e.setAmount(c, req.GetAmount(), req.GetFee())
	if req.GetType() == pb.PaymentProviderEvent_PAYMENT_REFUNDED {
		e.RefundID = "trf-" + object
		return nil
	}
	e.DisputeID = "tdp-" + testPaymentID(c.ProviderCheckoutId)
	return nil
}

// fillTestPayout pays out all that an account has not paid out.
func (s *Service) fillTestPayout(ctx context.Context, a *account, e *testEvent, payoutID string) error {
	e.PayoutID, e.Reference = payoutID, "TEST "+payoutID[len(payoutID)-8:]
	account, err := id.Parse(accountPrefix, a.Id)
	if err != nil {
		return err
	}
	events, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]*providerEvent, error) {
		keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select e.id
from finance.payment_provider_events e
where e.org_id = $1
and e.payment_provider_account_id = $2
and e.state = 'PROCESSED'
and e.type in ('PAYMENT_SUCCEEDED', 'PAYMENT_REFUNDED', 'PAYMENT_DISPUTED', 'DISPUTE_WON')
and e.journal_entry_ids <> '{}'
and e.payout_id is null
order by e.id
limit $3`, tx.Call().Organization.ID, account, maxTransactions)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(keys))
		for i, key := range keys {
			ids[i] = id.Format(eventPrefix, key)
		}
		return providerEvents.FindMany(ctx, tx, ids)
	})
	if err != nil {
		return err
	}
	return e.addTransactions(events)
}

// addTransactions adds the events of the currency of the first one to a payout.
func (e *testEvent) addTransactions(events []*providerEvent) error {
	var total int64
	for _, paid := range events {
		if e.CurrencyCode = cmp.Or(e.CurrencyCode, paid.Amount.CurrencyCode); paid.Amount.CurrencyCode != e.CurrencyCode {
			continue
		}
		amount, err := minorOf(paid.Amount)
		if err != nil {
			return err
		}
		fee, err := minorOf(paid.Fee)
		if err != nil {
			return err
		}
		t := testTransaction{ID: paid.ProviderObjectId, Fee: money.Format(fee, e.CurrencyCode)}
		for kind, of := range typesOfTransactions {
			if of.typ == paid.Type {
				amount, t.Type = of.sign*amount, nameOf(transactionsOfTest, kind)
			}
		}
		if paid.Type == pb.PaymentProviderEvent_PAYMENT_SUCCEEDED {
			t.ID = paid.ProviderPaymentId
		}
		t.Amount, total = money.Format(amount, e.CurrencyCode), total+amount-fee
		e.Transactions = append(e.Transactions, t)
	}
	if total <= 0 {
		return fault.Invalid(fault.At("type", "needs something that is not paid out yet"))
	}
	e.Amount = money.Format(total, e.CurrencyCode)
	return nil
}

// sendTestEvent signs an event and delivers it as if it had arrived over HTTP. In a dry run it
// stores nothing.
func (s *Service) sendTestEvent(ctx context.Context, accountID string, e *testEvent) (*providerEvent, error) {
	e.ID, e.Time = "evt-"+id.New().String(), e.Time.Truncate(time.Microsecond)
	at, err := s.openConnection(ctx, accountID)
	if err != nil {
		return nil, err
	}
	h, body, err := testProvider{}.sign(at.credentials, e, calendar.System().Now())
	if err != nil {
		return nil, err
	}
	if call.From(ctx).ValidateOnly {
		return at.read(h, body)
	}
	sent, _, err := s.deliver(withoutKey(ctx), accountID, h, body)
	return sent, err
}
