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

var (
	//go:embed balances_by_day.sql
	selectByDay string
	//go:embed balances_by_day_known.sql
	selectByDayKnown string
)

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
	var days []calendar.Date
	for i, c := range columns {
		if moved[i], err = movements(ctx, tx, c, mark); err != nil {
			return nil, err
		}
		for n, m := range moved[i] {
			day, shown := c.rateDay(*accounts[m.account], m.day)
			if !shown {
				moved[i][n].minor = 0
				continue
			}
			moved[i][n].day = day
			days = append(days, day)
		}
	}
	base := tx.Call().Organization.CurrencyCode
	rates, err := ledger.RatesOver(ctx, tx, "currencyCode", base, currency, days)
	if err != nil {
		return nil, err
	}
	for i := range columns {
		for account, minor := range translate(moved[i], rates, base, currency) {
			if !minor.IsInt64() {
				return nil, fault.TooLarge()
			}
			accounts[account].Minor[i], accounts[account].Moved = minor.Int64(), true
		}
	}
	return all, addable(all, len(columns))
}

// rateDay is the day whose rate an account's movement is translated at, and whether the
// column shows the account at all: one over a period has income and expenses alone.
func (c column) rateDay(b balance, day calendar.Date) (calendar.Date, bool) {
	switch {
	case b.isResult():
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
	sql := selectByDay
	args := []any{tx.Call().Organization.ID, c.from(), c.end.String(), c.values(), append([]uuid.UUID{}, c.without...)}
	if known := c.known(); known != nil {
		sql, args = selectByDayKnown, append(args, known)
	} else {
		args = append(args, mark.position, mark.seq)
	}
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

// translate adds up each account's movements at the rates of their days, and rounds the
// sum half away from zero.
func translate(moved []movement, rates map[calendar.Date]decimal.Decimal, from, to string) map[uuid.UUID]*big.Int {
	own, _ := money.Digits(from)
	in, _ := money.Digits(to)
	sums := map[uuid.UUID]decimal.Decimal{}
	for _, m := range moved {
		if m.minor != 0 {
			sums[m.account] = sums[m.account].Add(decimal.New(m.minor, int32(in-own)).Mul(rates[m.day]))
		}
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
