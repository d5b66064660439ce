package banking

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

//go:embed sub_ledger.sql
var selectDiffering string

// Explained is what statement lines say of the accounts of the books: each decided line is
// on its bank account's with its amount, once.
func explained() ledger.SubLedger {
	return ledger.SubLedger{Collection: "bankStatementLines", Differ: differing}
}

func differing(ctx context.Context, tx *db.Tx, on calendar.Date) (accounts []string, err error) {
	rows, err := tx.Query(ctx, selectDiffering, tx.Call().Organization.ID, on.String(), tx.Call().Organization.CurrencyCode)
	if err != nil {
		return nil, err
	}
	var account uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&account}, func() error {
		accounts = append(accounts, id.Format("acc", account))
		return nil
	})
	return accounts, err
}
