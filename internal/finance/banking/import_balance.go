package banking

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// selectBooked returns the last closing balance reported before a day, and the totals of the lines
// since then, without and with those of the balance's own day. A bank may include these lines in
// the balance or not.
const selectBooked = `
select
  i.closing_balance_minor,
  coalesce(sum(l.amount_minor) filter (where l.booked_date > i.balance_date), 0),
  coalesce(sum(l.amount_minor), 0),
  i.balance_date::text
from (
  select closing_balance_minor, balance_date
  from finance.statement_imports
  where org_id = $1
  and bank_account_id = $2
  and state = 'IMPORTED'
  and closing_balance_minor is not null
  and balance_date < $3::text::date
  order by balance_date desc, id desc
  limit 1
) i
left join finance.bank_statement_lines l
  on l.org_id = $1
  and l.bank_account_id = $2
  and l.booked_date between i.balance_date and $3::text::date
group by 1, i.balance_date`

// warnOfMissingLines warns if the last balance reported before plus the lines since differs from
// the file's closing balance. The new lines of the file are included.
func (f *importPlan) warnOfMissingLines(ctx context.Context, tx *db.Tx, account *pb.BankAccount) error {
	last := f.closingBalance()
	if last == nil || last.Date.IsZero() {
		return nil
	}
	key, err := bankAccounts.Table().Key(account.Id)
	if err != nil {
		return err
	}
	// Decimals, since the sums of a file may exceed an int64.
	var before, after, since decimal.Decimal
	var day string
	err = tx.QueryRow(ctx, selectBooked, tx.Call().Organization.ID, key, last.Date.String()).Scan(
		&before, &after, &since, &day,
	)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	counted := map[string]bool{}
	for i, l := range f.lines {
		booked := l.Date.String()
		if _, again := f.stored[f.keys[i]]; again || counted[f.keys[i]] || booked < day || l.Date.After(last.Date) {
			continue
		}
		counted[f.keys[i]] = true
		since = since.Add(decimal.New(l.Amount, 0))
		if booked > day {
			after = after.Add(decimal.New(l.Amount, 0))
		}
	}
	reported := decimal.New(last.Amount, 0)
	if !before.Add(after).Equal(reported) && !before.Add(since).Equal(reported) {
		f.warnings = append(f.warnings, fmt.Sprintf(
			"The balance of %s on %s and the lines since lead to %s, but the file says %s: lines may be missing.",
			f.format(before), day, f.format(before.Add(after)), f.format(reported)))
	}
	return nil
}

// warnOfUnproven warns of rows that were recognized as duplicates by their text alone, in
// statements whose balances do not prove that no line is missing.
func (f *importPlan) warnOfUnproven() {
	count := 0
	for _, r := range f.rows {
		if r.outcome == pb.StatementImport_Row_DUPLICATE && !f.proven[r.statement-1] && !f.lines[r.line].HasReference() {
			count++
		}
	}
	if count > 0 {
		f.warn("Lines recognized as already imported by date, amount and text alone: %d. "+
			"The file has no balances that prove it.", count)
	}
}

// warnOfMovedBalance warns if an earlier file reported another closing balance of the same day, and
// the new lines do not lead from it to the file's closing balance. A balance that was reported
// before is that of a file imported again.
func (f *importPlan) warnOfMovedBalance(ctx context.Context, tx *db.Tx, accountKey uuid.UUID) error {
	last := f.closingBalance()
	if last == nil || last.Date.IsZero() {
		return nil
	}
	rows, err := tx.Query(ctx, `
select closing_balance_minor
from finance.statement_imports
where org_id = $1
and bank_account_id = $2
and state = 'IMPORTED'
and closing_balance_minor is not null
and balance_date = $3::text::date
order by id`, tx.Call().Organization.ID, accountKey, last.Date.String())
	if err != nil {
		return err
	}
	reported, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(reported) == 0 || slices.Contains(reported, last.Amount) {
		return err
	}
	before := decimal.New(reported[len(reported)-1], 0)
	sum := before
	for _, r := range f.rows {
		if r.outcome == pb.StatementImport_Row_NEW && !f.lines[r.line].Date.After(last.Date) {
			sum = sum.Add(decimal.New(f.lines[r.line].Amount, 0))
		}
	}
	if closing := decimal.New(last.Amount, 0); !sum.Equal(closing) {
		f.warn("The balance of %s was %s before. With the new lines it is %s, but the file says %s: lines may be missing.",
			last.Date, f.format(before), f.format(sum), f.format(closing))
	}
	return nil
}
