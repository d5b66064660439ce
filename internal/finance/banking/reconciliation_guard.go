package banking

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

const selectLater = `
select r.n, c.statement_date::text
from unnest($2::uuid[], $3::uuid[], $4::date[]) with ordinality as r (bank_account_id, id, statement_date, n)
cross join lateral (
  select o.statement_date
  from finance.reconciliations o
  where o.org_id = $1
  and o.bank_account_id = r.bank_account_id
  and o.id <> r.id
  and o.state = 'COMPLETED'
  and o.statement_date >= r.statement_date
  order by o.statement_date desc
  limit 1
) c`

// lastOfAccount is the guard of reconciliations that lie before a completed one of the account.
func lastOfAccount(ctx context.Context, tx *db.Tx, reconciliations []*pb.Reconciliation) ([]error, error) {
	accounts, keys := make([]uuid.UUID, len(reconciliations)), make([]uuid.UUID, len(reconciliations))
	dates := make([]string, len(reconciliations))
	for i, r := range reconciliations {
		var err error
		if accounts[i], err = id.Parse("bac", r.BankAccountId); err != nil {
			return nil, err
		}
		if keys[i], err = id.Parse("rec", r.Id); err != nil {
			return nil, err
		}
		dates[i] = r.StatementDate
	}
	rows, err := tx.Query(ctx, selectLater, tx.Call().Organization.ID, accounts, keys, dates)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(reconciliations))
	var n int
	var through string
	_, err = pgx.ForEachRow(rows, []any{&n, &through}, func() error {
		refusals[n-1] = fault.Refuse(optionsv1.Reason_RECONCILIATION_OUT_OF_ORDER,
			"The bank account is reconciled up to %s; reopen that reconciliation first.", through).About(reconciliations[n-1].Id)
		return nil
	})
	return refusals, err
}

// noLater refuses a new reconciliation that lies before a completed one of the account.
func noLater(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) error {
	refusals, err := lastOfAccount(ctx, tx, []*pb.Reconciliation{r})
	if err != nil {
		return err
	}
	return refusals[0]
}
