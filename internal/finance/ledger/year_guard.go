package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// selectClosingGap tells whether an account closes to one that is archived.
const selectClosingGap = `
select exists (
  select
  from finance.accounts a
  join finance.accounts c on c.org_id = $1 and c.id = a.closing_account_id
  where a.org_id = $1
  and c.archive_time is not null
)`

// carriable is the guard that refuses to close a year while an account that its results are carried
// to is missing or archived. Results are added up only if the chart has such a gap, and then of
// one year on a page: the guard before it refuses all after the first that is open.
func carriable(ctx context.Context, tx *db.Tx, years []*pb.FiscalYear) ([]error, error) {
	refusals := make([]error, len(years))
	retained, err := FindAccountBySubtype(ctx, tx, pb.Account_RETAINED_EARNINGS)
	if err != nil {
		return nil, err
	}
	gap := retained == nil
	if !gap {
		if err := tx.QueryRow(ctx, selectClosingGap, tx.Call().Organization.ID).Scan(&gap); err != nil || !gap {
			return refusals, err
		}
	}
	for i, y := range years {
		results, err := resultsOf(ctx, tx, y)
		if err != nil {
			return nil, err
		}
		refusals[i] = addressed(y, retained, results)
	}
	return refusals, nil
}
