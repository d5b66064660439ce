package receivables

import (
	"context"
	_ "embed"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

var (
	//go:embed statement_items.sql
	selectStatementItems string
	//go:embed statement_entries.sql
	selectStatementEntries string
)

// StatementItem is a receivable or a credit of a customer that is open at the end of a day. Amounts
// are in minor units of the currency, positive also for credits.
type StatementItem struct {
	Credit                bool
	DocumentID, Number    string
	Date, DueDate         calendar.Date
	Currency              string
	TotalMinor, OpenMinor int64
}

// StatementItems returns what is open of a customer at the end of a day, by currency, due date and
// number. Credits come last. A credit has its date as due date.
func StatementItems(ctx context.Context, tx *db.Tx, customerID string, asOf calendar.Date) ([]StatementItem, error) {
	key, err := id.Parse("cus", customerID)
	if err != nil {
		return nil, err
	}
	return db.Collect[StatementItem](ctx, tx, selectStatementItems, tx.Call().Organization.ID, key, asOf.String())
}

// StatementEntry is a change of what a customer owes, less credits, in minor units of a currency.
type StatementEntry struct {
	Date     calendar.Date
	Cause    string
	Number   string
	Currency string
	Minor    int64
}

// StatementEntries returns the changes of what a customer owes in a period. What settles a
// receivable with a credit of the same amount changes nothing and is left out.
func StatementEntries(
	ctx context.Context, tx *db.Tx, customerID string, start, end calendar.Date,
) ([]StatementEntry, error) {
	key, err := id.Parse("cus", customerID)
	if err != nil {
		return nil, err
	}
	return db.Collect[StatementEntry](ctx, tx, selectStatementEntries, tx.Call().Organization.ID, key, start.String(),
		end.String())
}

// BalancesBefore returns what a customer owes at the start of a day, less credits, in minor units
// by currency.
func BalancesBefore(ctx context.Context, tx *db.Tx, customerID string, day calendar.Date) (map[string]int64, error) {
	key, err := id.Parse("cus", customerID)
	if err != nil {
		return nil, err
	}
	return db.CollectMap[string, int64](ctx, tx, `
select m.currency, sum(case when m.side = 'CREDIT' then -m.amount_minor else m.amount_minor end)::bigint
from finance.receivable_movements m
where m.org_id = $1
and m.customer_id = $2
and m.date < $3
group by m.currency`, tx.Call().Organization.ID, key, day.String())
}
