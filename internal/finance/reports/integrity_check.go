package reports

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// checkStatements compares the trial balance, the profit and loss and the balance sheet over
// all days with the sums of the posted lines, which are the general ledger. It also checks that
// each statement balances.
func checkStatements(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	whole := column{label: onlyColumn, period: period{end: calendar.LastDay()}}
	operating := whole
	operating.operating = true
	st, err := spec{columns: []column{whole, operating}}.statement(ctx, tx)
	if err != nil {
		return nil, err
	}
	posted, err := sumsByAccount(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, b := range st.balances {
		shown := [2]int64{b.Minor[0], b.Minor[1]}
		if posted[b.ID] == shown {
			delete(posted, b.ID)
		} else {
			posted[b.ID] = shown
		}
	}
	out := &pb.CheckIntegrityResponse_Check{
		Rule:        "Trial balance, profit and loss and balance sheet are the sums of the general ledger.",
		BrokenCount: int32(len(posted)),
	}
	for account := range posted {
		out.AccountIds = append(out.AccountIds, id.Format("acc", account))
	}
	slices.Sort(out.AccountIds)
	out.AccountIds = out.AccountIds[:min(len(out.AccountIds), maxDiffering)]
	if out.BrokenCount == 0 && !st.isBalanced() {
		out.BrokenCount = 1
	}
	return out, nil
}

// maxDiffering is the maximum number of accounts that the check lists.
const maxDiffering = 100

// isBalanced reports whether debits equal credits, and assets equal liabilities plus equity.
func (s statement) isBalanced() bool {
	trial, sheet := trialBalance(s, nil), balanceSheet(s, s.zeros(), nil)
	return trial.TotalDebit.Amount == trial.TotalCredit.Amount &&
		sheet.TotalAssets.Amount == sheet.TotalLiabilitiesAndEquity.Amount
}

// sumsByAccount returns two sums of each account's lines: of all lines, and of those that do
// not close profit to retained earnings.
func sumsByAccount(ctx context.Context, tx *db.Tx) (map[uuid.UUID][2]int64, error) {
	rows, err := tx.Query(ctx, `
select
  account_id,
  sum(base_amount_minor)::bigint,
  coalesce(sum(base_amount_minor) filter (where not closing), 0)::bigint
from finance.journal_lines
where org_id = $1
group by account_id`, tx.Call().Organization.ID)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID][2]int64{}
	var account uuid.UUID
	var all, operating int64
	_, err = pgx.ForEachRow(rows, []any{&account, &all, &operating}, func() error {
		out[account] = [2]int64{all, operating}
		return nil
	})
	return out, err
}
