package onlinepayments

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// maxWaiting is how many waiting events are processed after one on which they may depend.
const maxWaiting = 100

// waitError is why an event waits for another one, as a sentence.
type waitError string

// Error implements error.
func (e waitError) Error() string { return string(e) }

// stuckError is why an event cannot take effect, as a sentence.
type stuckError string

// Error implements error.
func (e stuckError) Error() string { return string(e) }

func waitFor(format string, args ...any) error { return waitError(fmt.Sprintf(format, args...)) }
func stuck(format string, args ...any) error   { return stuckError(fmt.Sprintf(format, args...)) }

// handleStored processes an event that was stored, in case the server stopped before it did so
// itself.
func (s *Service) handleStored(ctx context.Context, o history.Occurrence) error {
	_, err := s.processWithWaiting(withoutKey(ctx), o.SubjectID)
	return err
}

// processWithWaiting processes an event, unless a rival has, and then those that waited for it.
func (s *Service) processWithWaiting(ctx context.Context, key string) (*providerEvent, error) {
	e, err := s.process(ctx, key, providerEvents.StepIn)
	if err != nil && fault.From(err).Reason == optionsv1.Reason_STATE_REFUSES_ACTION {
		return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*providerEvent, error) {
			return providerEvents.Find(ctx, tx, key)
		})
	}
	if err != nil || e.State != pb.PaymentProviderEvent_PROCESSED {
		return e, err
	}
	return e, s.processWaiting(ctx, e.PaymentProviderAccountId)
}

// processWaiting processes the events of an account that wait for others, until none takes effect.
func (s *Service) processWaiting(ctx context.Context, accountID string) error {
	waiting, err := s.waitingEvents(ctx, accountID)
	if err != nil {
		return err
	}
	for i := 0; i < len(waiting); i++ {
		e, err := s.process(ctx, waiting[i], providerEvents.StepIn)
		if err != nil && fault.From(err).Reason != optionsv1.Reason_STATE_REFUSES_ACTION {
			return err
		}
		if e.GetState() == pb.PaymentProviderEvent_PROCESSED { // those before it may depend on it
			waiting, i = append(waiting[:i:i], waiting[i+1:]...), -1
		}
	}
	return nil
}

// waitingEvents returns the events of an account that wait for others, the oldest first.
func (s *Service) waitingEvents(ctx context.Context, accountID string) (ids []string, err error) {
	account, err := id.Parse(accountPrefix, accountID)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]string, error) {
		found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select e.id
from finance.payment_provider_events e
where e.org_id = $1
and e.payment_provider_account_id = $2
and e.state = 'WAITING'
order by e.id
limit $3`, tx.Call().Organization.ID, account, maxWaiting)
		for _, key := range found {
			ids = append(ids, id.Format(eventPrefix, key))
		}
		return ids, err
	})
}

// stepper executes a verb of events, for a caller or for the system.
type stepper func(
	ctx context.Context, tx *db.Tx, key, verb string, rules ...resource.Rule[*providerEvent],
) (*providerEvent, error)

// process lets an event take effect. If it cannot, the state of the event says so. It fails only if
// the event has taken effect before or was dismissed, or if the server is at fault.
func (s *Service) process(ctx context.Context, key string, step stepper) (*providerEvent, error) {
	e, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*providerEvent, error) {
		return step(ctx, tx, key, "process", s.apply)
	})
	next, event, why := outcomeOf(err)
	if next == pb.PaymentProviderEvent_STATE_UNSPECIFIED {
		return e, err
	}
	// Not stored under the key of the request, which the first attempt has used: a retry tries again.
	return db.Write(withoutKey(ctx), s.db, func(ctx context.Context, tx *db.Tx) (*providerEvent, error) {
		return providerEvents.Modify(ctx, tx, key, event, func(_ context.Context, _ *db.Tx, _, e *providerEvent) error {
			if eventLifecycle.Refusal("process", e) == "" {
				e.State, e.Error, e.AttemptCount = next, why, e.AttemptCount+1
			}
			return nil
		})
	})
}

// outcomeOf returns the state, the history event and the sentence of an event that could not take
// effect. The state is unspecified if the error says nothing about the event.
func outcomeOf(err error) (next eventState, event, why string) {
	var waits waitError
	var sticks stuckError
	var refusal *fault.Error
	switch {
	case errors.As(err, &waits):
		return pb.PaymentProviderEvent_WAITING, "waiting", string(waits)
	case errors.As(err, &sticks):
		return pb.PaymentProviderEvent_FAILED, "failed", string(sticks)
	case errors.As(err, &refusal) && refusal.Cause == nil && !isAboutRequest(refusal.Reason):
		return pb.PaymentProviderEvent_FAILED, "failed", cleanText(refusal.Message)
	}
	return 0, "", ""
}

// isAboutRequest reports whether a refusal is about the request, and not about the event.
func isAboutRequest(r optionsv1.Reason) bool {
	return r == optionsv1.Reason_STATE_REFUSES_ACTION || r == optionsv1.Reason_RECORD_NOT_FOUND ||
		r == optionsv1.Reason_ETAG_MISMATCH
}

// apply is the rule that lets an event take effect.
func (s *Service) apply(ctx context.Context, tx *db.Tx, _, e *providerEvent) error {
	a, err := s.accounts.Find(ctx, tx, e.PaymentProviderAccountId)
	if err != nil {
		return err
	}
	e.Error, e.AttemptCount = "", e.AttemptCount+1
	switch e.Type {
	case pb.PaymentProviderEvent_PAYMENT_SUCCEEDED:
		return s.applyPayment(ctx, tx, a, e)
	case pb.PaymentProviderEvent_PAYMENT_FAILED, pb.PaymentProviderEvent_CHECKOUT_EXPIRED:
		return applyToCheckout(ctx, tx, e)
	case pb.PaymentProviderEvent_PAYMENT_REFUNDED:
		return s.applyRefund(ctx, tx, a, e)
	case pb.PaymentProviderEvent_PAYMENT_DISPUTED:
		return s.applyDispute(ctx, tx, a, e)
	case pb.PaymentProviderEvent_DISPUTE_WON:
		return s.applyWonDispute(ctx, tx, a, e)
	case pb.PaymentProviderEvent_PAYOUT_PAID:
		return s.applyPayout(ctx, tx, a, e)
	case pb.PaymentProviderEvent_PAYOUT_FAILED:
		return s.applyFailedPayout(ctx, tx, e)
	}
	return stuck("The type of the event is unknown.")
}

// dateOf returns the day of an event in the time zone of the organization.
func dateOf(tx *db.Tx, e *providerEvent) string {
	return calendar.DateOf(e.EventTime.AsTime(), tx.Call().Organization.Zone).String()
}

// findEffective returns the processed event of an account whose field has a value and that moved
// money, or nil. The field is provider_payment_id or provider_object_id.
func findEffective(
	ctx context.Context, tx *db.Tx, accountID string, typ pb.PaymentProviderEvent_Type, field, value string,
) (*providerEvent, error) {
	account, err := id.Parse(accountPrefix, accountID)
	if err != nil {
		return nil, err
	}
	found, _, err := providerEvents.Table().Select(ctx, tx, table.Query{Limit: maxWaiting, Within: []table.Equal{
		{Column: "payment_provider_account_id", Value: account}, {Column: "type", Value: typ.String()},
		{Column: field, Value: value}, {Column: "state", Value: pb.PaymentProviderEvent_PROCESSED.String()},
	}})
	if err != nil {
		return nil, err
	}
	for _, e := range found {
		if len(e.JournalEntryIds) > 0 {
			return e, nil
		}
	}
	return nil, nil
}
