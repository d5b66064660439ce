package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// checkRestatement refuses to change where statements show an account that has lines in a closed
// period, since it would restate the statements of that period.
func checkRestatement(ctx context.Context, tx *db.Tx, was, a *pb.Account) error {
	var changed []fault.Field
	if was.CashFlowSection != a.CashFlowSection {
		changed = append(changed, fault.At("cashFlowSection", "must stay %s: the account has lines in a closed period",
			was.CashFlowSection))
	}
	if was.CashFlowClass != a.CashFlowClass {
		changed = append(changed,
			fault.At("cashFlowClass", "must not change: the account has lines in a closed period"))
	}
	if was.BalanceSheetTerm != a.BalanceSheetTerm {
		changed = append(changed,
			fault.At("balanceSheetTerm", "must not change: the account has lines in a closed period"))
	}
	if err := checkPartRestatement(ctx, tx, was, a); err != nil || len(changed) == 0 {
		return err
	}
	if closed, err := hasClosedLines(ctx, tx, a.Id); err != nil || !closed {
		return err
	}
	return fault.InvalidFor(optionsv1.Reason_ACCOUNT_IN_CLOSED_PERIOD, changed...)
}

// hasClosedLines reports whether an account has lines in a closed period.
func hasClosedLines(ctx context.Context, tx *db.Tx, account string) (closed bool, err error) {
	key, err := accounts.Table().Key(account)
	if err != nil {
		return false, err
	}
	err = tx.QueryRow(ctx, `
select exists (
  select
  from finance.accounting_periods p
  where p.org_id = $1
  and p.state <> 'OPEN'
  and exists (
    select
    from finance.journal_lines l
    where l.org_id = $1
    and l.account_id = $2
    and l.date >= p.start_date
    and l.date <= p.end_date
  )
)`, tx.Call().Organization.ID, key).Scan(&closed)
	return closed, err
}
