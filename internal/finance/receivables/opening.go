package receivables

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// TakeOverReceivable stores the receivable of a document of the time before the organization kept
// its books here. The opening balances hold its amount since a day. base is the amount in the
// organization's currency, in minor units.
func TakeOverReceivable(ctx context.Context, tx *db.Tx, r *pb.Receivable, base int64, since string) error {
	r.Kind = pb.Receivable_OPENING_INVOICE
	return openReceivable(ctx, tx, r, base, "", since)
}

// TakeOverCredit is TakeOverReceivable for what a customer had paid or was credited. The credit is
// its own document.
func TakeOverCredit(ctx context.Context, tx *db.Tx, c *pb.CustomerCredit, base int64, since string) error {
	c.Kind = pb.CustomerCredit_OPENING_CREDIT
	c.Id = id.Format(customerCredits.Prefix(), id.New())
	c.DocumentId = c.Id
	return openCredit(ctx, tx, c, base, "", since)
}

// Opening is what the documents that were taken over add up to, in one currency on one account.
type Opening struct {
	Account     uuid.UUID
	Currency    string
	Minor, Base int64
}

// Openings returns the sums of the documents that were taken over and not voided.
func Openings(ctx context.Context, tx *db.Tx) ([]Opening, error) {
	return db.Collect[Opening](ctx, tx, `
select
  account_id as account,
  currency,
  sum(amount_minor)::bigint as minor,
  sum(base_amount_minor)::bigint as base
from finance.receivable_movements
where org_id = $1
and journal_entry_id is null
group by account_id, currency
having sum(amount_minor) <> 0 or sum(base_amount_minor) <> 0
order by account_id, currency`, tx.Call().Organization.ID)
}

// HasOpenings reports whether the opening balance of an account consists of documents that were
// taken over.
func HasOpenings(ctx context.Context, tx *db.Tx, accountID string) (found bool, err error) {
	key, err := id.Parse("acc", accountID)
	if err != nil {
		return false, err
	}
	err = tx.QueryRow(ctx, `
select exists (
  select
  from finance.receivable_movements
  where org_id = $1
  and account_id = $2
  and journal_entry_id is null
)`, tx.Call().Organization.ID, key).Scan(&found)
	return found, err
}

// OpeningCredit is a credit that was taken over.
type OpeningCredit struct {
	ID, Customer     uuid.UUID
	Number, Currency string
	Minor            int64
}

// OpeningCredits returns the credits that were taken over and have one of the numbers.
func OpeningCredits(ctx context.Context, tx *db.Tx, numbers []string) ([]OpeningCredit, error) {
	return db.Collect[OpeningCredit](ctx, tx, `
select
  id,
  customer_id as customer,
  number,
  total_amount_currency as currency,
  total_amount_minor as minor
from finance.customer_credits
where org_id = $1
and kind = 'OPENING_CREDIT'
and number = any($2)`, tx.Call().Organization.ID, numbers)
}
