package receivables

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// OpenSince returns how much of a receivable is open on a day and later, in minor units, or zero if
// it does not exist.
func OpenSince(ctx context.Context, tx *db.Tx, receivableID, date string) (int64, error) {
	existing, err := receivables.Table().GetExisting(ctx, tx, []string{receivableID})
	if err != nil || existing[receivableID] == nil {
		return 0, err
	}
	open, err := loadOpen(ctx, tx, ofReceivable(existing[receivableID]), date)
	return open.since, err
}

// OpenOfCustomer returns what a customer owes in a currency, in minor units.
func OpenOfCustomer(ctx context.Context, tx *db.Tx, customerID, currency string) (minor int64, err error) {
	key, err := id.Parse("cus", customerID)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `
select coalesce(sum(open_amount_minor), 0)::bigint
from finance.receivables
where org_id = $1
and customer_id = $2
and state = 'OPEN'
and open_amount_currency = $3`, tx.Call().Organization.ID, key, currency).Scan(&minor)
	return minor, err
}

// LeftOfCredits returns what is left of credits, in minor units, by the UUID of their documents.
func LeftOfCredits(ctx context.Context, tx *db.Tx, keys []uuid.UUID) (map[uuid.UUID]int64, error) {
	return db.CollectMap[uuid.UUID, int64](ctx, tx, `
select id, open_amount_minor
from finance.customer_credits
where org_id = $1
and id = any($2)`, tx.Call().Organization.ID, keys)
}

// loadOpenOfPayments sets what is left of payments.
func loadOpenOfPayments(ctx context.Context, tx *db.Tx, list []*pb.Payment) error {
	keys, err := id.ParseEach("pay", list, (*pb.Payment).GetId)
	if err != nil {
		return err
	}
	left, err := LeftOfCredits(ctx, tx, keys)
	if err != nil {
		return err
	}
	for i, p := range list {
		p.OpenAmount = money.ToProto(left[keys[i]], p.Amount.GetCurrencyCode())
	}
	return nil
}
