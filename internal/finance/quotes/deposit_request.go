package quotes

import (
	"context"
	"errors"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/deposits"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// writeDeposits is the permission for the deposit requests that are issued and voided with quotes.
const writeDeposits = "finance.depositRequests.write"

// RequestDepositQuote issues the deposit request of an accepted quote.
func (s *Service) RequestDepositQuote(ctx context.Context, req *pb.RequestDepositQuoteRequest) (*pb.Quote, error) {
	return quotes.Step(ctx, s.db, req.GetQuoteId(), "requestDeposit",
		func(ctx context.Context, tx *db.Tx, _, q *pb.Quote) error {
			date, err := answerDate(tx, req.GetDate(), q)
			if err != nil {
				return err
			}
			if date < q.AcceptDate {
				return fault.Invalid(fault.At("date", "must not be before %s, when the quote was accepted", q.AcceptDate))
			}
			return requestDeposit(ctx, tx, q, date, req.GetCustomerId())
		})
}

// requestDeposit issues the deposit request of an accepted quote on a day, if it asks for a
// deposit. It makes a prospect a customer, since someone must owe the deposit: the given one, or a
// new one.
func requestDeposit(ctx context.Context, tx *db.Tx, q *pb.Quote, date, customerID string) error {
	d, err := newDepositRequest(ctx, tx, q, date)
	switch {
	case err != nil || d == nil && customerID == "":
		return err
	case d == nil:
		return setCustomer(ctx, tx, q, customerID)
	}
	if !tx.Call().Allows(writeDeposits) {
		return fault.PermissionMissing(writeDeposits)
	}
	return issueDeposit(ctx, tx, q, d, date, customerID)
}

// requestDepositByLink issues the deposit request of a quote that its customer accepted by a public
// link. If that is refused, the deposit is left to staff: the acceptance counts anyway.
func requestDepositByLink(ctx context.Context, tx *db.Tx, q *pb.Quote) error {
	d, err := newDepositRequest(ctx, tx, q, q.AcceptDate)
	if err == nil && d != nil {
		err = checkDeposit(ctx, tx, q, d)
	}
	var refusal *fault.Error
	switch {
	case errors.As(err, &refusal) && refusal.Cause == nil:
		return nil
	case err != nil || d == nil:
		return err
	}
	if err = issueDeposit(ctx, tx, q, d, q.AcceptDate, ""); err == nil {
		return nil
	}
	if fault.From(err).Reason == optionsv1.Reason_CUSTOMERS_NAME_TAKEN { // since checkDeposit
		return db.RowsChanged("a customer took the name of a prospect")
	}
	return err
}

// newDepositRequest returns the deposit request that a quote asks for, without its customer. It is
// nil if the quote asks for none.
func newDepositRequest(
	ctx context.Context, tx *db.Tx, q *pb.Quote, date string,
) (*pb.DepositRequest, error) {
	minor, err := depositOf(q)
	if err != nil || minor == 0 {
		return nil, err
	}
	d := &pb.DepositRequest{CurrencyCode: q.CurrencyCode, Reference: q.Reference, PriceMode: pb.TaxCalculation_NO_TAX,
		DueDate: max(date, tx.Call().Today().String())}
	if q.DepositTaxed {
		d.PriceMode = pb.TaxCalculation_INCLUSIVE
	}
	description, err := depositText(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	d.Lines, err = depositLines(q, minor, description)
	return d, err
}

// checkDeposit refuses what issueDeposit refuses, and stores nothing.
func checkDeposit(ctx context.Context, tx *db.Tx, q *pb.Quote, d *pb.DepositRequest) error {
	c, err := customerOf(ctx, tx, q, customers.Resolve)
	if err != nil {
		return err
	}
	if q.CustomerId == "" {
		if err := refuseTakenName(ctx, tx, c.DisplayName); err != nil {
			return err
		}
	}
	return deposits.Check(ctx, tx, d, c, q.AcceptDate)
}

// issueDeposit stores and issues the deposit request of a quote.
func issueDeposit(
	ctx context.Context, tx *db.Tx, q *pb.Quote, d *pb.DepositRequest, date, customerID string,
) error {
	if err := setCustomer(ctx, tx, q, customerID); err != nil {
		return err
	}
	d.CustomerId = q.CustomerId
	if err := deposits.CreateIssued(ctx, tx, d, date); err != nil {
		return fault.MapFields(err, func(f fault.Field) fault.Field {
			if f.Path == "customerId" {
				return f
			}
			return fault.Field{Path: "quoteId", Message: "cannot have its deposit requested: " + f.Path + " " + f.Message}
		})
	}
	q.DepositRequestId = d.Id
	return nil
}

// refuseDeposit refuses to request the deposit of quotes that ask for none, or whose deposit was
// requested. A void request does not count.
func refuseDeposit(ctx context.Context, tx *db.Tx, list []*pb.Quote) ([]error, error) {
	requests, err := findDepositRequests(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(list))
	for n, q := range list {
		d := requests[q.DepositRequestId]
		switch {
		case q.DepositPercent == "" && q.DepositAmount == nil:
			refusals[n] = fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The quote asks for no deposit.").
				WithSubject(q.Id)
		case d != nil && d.State != pb.DepositRequest_VOID:
			refusals[n] = fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The deposit was requested by %s.", d.Number).
				WithSubject(q.Id)
		}
	}
	return refusals, nil
}

// refusePaidDeposit refuses quotes whose deposit is paid.
func refusePaidDeposit(ctx context.Context, tx *db.Tx, list []*pb.Quote) ([]error, error) {
	requests, err := findDepositRequests(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	var issued []*pb.DepositRequest
	var at []int
	for n, q := range list {
		if d := requests[q.DepositRequestId]; d != nil && d.State == pb.DepositRequest_ISSUED {
			issued, at = append(issued, d), append(at, n)
		}
	}
	refusals := make([]error, len(list))
	paid, err := deposits.RefusePaid(ctx, tx, issued)
	if err != nil {
		return nil, err
	}
	for i, refusal := range paid {
		refusals[at[i]] = refusal
	}
	return refusals, nil
}

// findDepositRequests returns the deposit requests of quotes by their identifiers.
func findDepositRequests(
	ctx context.Context, tx *db.Tx, list []*pb.Quote,
) (map[string]*pb.DepositRequest, error) {
	var ids []string
	for _, q := range list {
		if q.DepositRequestId != "" {
			ids = append(ids, q.DepositRequestId)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return deposits.FindExisting(ctx, tx, ids)
}
