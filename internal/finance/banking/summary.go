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

// report writes what was found into the import. The file itself is kept elsewhere.
func (f *findings) report(i *pb.StatementImport) {
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
	if last := f.closing(); last != nil {
		i.ClosingBalance, i.BalanceDate = money.ToProto(last.Amount, f.currency), dateText(last.Date)
	}
}

func (f *findings) summary(s statement.Statement) *pb.StatementImport_Statement {
	out := &pb.StatementImport_Statement{AccountNumber: s.AccountNumber, StartDate: dateText(s.From), EndDate: dateText(s.To)}
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

func dateText(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// addUp warns of statements whose opening balance and lines do not lead to their closing
// balance.
func (f *findings) addUp() {
	for _, s := range f.statements {
		if s.OpeningBalance == nil || s.LedgerBalance == nil {
			continue
		}
		sum := decimal.New(s.OpeningBalance.Amount, 0)
		for _, l := range s.Lines {
			sum = sum.Add(decimal.New(l.Amount, 0))
		}
		if said := decimal.New(s.LedgerBalance.Amount, 0); !sum.Equal(said) {
			f.warnings = append(f.warnings, fmt.Sprintf("The statement does not add up: its opening balance and lines lead to %s, and its closing balance is %s.",
				f.format(sum), f.format(said)))
		}
	}
}

// warnOfUnusualDates counts the lines whose dates would have to be confirmed if they were
// typed: a wrong order of day and month shows there, or a wrong file.
func (f *findings) warnOfUnusualDates(c *call.Call) {
	unusual := 0
	for _, l := range f.lines {
		if !ledger.IsPlausibleDate(c, l.Date) {
			unusual++
		}
	}
	if unusual > 0 {
		f.warnings = append(f.warnings, fmt.Sprintf("Lines dated more than a year ahead or ten years ago: %d. Check the order of day, month and year.", unusual))
	}
}

// closing is the latest closing balance of the file, or nil.
func (f *findings) closing() (last *statement.Balance) {
	for _, s := range f.statements {
		if b := s.LedgerBalance; b != nil && (last == nil || !b.Date.Before(last.Date)) {
			last = b
		}
	}
	return last
}

// The balance that was reported last before a day, and what was booked since, with
// and without the lines of its own day: a bank may count them in or not.
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

// compareBalances warns when the balance reported before and the lines since do not
// lead to the file's. The lines of the file are counted as if they were stored.
func (f *findings) compareBalances(ctx context.Context, tx *db.Tx, account *pb.BankAccount) error {
	last := f.closing()
	if last == nil || last.Date.IsZero() {
		return nil
	}
	key, err := bankAccounts.Table().Key(account.Id)
	if err != nil {
		return err
	}
	// Decimals, since a file may hold more than an int64 can add up.
	var before, after, since decimal.Decimal
	var day string
	err = tx.QueryRow(ctx, selectBooked, tx.Call().Organization.ID, key, last.Date.String()).Scan(&before, &after, &since, &day)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	counted := map[string]bool{}
	for i, l := range f.lines {
		booked := l.Date.String()
		if _, again := f.here[f.keys[i]]; again || counted[f.keys[i]] || booked < day || l.Date.After(last.Date) {
			continue
		}
		counted[f.keys[i]] = true
		since = since.Add(decimal.New(l.Amount, 0))
		if booked > day {
			after = after.Add(decimal.New(l.Amount, 0))
		}
	}
	said := decimal.New(last.Amount, 0)
	if !before.Add(after).Equal(said) && !before.Add(since).Equal(said) {
		f.warnings = append(f.warnings, fmt.Sprintf("The balance of %s on %s and the lines since lead to %s, and the file says %s: lines may be missing.",
			f.format(before), day, f.format(before.Add(after)), f.format(said)))
	}
	return nil
}

// format writes a sum of minor units, however large.
func (f *findings) format(minor decimal.Decimal) string {
	digits, _ := money.Digits(f.currency)
	return minor.Shift(-int32(digits)).StringFixed(int32(digits))
}
