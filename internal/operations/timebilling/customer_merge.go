package timebilling

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// CustomerHooks move the billing rates of a customer that is merged into another one.
func CustomerHooks() customers.Hooks { return customers.Hooks{Merge: moveRates} }

// moveRates makes the billing rates of a customer those of another one. It refuses that if both
// have rates for the same hours on the same days, because no one said which of them holds.
func moveRates(ctx context.Context, tx *db.Tx, from, into *financev1.Customer) error {
	was, err := id.Parse("cus", from.Id)
	if err != nil {
		return err
	}
	becomes, err := id.Parse("cus", into.Id)
	if err != nil {
		return err
	}
	org := tx.Call().Organization.ID
	var taken uuid.UUID
	switch err := tx.QueryRow(ctx, `
select f.id
from operations.billing_rates f
join operations.billing_rates i on i.org_id = $1 and i.customer_id = $3
where f.org_id = $1
and f.customer_id = $2
and i.person_id is not distinct from f.person_id
and daterange(i.start_date, i.effective_end_date, '[]') && daterange(f.start_date, f.effective_end_date, '[]')
order by f.id
limit 1`, org, was, becomes).Scan(&taken); {
	case err == nil:
		return fault.Refuse(optionsv1.Reason_CUSTOMER_RATES_OVERLAP,
			"Both customers have billing rates for the same hours on the same days. End or delete those of one of them "+
				"first.").WithSubject(id.Format(billingRates.Prefix(), taken))
	case !errors.Is(err, pgx.ErrNoRows):
		return err
	}
	_, err = tx.Exec(ctx, `
update operations.billing_rates
set customer_id = $3,
  scope = replace(scope, $4, $5),
  version = version + 1,
  update_time = $6
where org_id = $1
and customer_id = $2`, org, was, becomes, from.Id, into.Id, tx.Call().Now())
	return err
}
