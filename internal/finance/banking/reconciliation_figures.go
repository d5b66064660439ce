package banking

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// selectReconciled returns the ledger balance at the end of a day, and the number and open amount
// of the undecided lines up to that day.
const selectReconciled = `
select
  coalesce(sum(m.minor), 0)::bigint,
  w.lines,
  w.minor
from finance.bank_accounts a
-- Undecided lines, less the part that matches explain.
cross join lateral (
  select count(*) as lines, (coalesce(sum(b.amount_minor), 0) - coalesce(sum(t.taken), 0))::bigint as minor
  from finance.bank_statement_lines b
  left join lateral (
    select sum(k.amount_minor) as taken
    from finance.bank_match_lines k
    join finance.bank_matches n on n.org_id = $1 and n.id = k.bank_match_id
    where k.org_id = $1
    and k.bank_statement_line_id = b.id
    and n.state = 'MATCHED'
  ) t on b.state = 'PARTIALLY_MATCHED'
  where b.org_id = $1
  and b.bank_account_id = $2
  and b.booked_date <= $3
  and b.state in ('UNMATCHED', 'HELD', 'PARTIALLY_MATCHED')
) w
left join finance.journal_lines l
  on l.org_id = $1
  and l.account_id = a.ledger_account_id
  and l.date <= $3
  and (a.currency_code = $5 or l.amount_currency = $4)
-- An account in the base currency counts postings in other currencies at their base amount.
left join lateral (
  select case when a.currency_code = $5 then l.base_amount_minor else l.amount_minor end as minor
) m on true
where a.org_id = $1
and a.id = $2
group by w.lines, w.minor`

// compareBooks computes the balances, undecided lines and difference of reconciliations.
// Completed ones keep their stored figures, and their difference is zero.
func compareBooks(ctx context.Context, tx *db.Tx, records []*pb.Reconciliation) error {
	for _, r := range records {
		if r.State == pb.Reconciliation_COMPLETED {
			r.Difference, r.UndecidedAmount = money.ToProto(
				0, r.StatementBalance.CurrencyCode,
			), money.ToProto(0, r.StatementBalance.CurrencyCode)
		} else if err := compareReconciliation(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// compareReconciliation computes the figures of one open reconciliation.
func compareReconciliation(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) error {
	account, err := bankAccounts.Table().Key(r.BankAccountId)
	if err != nil {
		return err
	}
	c, currency := tx.Call().Organization, r.StatementBalance.CurrencyCode
	var book, out, later, undecided int64
	if err := tx.QueryRow(ctx, selectReconciled, c.ID, account, r.StatementDate, currency, c.CurrencyCode).Scan(
		&book, &r.UndecidedCount, &undecided,
	); err != nil {
		return err
	}
	open, err := listedOutstanding(ctx, tx, r)
	if err != nil {
		return err
	}
	for _, l := range open {
		out += l.Minor
	}
	postedLater, err := findPostedLater(ctx, tx, r)
	if err != nil {
		return err
	}
	for _, l := range postedLater {
		later += l.Minor
	}
	statement, err := money.Parse(r.StatementBalance.Amount, currency)
	if err != nil {
		return err
	}
	r.BookBalance, r.Outstanding = money.ToProto(book, currency), money.ToProto(out, currency)
	r.PostedLater, r.UndecidedAmount = money.ToProto(later, currency), money.ToProto(undecided, currency)
	r.Difference = money.ToProto(statement-(book-out+later), currency)
	return nil
}
