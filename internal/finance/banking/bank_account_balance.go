package banking

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// selectBalances reads the last closing balance of each bank account, its date, and the number of
// undecided lines.
const selectBalances = `
select
  a.id,
  b.closing_balance_minor,
  b.balance_date::text,
  (
    select count(*)
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.bank_account_id = a.id
    and l.state in ('UNMATCHED', 'HELD', 'PARTIALLY_MATCHED')
  )
from finance.bank_accounts a
left join lateral (
  select i.closing_balance_minor, i.balance_date
  from finance.statement_imports i
  where i.org_id = $1
  and i.bank_account_id = a.id
  and i.state = 'IMPORTED'
  and i.closing_balance_minor is not null
  order by i.balance_date desc nulls last, i.id desc
  limit 1
) b on true
where a.org_id = $1
and a.id = any($2)`

// loadBalances sets the computed fields of bank accounts: the balance that the bank reported last
// and its date, the number of undecided lines, and how many of these look personal.
func loadBalances(ctx context.Context, tx *db.Tx, accounts []*pb.BankAccount) error {
	byKey := make(map[uuid.UUID]*pb.BankAccount, len(accounts))
	keys := make([]uuid.UUID, len(accounts))
	for i, a := range accounts {
		key, err := id.Parse("bac", a.Id)
		if err != nil {
			return err
		}
		keys[i], byKey[key] = key, a
	}
	suspected, err := countSuspicions(ctx, tx)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, selectBalances, tx.Call().Organization.ID, keys)
	if err != nil {
		return err
	}
	var key uuid.UUID
	var balance *int64
	var date *string
	var waiting int32
	_, err = pgx.ForEachRow(rows, []any{&key, &balance, &date, &waiting}, func() error {
		a := byKey[key]
		a.UnmatchedCount, a.SuspectedPersonalCount = waiting, suspected[a.Id]
		if balance != nil {
			a.StatementBalance = money.ToProto(*balance, a.CurrencyCode)
		}
		if date != nil {
			a.StatementDate = *date
		}
		return nil
	})
	return err
}
