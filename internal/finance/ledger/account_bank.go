package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// LinkBankAccount makes an account hold the money of a bank account, and so accept its own currency
// only. It refuses an account that has amounts in another currency. field is the request field that
// names the account.
func LinkBankAccount(ctx context.Context, tx *db.Tx, field, accountID, bankAccountID string) error {
	_, err := accounts.Modify(ctx, tx, accountID, "updated", func(
		ctx context.Context, tx *db.Tx, _, a *pb.Account,
	) error {
		a.BankAccountId = bankAccountID
		return checkHoldsOneCurrency(ctx, tx, field, a)
	})
	return err
}

// UnlinkBankAccount undoes LinkBankAccount.
func UnlinkBankAccount(ctx context.Context, tx *db.Tx, accountID string) error {
	_, err := accounts.Modify(ctx, tx, accountID, "updated", func(_ context.Context, _ *db.Tx, _, a *pb.Account) error {
		a.BankAccountId = ""
		return nil
	})
	return err
}

// checkHoldsOneCurrency refuses an account that has amounts in another currency than its own.
func checkHoldsOneCurrency(ctx context.Context, tx *db.Tx, field string, a *pb.Account) error {
	key, err := accounts.Table().Key(a.Id)
	if err != nil {
		return err
	}
	others, err := db.CollectColumn[string](ctx, tx, `
select currency
from finance.currency_positions
where org_id = $1
and account_id = $2
and currency <> $3
order by currency
limit 1`, tx.Call().Organization.ID, key, a.CurrencyCode)
	if err != nil || len(others) == 0 {
		return err
	}
	return fault.InvalidFor(optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY,
		fault.At(field, "names an account with amounts in %s, but the bank account is in %s", others[0], a.CurrencyCode))
}
