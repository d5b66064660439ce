package customers

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Resolve returns the customer that a field of another capability's record refers to. It refuses a
// customer that does not exist or is archived, as one is that was merged. Until the transaction
// ends, the customer cannot be changed, archived or merged, so that the record moves with it.
// Documents are locked before their customer.
func Resolve(ctx context.Context, tx *db.Tx, field, key string) (*pb.Customer, error) {
	if u, err := id.Parse(customers.Prefix(), key); err == nil {
		if _, err := tx.Exec(ctx, tx.Locking(db.RankCustomer, `
select
from finance.customers
where org_id = $1
and id = $2
for share`), tx.Call().Organization.ID, u); err != nil {
			return nil, err
		}
	}
	return customers.Resolve(ctx, tx, field, key)
}
