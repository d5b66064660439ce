package banking

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// selectLater returns, for each reconciliation, the date of the last other completed one of its
// bank account that is not earlier, if any.
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

// guardReconciliationOrder refuses reconciliations that are not dated after all other completed
// ones of their bank account.
func guardReconciliationOrder(ctx context.Context, tx *db.Tx, reconciliations []*pb.Reconciliation) ([]error, error) {
	accounts, err := id.ParseEach("bac", reconciliations, (*pb.Reconciliation).GetBankAccountId)
	if err != nil {
		return nil, err
	}
	keys, err := id.ParseEach("rec", reconciliations, (*pb.Reconciliation).GetId)
	if err != nil {
		return nil, err
	}
	dates := make([]string, len(reconciliations))
	for i, r := range reconciliations {
		dates[i] = r.StatementDate
	}
	later, err := db.CollectMap[int, string](ctx, tx, selectLater, tx.Call().Organization.ID, accounts, keys, dates)
	refusals := make([]error, len(reconciliations))
	for n, through := range later {
		refusals[n-1] = fault.Refuse(optionsv1.Reason_RECONCILIATION_OUT_OF_ORDER,
			"The bank account is reconciled up to %s; reopen that reconciliation first.", through).
			WithSubject(reconciliations[n-1].Id)
	}
	return refusals, err
}

// checkReconciliationOrder checks a new reconciliation as guardReconciliationOrder does.
func checkReconciliationOrder(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) error {
	refusals, err := guardReconciliationOrder(ctx, tx, []*pb.Reconciliation{r})
	if err != nil {
		return err
	}
	return refusals[0]
}
