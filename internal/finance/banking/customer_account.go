package banking

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// AccountForCustomers returns the bank account to which customers pay in a currency: the oldest one
// with for_customers that is not archived. It returns nil if there is none.
func AccountForCustomers(ctx context.Context, tx *db.Tx, currency string) (*pb.BankAccount, error) {
	var key uuid.UUID
	err := tx.QueryRow(ctx, `
select b.id
from finance.bank_accounts b
where b.org_id = $1
and b.for_customers
and b.currency_code = $2
and b.archive_time is null
order by b.id
limit 1`, tx.Call().Organization.ID, currency).Scan(&key)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return bankAccountTable.Get(ctx, tx, id.Format(bankAccountTable.Prefix(), key))
}

// FindAccount returns a bank account, on the system side.
func FindAccount(ctx context.Context, tx *db.Tx, bankAccountID string) (*pb.BankAccount, error) {
	return bankAccountTable.Get(ctx, tx, bankAccountID)
}
