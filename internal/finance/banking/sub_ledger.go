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

// lineSubLedger returns the sub-ledger of statement lines for the ledger's proof: each decided line
// is posted to its bank account's ledger account exactly once, with its amount.
func lineSubLedger() ledger.SubLedger {
	return ledger.SubLedger{Collection: "bankStatementLines", Differ: findDifferingAccounts}
}

// findDifferingAccounts returns the ledger accounts that disagree with the statement lines and
// matches.
func findDifferingAccounts(ctx context.Context, tx *db.Tx, on calendar.Date) (accounts []string, err error) {
	rows, err := tx.Query(
		ctx, selectDiffering, tx.Call().Organization.ID, on.String(), tx.Call().Organization.CurrencyCode,
	)
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
