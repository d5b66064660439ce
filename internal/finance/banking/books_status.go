package banking

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// bankStatus returns, for each bank account that is not archived, the day up to which its lines are
// decided and the day up to which it is reconciled.
func bankStatus(ctx context.Context, tx *db.Tx) (all []*pb.BooksStatus_BankAccountStatus, err error) {
	rows, err := tx.Query(ctx, `
select
  b.id,
  b.display_name,
  l.last_date,
  coalesce(l.first_waiting - 1, l.last_date),
  coalesce(l.waiting, 0),
  r.reconciled_date
from finance.bank_accounts b
left join lateral (
  select
    max(booked_date) as last_date,
    min(booked_date) filter (where state not in ('MATCHED', 'EXCLUDED')) as first_waiting,
    count(*) filter (where state not in ('MATCHED', 'EXCLUDED')) as waiting
  from finance.bank_statement_lines
  where org_id = $1
  and bank_account_id = b.id
) l on true
left join lateral (
  select max(statement_date) as reconciled_date
  from finance.reconciliations
  where org_id = $1
  and bank_account_id = b.id
  and state = 'COMPLETED'
) r on true
where b.org_id = $1
and b.archive_time is null
order by b.display_name, b.id`, tx.Call().Organization.ID)
	if err != nil {
		return nil, err
	}
	var key uuid.UUID
	var name string
	var last, decided, reconciled *calendar.Date
	var waiting int32
	_, err = pgx.ForEachRow(rows, []any{&key, &name, &last, &decided, &waiting, &reconciled}, func() error {
		all = append(all, &pb.BooksStatus_BankAccountStatus{
			BankAccountId: id.Format("bac", key), DisplayName: name, LastLineDate: dateString(last),
			LastCategorizedDate: dateString(decided), UncategorizedCount: waiting, ReconciledDate: dateString(reconciled),
		})
		return nil
	})
	return all, err
}

// dateString formats a date; a nil date becomes "".
func dateString(d *calendar.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}
