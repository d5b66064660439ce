package salesreports

import (
	"context"
	_ "embed"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

var (
	//go:embed open_receivables.sql
	selectOpenReceivables string
	//go:embed open_credits.sql
	selectOpenCredits string
)

// openItem is a receivable or a credit of which an amount is open.
type openItem struct {
	ID           uuid.UUID
	CustomerID   uuid.UUID
	CustomerName string
	DocumentID   string
	Kind         string
	Number       string
	Date         calendar.Date
	DueDate      calendar.Date
	AccountID    uuid.UUID
	Currency     string
	Total        int64
	// Minor is the open amount in the currency of the document, and Base its carrying value in that of
	// the organization, in minor units.
	Minor, Base int64
}

// openQuery says of which items the open amounts are read.
type openQuery struct {
	asOf     calendar.Date
	known    *time.Time
	customer *uuid.UUID
}

// openReceivables returns the receivables of which an amount is open at the end of a day, sorted by
// customer and due date. It reads the movements of those that are open now or have changed since,
// so that it takes no longer in an organization with many settled invoices.
func openReceivables(ctx context.Context, tx *db.Tx, q openQuery) ([]openItem, error) {
	return q.read(ctx, tx, selectOpenReceivables)
}

// openCredits returns the credits of which a part is not used at the end of a day.
func openCredits(ctx context.Context, tx *db.Tx, q openQuery) ([]openItem, error) {
	return q.read(ctx, tx, selectOpenCredits)
}

func (q openQuery) read(ctx context.Context, tx *db.Tx, sql string) ([]openItem, error) {
	rows, err := tx.QueryReplanned(ctx, sql, tx.Call().Organization.ID, q.asOf.String(), q.known, q.customer)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[openItem])
}
