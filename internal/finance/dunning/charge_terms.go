package dunning

import (
	"context"
	"errors"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// chargeTerms are what the entry of a notice needs: the exchange rate, which is empty in the
// organization's currency, and the tax code of the policy.
type chargeTerms struct {
	rate  string
	codes map[string]tax.Resolved
}

type termsKey struct{ currency, code string }

// resolveTerms sets the terms of notices. It returns the notices of the customers for whom no terms
// are refused, and why those of the others are.
func resolveTerms(
	ctx context.Context, tx *db.Tx, day calendar.Date, drafts []*noticeDraft,
) (ready []*noticeDraft, failures []*pb.DunningPolicy_Failure, err error) {
	type outcome struct {
		terms   chargeTerms
		refusal *fault.Error
	}
	known := map[termsKey]outcome{}
	for _, d := range drafts {
		if d.charged() == 0 {
			continue
		}
		key := termsKey{d.CurrencyCode, d.policy.TaxCodeId}
		o, isKnown := known[key]
		if !isKnown {
			o.terms, err = findTerms(ctx, tx, day, key)
			if err != nil && !errors.As(err, &o.refusal) {
				return nil, nil, err
			}
			known[key] = o
		}
		d.terms = o.terms
		if o.refusal != nil {
			failures = addFailure(failures, newFailure(d.CustomerId, day, o.refusal))
		}
	}
	return withoutFailed(drafts, failures), failures, nil
}

// findTerms reads the exchange rate of a currency and a tax code on a day.
func findTerms(ctx context.Context, tx *db.Tx, day calendar.Date, key termsKey) (t chargeTerms, err error) {
	if t.rate, err = receivables.RateOf(ctx, tx, key.currency, "", day.String()); err != nil || key.code == "" {
		return t, err
	}
	t.codes, err = tax.ResolveCodes(ctx, tx, day, []string{key.code}, func(int) string { return "taxCodeId" })
	return t, err
}

// refuseUnreadable returns the notices of the customers whose texts can all be rendered, and why
// those of the others cannot.
func refuseUnreadable(
	tx *db.Tx, day calendar.Date, drafts []*noticeDraft,
) (ready []*noticeDraft, failures []*pb.DunningPolicy_Failure, err error) {
	for _, d := range drafts {
		var refusal *fault.Error
		if err := setText(tx.Call(), d.DunningNotice, d.step, d.language); errors.As(err, &refusal) {
			failures = addFailure(failures, newFailure(d.CustomerId, day, refusal))
		} else if err != nil {
			return nil, nil, err
		}
	}
	return withoutFailed(drafts, failures), failures, nil
}

// newFailure returns the failure of a customer in a run.
func newFailure(customerID string, day calendar.Date, e *fault.Error) *pb.DunningPolicy_Failure {
	return &pb.DunningPolicy_Failure{CustomerId: customerID, Date: day.String(), Reason: e.Reason.String(),
		Message: messageOf(e)}
}

// messageOf returns the message of a refusal, with its first violation if it has any.
func messageOf(e *fault.Error) string {
	if len(e.Fields) > 0 {
		return e.Fields[0].Path + " " + e.Fields[0].Message
	}
	return e.Message
}

// addFailure adds a failure, unless the one before is of the same customer.
func addFailure(list []*pb.DunningPolicy_Failure, f *pb.DunningPolicy_Failure) []*pb.DunningPolicy_Failure {
	if len(list) > 0 && list[len(list)-1].CustomerId == f.CustomerId {
		return list
	}
	return append(list, f)
}

// failedCustomers returns the customers who have a failure.
func failedCustomers(list []*pb.DunningPolicy_Failure) map[string]bool {
	failed := map[string]bool{}
	for _, f := range list {
		failed[f.CustomerId] = true
	}
	return failed
}

// withoutFailed returns the notices of customers who have no failure.
func withoutFailed(drafts []*noticeDraft, failures []*pb.DunningPolicy_Failure) (ready []*noticeDraft) {
	failed := failedCustomers(failures)
	for _, d := range drafts {
		if !failed[d.CustomerId] {
			ready = append(ready, d)
		}
	}
	return ready
}
