package reports

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

//go:embed cash_by_day.sql
var selectCashByDay string

// cashByDay returns the balance of the cash accounts at the end of each day. In another currency,
// each day has its own rate.
func cashByDay(ctx context.Context, tx *db.Tx, whole column, currency string) (chartData, error) {
	_, held, err := cashEachDay(ctx, tx, whole)
	if err != nil {
		return chartData{}, err
	}
	for i, day := range held {
		total := movement{day: day[0].day}
		for _, m := range day {
			total.minor += m.minor
		}
		held[i] = []movement{total}
	}
	worth, err := sumInCurrency(ctx, tx, held, currency)
	line := chartSeries{label: "Cash"}
	for _, day := range worth {
		line.amounts = append(line.amounts, day[uuid.Nil])
	}
	return chartData{columns: dayColumns(whole), lines: []chartSeries{line}}, err
}

// cashByAccount returns the balance of each cash account at the end of each day.
func cashByAccount(ctx context.Context, tx *db.Tx, whole column, currency string) (chartData, error) {
	all, held, err := cashEachDay(ctx, tx, whole)
	if err != nil {
		return chartData{}, err
	}
	worth, err := sumInCurrency(ctx, tx, held, currency)
	out := chartData{columns: dayColumns(whole)}
	for _, b := range all {
		if !b.isCash() {
			continue
		}
		line := chartSeries{label: b.DisplayName, account: id.Format("acc", b.ID)}
		for _, day := range worth {
			line.amounts = append(line.amounts, day[b.ID])
		}
		out.lines = append(out.lines, line)
	}
	out.lines = largestSeries(out.lines, "Other accounts")
	return out, err
}

// dayColumns divides a period into days.
func dayColumns(whole column) (out []column) {
	for d := whole.start; !d.After(whole.end); d = d.AddDays(1) {
		out = append(out, column{label: d.String(), period: period{end: d}})
		if d == whole.end {
			break // the calendar may have no later day
		}
	}
	return out
}

// cashEachDay returns the accounts, and the balance of each cash account at the end of each day of
// a period, at least one for each day.
func cashEachDay(ctx context.Context, tx *db.Tx, whole column) ([]balance, [][]movement, error) {
	all, err := balances(ctx, tx, []column{{period: period{end: whole.start.AddDays(-1)}}})
	if err != nil {
		return nil, nil, err
	}
	changes, err := cashChanges(ctx, tx, whole.period)
	if err != nil {
		return nil, nil, err
	}
	var held [][]movement
	for _, c := range dayColumns(whole) {
		day := []movement{{day: c.end}}
		for i, b := range all {
			if b.isCash() {
				all[i].Minor[0] += changes[accountDay{b.ID, c.end}]
				day = append(day, movement{b.ID, c.end, all[i].Minor[0]})
			}
		}
		held = append(held, day)
	}
	return all, held, nil
}

// cashChanges returns the change of each cash account on each day.
func cashChanges(ctx context.Context, tx *db.Tx, p period) (map[accountDay]int64, error) {
	var mark watermark
	b := &pgx.Batch{}
	mark.queue(b, tx.Call().Organization.ID)
	if err := tx.Send(ctx, b); err != nil {
		return nil, err
	}
	moved, err := readMovements(ctx, tx, selectCashByDay, tx.Call().Organization.ID, p.start.String(), p.end.String(),
		mark.position, mark.seq)
	out := map[accountDay]int64{}
	for _, m := range moved {
		out[accountDay{m.account, m.day}] = m.minor
	}
	return out, err
}
