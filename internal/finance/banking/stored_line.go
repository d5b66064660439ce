package banking

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// storedLine is what an import compares of a stored line.
type storedLine struct {
	id     uuid.UUID
	amount int64
	date   calendar.Date
}

// selectStoredLines returns the lines of a bank account that have one of the keys. The offset makes
// the planner look up each key. The bank account is compared later, so that no other index fits.
const selectStoredLines = `
select k.key, l.id, l.amount_minor, l.booked_date
from unnest($3::text[]) as k (key)
cross join lateral (
  select b.id, b.bank_account_id, b.amount_minor, b.booked_date
  from finance.bank_statement_lines b
  where b.org_id = $1
  and b.deduplication_key = k.key
  offset 0
) l
where l.bank_account_id = $2`

// findStoredLines returns the bank account's stored lines by their deduplication keys.
func findStoredLines(
	ctx context.Context, tx *db.Tx, accountKey uuid.UUID, keys []string,
) (map[string]storedLine, error) {
	rows, err := tx.QueryReplanned(ctx, selectStoredLines, tx.Call().Organization.ID, accountKey, keys)
	if err != nil {
		return nil, err
	}
	stored := map[string]storedLine{}
	var key string
	var l storedLine
	_, err = pgx.ForEachRow(rows, []any{&key, &l.id, &l.amount, &l.date}, func() error {
		stored[key] = l
		return nil
	})
	return stored, err
}
