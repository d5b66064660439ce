package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// selectClosingGap reports whether an account has an archived closing account.
const selectClosingGap = `
select exists (
  select
  from finance.accounts a
  join finance.accounts c on c.org_id = $1 and c.id = a.closing_account_id
  where a.org_id = $1
  and c.archive_time is not null
)`

// guardArchivedClosingAccounts refuses to close a fiscal year if a closing account of its results
// is archived. It adds up results only if an account has such a closing account. On a page of years
// it does so for one only, since the guard before it refuses all years after the first open one.
func guardArchivedClosingAccounts(ctx context.Context, tx *db.Tx, years []*pb.FiscalYear) ([]error, error) {
	refusals := make([]error, len(years))
	var gap bool
	if err := tx.QueryRow(ctx, selectClosingGap, tx.Call().Organization.ID).Scan(&gap); err != nil || !gap {
		return refusals, err
	}
	for i, y := range years {
		results, err := readResults(ctx, tx, y)
		if err != nil {
			return nil, err
		}
		refusals[i] = assignClosingAccounts("", results)
	}
	return refusals, nil
}
