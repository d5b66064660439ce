package receivables

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// FindPayment returns the payment that a request of another capability addresses. It fails with
// NOT_FOUND if the caller may not read it.
func FindPayment(ctx context.Context, tx *db.Tx, paymentID string) (*pb.Payment, error) {
	p, err := payments.GetByCaller(ctx, tx, paymentID)
	if err != nil {
		return nil, err
	}
	return p, loadOpenOfPayments(ctx, tx, []*pb.Payment{p})
}

// FindReceivable returns a receivable, on the system side.
func FindReceivable(ctx context.Context, tx *db.Tx, receivableID string) (*pb.Receivable, error) {
	return receivables.Find(ctx, tx, receivableID)
}

// Settlement is a part of a receivable that an allocation in effect settles, in minor units of the
// receivable's currency.
type Settlement struct {
	Date                 calendar.Date
	Minor, DiscountMinor int64
	// DifferenceMinor is what was not paid, and cleared as rounding.
	DifferenceMinor int64
	CreditKind      pb.CustomerCredit_Kind
	CreditNumber    string
	CreditDate      calendar.Date
	// DepositNumber is the number of the deposit request that the credit pays, "" for other credits.
	DepositNumber string
	// DepositTaxes are the taxes that the part releases, which were posted when the deposit was paid.
	DepositTaxes []*pb.CustomerCredit_Tax
}

// SettlementsOf returns the settlements of a receivable by date.
func SettlementsOf(ctx context.Context, tx *db.Tx, receivableID string) ([]Settlement, error) {
	key, err := id.Parse(receivables.Prefix(), receivableID)
	if err != nil {
		return nil, err
	}
	rows, err := db.Collect[struct {
		ID                                    uuid.UUID
		Date                                  calendar.Date
		Minor, DiscountMinor, DifferenceMinor int64
		Kind, Number, DepositNumber           string
		CreditDate                            calendar.Date
	}](ctx, tx, `
select a.id, a.date, a.settled_amount_minor as minor, coalesce(a.discount_minor, 0) as discount_minor,
  greatest(a.difference_minor, 0) as difference_minor, c.kind, c.number, c.deposit_request_number as deposit_number,
  c.date as credit_date
from finance.allocations a
join finance.customer_credits c on c.org_id = $1 and c.id = a.customer_credit_id
where a.org_id = $1
and a.receivable_id = $2
and a.state = 'ACTIVE'
order by a.date, a.id`, tx.Call().Organization.ID, key)
	if err != nil {
		return nil, err
	}
	out := make([]Settlement, len(rows))
	for i, r := range rows {
		out[i] = Settlement{Date: r.Date, Minor: r.Minor, DiscountMinor: r.DiscountMinor,
			DifferenceMinor: r.DifferenceMinor, CreditNumber: r.Number, CreditDate: r.CreditDate,
			CreditKind: pb.CustomerCredit_Kind(pb.CustomerCredit_Kind_value[r.Kind]), DepositNumber: r.DepositNumber}
		if r.DepositNumber == "" {
			continue
		}
		a, err := allocations.Table().Get(ctx, tx, id.Format(allocations.Prefix(), r.ID))
		if err != nil {
			return nil, err
		}
		out[i].DepositTaxes = a.ReleasedTaxes
	}
	return out, nil
}

// Use is a receivable that a credit settles. Minor is what is used of the credit, in minor units of
// its currency.
type Use struct {
	Number      string
	Date        calendar.Date
	TotalAmount *typepb.Money
	Minor       int64
}

// UsesOf returns what a credit settles, by the date of the allocation.
func UsesOf(ctx context.Context, tx *db.Tx, creditID string) ([]Use, error) {
	key, err := id.Parse(customerCredits.Prefix(), creditID)
	if err != nil {
		return nil, err
	}
	rows, err := db.Collect[struct {
		Number     string
		Date       calendar.Date
		Currency   string
		TotalMinor int64
		Minor      int64
	}](ctx, tx, `
select r.number, r.date, r.total_amount_currency as currency, r.total_amount_minor as total_minor,
  a.amount_minor as minor
from finance.allocations a
join finance.receivables r on r.org_id = $1 and r.id = a.receivable_id
where a.org_id = $1
and a.customer_credit_id = $2
and a.state = 'ACTIVE'
order by a.date, a.id`, tx.Call().Organization.ID, key)
	if err != nil {
		return nil, err
	}
	out := make([]Use, len(rows))
	for i, r := range rows {
		out[i] = Use{Number: r.Number, Date: r.Date, TotalAmount: money.ToProto(r.TotalMinor, r.Currency), Minor: r.Minor}
	}
	return out, nil
}
