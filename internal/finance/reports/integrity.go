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

// Agree holds trial balance, profit and loss and balance sheet, all days together, to be
// the sums of the lines, which are the general ledger, and to add up themselves.
func agree(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	whole := column{label: onlyColumn, period: period{end: calendar.LastDay()}}
	operating := whole
	operating.operating = true
	st, err := spec{columns: []column{whole, operating}}.statement(ctx, tx)
	if err != nil {
		return nil, err
	}
	posted, err := postedTo(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, b := range st.all {
		said := [2]int64{b.Minor[0], b.Minor[1]}
		if posted[b.ID] == said {
			delete(posted, b.ID)
		} else {
			posted[b.ID] = said
		}
	}
	out := &pb.CheckIntegrityResponse_Check{Rule: "Trial balance, profit and loss and balance sheet are the sums of the general ledger.", BrokenCount: int32(len(posted))}
	for account := range posted {
		out.AccountIds = append(out.AccountIds, id.Format("acc", account))
	}
	slices.Sort(out.AccountIds)
	out.AccountIds = out.AccountIds[:min(len(out.AccountIds), maxDiffering)]
	if out.BrokenCount == 0 && !st.addsUp() {
		out.BrokenCount = 1
	}
	return out, nil
}

// maxDiffering is how many accounts the check names.
const maxDiffering = 100

// addsUp tells whether debits are credits, and what is owned is what is owed and what is
// the owners'.
func (s statement) addsUp() bool {
	trial, sheet := trialBalance(s), balanceSheet(s, s.none())
	_, others := s.section("", credit, func(b balance) bool { return b.is(pb.Account_LIABILITY) || b.is(pb.Account_EQUITY) })
	return trial.TotalDebit.Amount == trial.TotalCredit.Amount && sheet.TotalAssets.Amount == s.money(others.plus(s.earnings())[0]).Amount
}

// postedTo are the sums of each account's lines: of all, and of those that carry no
// profit to retained earnings.
func postedTo(ctx context.Context, tx *db.Tx) (map[uuid.UUID][2]int64, error) {
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
