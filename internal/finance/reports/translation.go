package reports

import (
	"context"
	_ "embed"
	"math/big"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

//go:embed balances_by_day.sql
var selectByDay string

// movement is what an account moved by on a day, in the organization's currency.
type movement struct {
	account uuid.UUID
	day     calendar.Date
	minor   int64
}

// translated are balances in another currency. As IAS 21.39 has it, what is owned and owed
// is worth what it is at the closing rate, and income and expenses what they were on their
// days; equity is kept at the rates of the days on which it came in. Each account's sum is
// rounded once. Year-end entries are left out, since they would carry a year's profit at
// the rate of its last day.
func translated(ctx context.Context, tx *db.Tx, columns []column, currency string) ([]balance, error) {
	all, mark, err := chartAndMark(ctx, tx)
	if err != nil {
		return nil, err
	}
	accounts := accountsOf(all, len(columns))
	moved := make([][]movement, len(columns))
	for i, c := range columns {
		read, err := movements(ctx, tx, c, mark)
		if err != nil {
			return nil, err
		}
		for _, m := range read {
			// Lines on no account of the chart are for the check of the books to find.
			b := accounts[m.account]
			if b == nil {
				continue
			}
			if day, shown := c.rateDay(*b, m.day); shown {
				moved[i] = append(moved[i], movement{m.account, day, m.minor})
			}
		}
	}
	if err := accounts.value(ctx, tx, moved, currency); err != nil {
		return nil, err
	}
	return all, addable(all, len(columns))
}

// value fills the columns with their movements, in a currency.
func (a accounts) value(ctx context.Context, tx *db.Tx, moved [][]movement, currency string) error {
	sums, err := valued(ctx, tx, moved, currency)
	if err != nil {
		return err
	}
	for i, column := range sums {
		for account, minor := range column {
			if b := a[account]; b != nil {
				b.Minor[i], b.Moved = minor, true
			}
		}
	}
	return nil
}

// valued adds up each account's movements, column by column, in a currency: at the rates
// of their days if it is another than the books'.
func valued(ctx context.Context, tx *db.Tx, moved [][]movement, currency string) ([]map[uuid.UUID]int64, error) {
	base := tx.Call().Organization.CurrencyCode
	var days []calendar.Date
	for _, column := range moved {
		for _, m := range column {
			// Nothing is worth nothing at any rate.
			if m.minor != 0 {
				days = append(days, m.day)
			}
		}
	}
	var rates map[calendar.Date]decimal.Decimal
	if currency != base {
		var err error
		if rates, err = ledger.RatesOver(ctx, tx, "currencyCode", base, currency, days); err != nil {
			return nil, err
		}
	}
	out := make([]map[uuid.UUID]int64, len(moved))
	for i, column := range moved {
		out[i] = map[uuid.UUID]int64{}
		for account, minor := range translate(column, rates, base, currency) {
			if !minor.IsInt64() {
				return nil, fault.TooLarge()
			}
			out[i][account] = minor.Int64()
		}
	}
	return out, nil
}

// rateDay is the day whose rate an account's movement is translated at, and whether the
// column shows the account at all: one over a period has income and expenses alone, unless
// it shows all that moved.
func (c column) rateDay(b balance, day calendar.Date) (calendar.Date, bool) {
	switch {
	case b.isResult(), c.flows:
		return day, true
	case !c.start.IsZero():
		return day, false
	case b.is(pb.Account_EQUITY):
		return day, true
	}
	return c.end, true
}

// movements are what the accounts moved by in a column, day by day.
func movements(ctx context.Context, tx *db.Tx, c column, mark watermark) (out []movement, err error) {
	if !c.knownAt.IsZero() {
		return c.knownMovements(ctx, tx)
	}
	return readMovements(ctx, tx, selectByDay, tx.Call().Organization.ID, c.from(), c.end.String(), c.values(), c.excluded(), mark.position, mark.seq)
}

// readMovements reads rows of an account, a day and minor units.
func readMovements(ctx context.Context, tx *db.Tx, sql string, args ...any) (out []movement, err error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	var m movement
	_, err = pgx.ForEachRow(rows, []any{&m.account, &m.day, &m.minor}, func() error {
		out = append(out, m)
		return nil
	})
	return out, err
}

// translate adds up each account's movements at the rates of their days, or as they are in
// their own currency, and rounds the sum half away from zero.
func translate(moved []movement, rates map[calendar.Date]decimal.Decimal, from, to string) map[uuid.UUID]*big.Int {
	own, _ := money.Digits(from)
	in, _ := money.Digits(to)
	sums := map[uuid.UUID]decimal.Decimal{}
	for _, m := range moved {
		minor := decimal.New(m.minor, int32(in-own))
		if from != to {
			minor = minor.Mul(rates[m.day])
		}
		sums[m.account] = sums[m.account].Add(minor)
	}
	out := map[uuid.UUID]*big.Int{}
	for account, sum := range sums {
		out[account] = sum.Round(0).BigInt()
	}
	return out
}

// difference is what translated balances at the end of a day are short of adding up to
// zero, equity positive: what assets less debts gained by the rates since they came in
// (IAS 21.41), and roundings. On books in their own currency it is zero.
func (s statement) difference() amounts {
	return s.sum(debit, func(balance) bool { return s.translated })
}
