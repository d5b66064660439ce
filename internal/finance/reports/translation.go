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

// movement is the amount by which an account moved on a day, in minor units of the base
// currency.
type movement struct {
	account uuid.UUID
	day     calendar.Date
	minor   int64
}

// translatedBalances returns balances in another currency by IAS 21.39. Assets and liabilities
// are translated at the closing rate, income and expenses at the rates of their days. Equity
// keeps the rates of the days on which it was contributed. The sum of each account is rounded
// once. Year-end closing entries are excluded, since they would translate a year's profit at
// the rate of its last day.
func translatedBalances(ctx context.Context, tx *db.Tx, columns []column, currency string) ([]balance, error) {
	all, mark, err := chartAndMark(ctx, tx)
	if err != nil {
		return nil, err
	}
	accounts := newAccounts(all, len(columns))
	moved := make([][]movement, len(columns))
	for i, c := range columns {
		read, err := movements(ctx, tx, c, mark)
		if err != nil {
			return nil, err
		}
		for _, m := range read {
			// Lines on an account outside the chart are reported by the integrity check.
			b := accounts[m.account]
			if b == nil {
				continue
			}
			if day, shown := c.rateDay(*b, m.day); shown {
				moved[i] = append(moved[i], movement{m.account, day, m.minor})
			}
		}
	}
	if err := accounts.fillInCurrency(ctx, tx, moved, currency); err != nil {
		return nil, err
	}
	return all, checkOverflow(all, len(columns))
}

// fillInCurrency fills the columns with the sums of their movements in a currency.
func (a accounts) fillInCurrency(ctx context.Context, tx *db.Tx, moved [][]movement, currency string) error {
	sums, err := sumInCurrency(ctx, tx, moved, currency)
	if err == nil {
		a.fill(sums)
	}
	return err
}

// fill fills the columns with sums by account.
func (a accounts) fill(sums []map[uuid.UUID]int64) {
	for i, column := range sums {
		for account, minor := range column {
			if b := a[account]; b != nil {
				b.Minor[i], b.Moved = minor, true
			}
		}
	}
}

// sumInCurrency adds up the movements of each account in each column. If currency is not the
// base currency, each movement is translated at the rate of its day.
func sumInCurrency(ctx context.Context, tx *db.Tx, moved [][]movement, currency string) ([]map[uuid.UUID]int64, error) {
	base := tx.Call().Organization.CurrencyCode
	var days []calendar.Date
	for _, column := range moved {
		for _, m := range column {
			// A zero amount needs no rate.
			if m.minor != 0 {
				days = append(days, m.day)
			}
		}
	}
	var rates map[calendar.Date]decimal.Decimal
	if currency != base {
		var err error
		if rates, err = ledger.RatesByDay(ctx, tx, "currencyCode", base, currency, days); err != nil {
			return nil, err
		}
	}
	out := make([]map[uuid.UUID]int64, len(moved))
	for i, column := range moved {
		out[i] = map[uuid.UUID]int64{}
		for account, minor := range translate(column, rates, base, currency) {
			if !minor.IsInt64() {
				return nil, fault.SumOutOfRange()
			}
			out[i][account] = minor.Int64()
		}
	}
	return out, nil
}

// rateDay returns the day whose rate translates an account's movement, and whether the column
// includes the account at all. A column over a period includes only income and expenses, unless
// flows is set.
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

// movements returns the movement of each account on each day of a column.
func movements(ctx context.Context, tx *db.Tx, c column, mark watermark) (out []movement, err error) {
	if !c.knownAt.IsZero() {
		return c.knownMovements(ctx, tx)
	}
	return readMovements(ctx, tx, selectByDay, tx.Call().Organization.ID, c.startArg(), c.end.String(), c.withinArg(),
		c.withoutArg(), mark.position, mark.seq)
}

// readMovements runs a query that returns an account, a day and minor units.
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

// translate adds up the movements of each account at the rates of their days, and rounds each
// sum half away from zero. Without a change of currency, no rate applies.
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

// translationDifference returns the amount by which translated balances at the end of a day do
// not add up to zero, equity positive. It is the gain of net assets from rate changes since
// they were acquired (IAS 21.41), plus rounding. In the base currency it is zero.
func (s statement) translationDifference() amounts {
	return s.sum(debit, func(balance) bool { return s.translated })
}
