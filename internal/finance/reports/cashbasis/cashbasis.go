// Package cashbasis turns figures of the accrual basis into those of the cash basis. Income and
// taxes of an invoice count as its receivable is settled, and those of a credit note as its credit
// is used. All other entries count as posted: they are of money, or follow settlements. Discounts
// and write-offs settle a receivable, so that its income counts and they reduce it.
//
// The rule: of each line of the entry that opened an item, round(line × settled ÷ total) is
// recognized at the end of a day, with the rounding on the largest line, so that the entry
// balances. What is recognized depends only on what is settled by then, so it is the same for any
// split of payments, and once all is settled it is the line. The account of the item shows nothing.
//
// Items are those of the sub-ledger of receivables. Another sub-ledger takes part with the same
// movements: items that an entry opened, and changes of what is open of them.
package cashbasis

import (
	"context"
	_ "embed"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

//go:embed adjustments.sql
var selectAdjustments string

// Query says which lines are adjusted, and when.
type Query struct {
	// Day is the day at whose end balances are adjusted.
	Day calendar.Date
	// KnownAt leaves out what was stored later. The zero time leaves out nothing.
	KnownAt time.Time
	// Within lists dimension values that every line must have, Without those it must not have.
	Within, Without []uuid.UUID
}

// Adjustment is what is added to a balance of the accrual basis, debits positive.
type Adjustment struct {
	AccountID uuid.UUID
	// LineID is the journal line that is adjusted. Not set if adjustments are read by account.
	LineID uuid.NullUUID
	Minor  int64
}

// ByAccount returns the adjustments of the balances of accounts at the end of a day. They add up to
// zero, unless they are limited to dimension values.
func ByAccount(ctx context.Context, tx *db.Tx, q Query) ([]Adjustment, error) {
	return q.read(ctx, tx, false)
}

// ByLine returns the adjustments of journal lines at the end of a day.
func ByLine(ctx context.Context, tx *db.Tx, q Query) ([]Adjustment, error) {
	return q.read(ctx, tx, true)
}

func (q Query) read(ctx context.Context, tx *db.Tx, byLine bool) ([]Adjustment, error) {
	var known *time.Time
	if !q.KnownAt.IsZero() {
		known = &q.KnownAt
	}
	rows, err := tx.QueryReplanned(ctx, selectAdjustments, tx.Call().Organization.ID, q.Day.String(), known,
		append([]uuid.UUID{}, q.Within...), append([]uuid.UUID{}, q.Without...), byLine)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Adjustment])
}
