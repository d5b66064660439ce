package banking

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// report copies the findings into the import and clears the fields that only a request has. The
// file's content is stored separately.
func (f *importPlan) report(i *pb.StatementImport) {
	i.Content, i.SkipInvalidRows, i.DateOrder = nil, false, pb.DateOrder_DATE_ORDER_UNSPECIFIED
	i.Warnings = f.warnings
	i.RowCount = int32(len(f.rows))
	for _, r := range f.rows {
		switch r.outcome {
		case pb.StatementImport_Row_NEW:
			i.NewCount++
		case pb.StatementImport_Row_DUPLICATE:
			i.DuplicateCount++
		case pb.StatementImport_Row_INVALID:
			i.InvalidCount++
		}
	}
	for _, s := range f.statements {
		i.Statements = append(i.Statements, f.summary(s))
	}
	if last := f.closingBalance(); last != nil {
		i.ClosingBalance, i.BalanceDate = money.ToProto(last.Amount, f.currency), dateText(last.Date)
	}
}

// summary returns the statement as the import reports it.
func (f *importPlan) summary(s statement.Statement) *pb.StatementImport_Statement {
	out := &pb.StatementImport_Statement{
		AccountNumber: s.AccountNumber, StartDate: dateText(s.From), EndDate: dateText(s.To),
	}
	if b := s.LedgerBalance; b != nil {
		out.ClosingBalance, out.BalanceDate = money.ToProto(b.Amount, f.currency), dateText(b.Date)
	}
	if b := s.OpeningBalance; b != nil {
		out.OpeningBalance = money.ToProto(b.Amount, f.currency)
	}
	if b := s.AvailableBalance; b != nil {
		out.AvailableBalance = money.ToProto(b.Amount, f.currency)
	}
	return out
}

// dateText returns a date as text, or "" if it is not set.
func dateText(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// warnOfSums warns of statements whose opening balance plus lines differs from their closing balance.
func (f *importPlan) warnOfSums() {
	for _, s := range f.statements {
		if s.OpeningBalance == nil || s.LedgerBalance == nil {
			continue
		}
		sum := decimal.New(s.OpeningBalance.Amount, 0)
		for _, l := range s.Lines {
			sum = sum.Add(decimal.New(l.Amount, 0))
		}
		if closing := decimal.New(s.LedgerBalance.Amount, 0); !sum.Equal(closing) {
			f.warnings = append(f.warnings, fmt.Sprintf(
				"The statement does not add up: its opening balance plus lines is %s, but its closing balance is %s.",
				f.format(sum), f.format(closing)))
		}
	}
}

// warnOfUnusualDates warns of lines whose dates a person would have to confirm. They are a sign of
// a wrong order of day and month, or of a wrong file.
func (f *importPlan) warnOfUnusualDates(c *call.Call) {
	unusual := 0
	for _, l := range f.lines {
		if !ledger.IsPlausibleDate(c, l.Date) {
			unusual++
		}
	}
	if unusual > 0 {
		f.warnings = append(
			f.warnings,
			fmt.Sprintf(
				"Lines dated more than a year ahead or more than ten years ago: %d. Check the order of day, month and year.",
				unusual,
			),
		)
	}
}

// closingBalance returns the latest closing balance of the file, or nil.
func (f *importPlan) closingBalance() (last *statement.Balance) {
	for _, s := range f.statements {
		if b := s.LedgerBalance; b != nil && (last == nil || !b.Date.Before(last.Date)) {
			last = b
		}
	}
	return last
}

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

// warnOfMissingLines warns if the last balance reported before plus the lines since differs from the
// file's closing balance. The new lines of the file are included.
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
		if _, again := f.storedIDs[f.keys[i]]; again || counted[f.keys[i]] || booked < day || l.Date.After(last.Date) {
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

// format returns a sum of minor units as an amount of the account's currency.
func (f *importPlan) format(minor decimal.Decimal) string {
	digits, _ := money.Digits(f.currency)
	return minor.Shift(-int32(digits)).StringFixed(int32(digits))
}
