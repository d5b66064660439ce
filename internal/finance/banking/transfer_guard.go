package banking

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// selectWithoutMatchingLine returns the positions of those bank accounts and amounts for which
// there is no UNMATCHED or HELD line.
const selectWithoutMatchingLine = `
select m.n
from unnest($2::uuid[], $3::bigint[]) with ordinality as m (bank_account_id, amount_minor, n)
cross join lateral (
  select exists (
    select
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.bank_account_id = m.bank_account_id
    and l.amount_minor = m.amount_minor
    and l.state in ('UNMATCHED', 'HELD')
  ) as waits
) w
where not w.waits`

// guardLineForMissingSide refuses to pair a transfer if no UNMATCHED or HELD line has the account
// and amount of its missing side.
func guardLineForMissingSide(ctx context.Context, tx *db.Tx, transfers []*pb.BankTransfer) ([]error, error) {
	accounts, err := id.ParseEach("bac", transfers, func(t *pb.BankTransfer) string {
		account, _ := missingSide(t)
		return account
	})
	if err != nil {
		return nil, err
	}
	minors := make([]int64, len(transfers))
	for i, t := range transfers {
		_, amount := missingSide(t)
		if minors[i], err = money.Parse(amount.Amount, amount.CurrencyCode); err != nil {
			return nil, err
		}
	}
	places, err := db.CollectColumn[int](ctx, tx, selectWithoutMatchingLine, tx.Call().Organization.ID, accounts, minors)
	refusals := make([]error, len(transfers))
	for _, n := range places {
		t := transfers[n-1]
		_, amount := missingSide(t)
		refusals[n-1] = fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"The bank account of the missing side has no UNMATCHED or HELD line of %s %s.", amount.Amount, amount.CurrencyCode).
			WithSubject(t.Id)
	}
	return refusals, err
}
