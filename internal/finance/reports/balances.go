package reports

import (
	"context"
	_ "embed"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/reports/comparison"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// balance is an account and the sum of its lines in each column.
type balance struct {
	ID               uuid.UUID
	Code             string
	DisplayName      string
	Type             string
	Subtype          string
	CashFlowSection  string
	CashFlowClass    string
	BalanceSheetTerm string
	ParentAccountID  uuid.NullUUID
	CurrencyCode     string
	Archived         bool
	// Minor is the sum of the lines in minor units, debits positive.
	Minor amounts `db:"-"`
	// Moved distinguishes an account whose lines add up to zero from one without lines.
	Moved bool `db:"-"`
	// isPart is true if the amounts are not the sums of the account's lines.
	isPart bool
}

func (b balance) is(t pb.Account_Type) bool { return b.Type == t.String() }

func (b balance) isSales() bool { return b.Subtype == pb.Account_SALES.String() }

func (b balance) isResult() bool { return b.is(pb.Account_INCOME) || b.is(pb.Account_EXPENSE) }

func (b balance) isCash() bool {
	return b.CashFlowSection == pb.Account_CASH_AND_EQUIVALENTS.String() && !b.isResult()
}

var (
	//go:embed chart_of_accounts.sql
	selectChart string
	//go:embed balances.sql
	selectBalances string
)

// balances reads the chart of accounts and what was posted to each account in each column. Every
// statement is computed only from these balances. One snapshot adds up the rollups of whole months,
// those of the days at the edges, and the lines that are not rolled up yet.
func balances(ctx context.Context, tx *db.Tx, columns []column) ([]balance, error) {
	all, mark, err := chartAndMark(ctx, tx)
	if err != nil {
		return nil, err
	}
	accounts := newAccounts(all, len(columns))
	b := &pgx.Batch{}
	for i, c := range columns {
		if !c.knownAt.IsZero() {
			continue
		}
		sql, args := c.balancesQuery(tx.Call().Organization.ID, mark)
		b.Queue(sql, args...).Query(func(rows pgx.Rows) error { return accounts.scanColumn(rows, i) })
	}
	if err := tx.Send(ctx, b); err != nil {
		return nil, err
	}
	if err := accounts.addKnownAtColumns(ctx, tx, columns); err != nil {
		return nil, err
	}
	if err := accounts.addCashBasis(ctx, tx, columns); err != nil {
		return nil, err
	}
	return all, checkOverflow(all, len(columns))
}

// accounts indexes balances by account ID. They are filled column by column.
type accounts map[uuid.UUID]*balance

// newAccounts resets all balances to zero in the given number of columns and indexes them.
func newAccounts(all []balance, columns int) accounts {
	out := make(accounts, len(all))
	for i := range all {
		all[i].Minor, all[i].Moved = make(amounts, columns), false
		out[all[i].ID] = &all[i]
	}
	return out
}

// scanColumn fills a column from rows of account ID and minor units.
func (a accounts) scanColumn(rows pgx.Rows, column int) error {
	var account uuid.UUID
	var minor int64
	_, err := pgx.ForEachRow(rows, []any{&account, &minor}, func() error {
		// Lines on an account outside the chart are reported by the integrity check.
		if b := a[account]; b != nil {
			b.Minor[column], b.Moved = minor, true
		}
		return nil
	})
	return err
}

// watermark is the position of the last journal line that the rollups include.
type watermark struct{ position, seq int64 }

// queue adds the query of the watermark to a batch. Statements get the watermark as an
// argument, so that the planner knows how few lines come after it.
func (m *watermark) queue(b *pgx.Batch, org uuid.UUID) {
	b.Queue(`
select coalesce(max(position), 0), coalesce(max(seq), 0)
from finance.rollup_watermarks
where org_id = $1`, org).QueryRow(func(row pgx.Row) error { return row.Scan(&m.position, &m.seq) })
}

// chartAndMark reads the chart of accounts and the watermark.
func chartAndMark(ctx context.Context, tx *db.Tx) (all []balance, mark watermark, err error) {
	org := tx.Call().Organization.ID
	b := &pgx.Batch{}
	b.Queue(selectChart, org).Query(func(rows pgx.Rows) (err error) {
		all, err = pgx.CollectRows(rows, pgx.RowToStructByName[balance])
		return err
	})
	mark.queue(b, org)
	return all, mark, tx.Send(ctx, b)
}

// balancesQuery returns the SQL that reads the balances of a column, and its arguments.
func (c column) balancesQuery(org uuid.UUID, mark watermark) (string, []any) {
	first, last := wholeMonths(c.start, c.end)
	return c.sumQuery(selectBalances), []any{
		org, c.startArg(), c.end.String(), first, last, !c.operating, c.withinArg(), c.withoutArg(), mark.position,
		mark.seq,
	}
}

// sumQuery returns the SQL with the amount that the column adds up: in the base currency, or in
// each line's own.
func (c column) sumQuery(sql string) string {
	if c.ownCurrency {
		return strings.ReplaceAll(sql, "base_amount_minor", "amount_minor")
	}
	return sql
}

// wholeMonths returns the first days of the first and the last whole month between two days.
// Without a start, all months up to the last are included.
func wholeMonths(start, end calendar.Date) (first, last string) {
	first = "-infinity"
	if !start.IsZero() {
		month := start.FirstOfMonth()
		if start != month {
			month = month.AddMonths(1)
		}
		first = month.String()
	}
	month := end.FirstOfMonth()
	if end != end.LastOfMonth() {
		month = month.AddDays(-1).FirstOfMonth()
	}
	return first, month.String()
}

// checkOverflow rejects balances whose total could exceed an int64, so that no total needs a
// check.
func checkOverflow(all []balance, columns int) error {
	for i := range columns {
		var sum uint64
		for _, b := range all {
			sum += uint64(max(b.Minor[i], -b.Minor[i]))
			if sum > math.MaxInt64 || b.Minor[i] == math.MinInt64 {
				return fault.SumOutOfRange()
			}
		}
	}
	return nil
}

// amounts are minor units, one per column.
type amounts []int64

func (a amounts) plus(b amounts) amounts { return a.combine(b, 1) }

func (a amounts) minus(b amounts) amounts { return a.combine(b, -1) }

func (a amounts) combine(b amounts, sign int64) amounts {
	out := make(amounts, max(len(a), len(b)))
	copy(out, a)
	for i := range b {
		out[i] += sign * b[i]
	}
	return out
}

func (a amounts) times(factor int64) amounts {
	out := make(amounts, len(a))
	for i := range a {
		out[i] = factor * a[i]
	}
	return out
}

// period is a range of days, both inclusive. A zero start means all days up to the end.
type period struct{ start, end calendar.Date }

// contains reports whether a day is in the period.
func (p period) contains(d calendar.Date) bool { return !d.Before(p.start) && !d.After(p.end) }

// union returns the shortest period that contains both periods.
func (p period) union(other period) period {
	if other.start.Before(p.start) {
		p.start = other.start
	}
	if other.end.After(p.end) {
		p.end = other.end
	}
	return p
}

// startArg returns the start as a query argument.
func (p period) startArg() string {
	if p.start.IsZero() {
		return "-infinity"
	}
	return p.start.String()
}

// column describes which lines one column of a statement adds up.
type column struct {
	period
	label string
	// asked is true for the period or date that the caller asked for.
	asked bool
	// value is the dimension value of the lines, in a report split by a dimension.
	value uuid.UUID
	// operating excludes the entries that close a year's profit to retained earnings.
	operating bool
	// within lists dimension values that every line must carry; without lists those it must
	// not.
	within, without []uuid.UUID
	// knownAt excludes lines posted later. The zero time excludes nothing.
	knownAt time.Time
	// ownCurrency adds up the lines' own amounts and not their base amounts. The sum is
	// meaningful only for accounts kept in a single currency.
	ownCurrency bool
	// flows includes the movements of all accounts, and not only income and expenses. In
	// another currency, each is translated at the rate of its day.
	flows bool
	// cashEntries excludes the lines of entries that moved no cash.
	cashEntries bool
	// isCash adjusts balances to the cash basis.
	isCash bool
}

// knownAtArg returns knownAt as a query argument, nil if unbounded.
func (c column) knownAtArg() *time.Time {
	if c.knownAt.IsZero() {
		return nil
	}
	return &c.knownAt
}

// withinArg returns the required dimension values as a query argument.
func (c column) withinArg() []uuid.UUID { return append([]uuid.UUID{}, c.within...) }

// withoutArg returns the excluded dimension values as a query argument.
func (c column) withoutArg() []uuid.UUID { return append([]uuid.UUID{}, c.without...) }

// positive returns the amounts with zero in place of negative ones.
func (a amounts) positive() amounts {
	out := make(amounts, len(a))
	for i, minor := range a {
		out[i] = max(minor, 0)
	}
	return out
}

// isZero reports whether all amounts are zero.
func (a amounts) isZero() bool {
	for _, minor := range a {
		if minor != 0 {
			return false
		}
	}
	return true
}

// comparisonColumns returns the columns of a comparison with the asked period or date, oldest
// first. Months of a period are followed by their total, which is the asked period.
func comparisonColumns(asked column, how pb.Compare, count int) ([]column, error) {
	list, err := comparison.Columns(comparison.Period{Start: asked.start, End: asked.end}, how, count)
	return asked.withPeriods(list), err
}

// monthColumns divides a period into calendar months. A single date is compared with the month
// ends of the twelve months up to it.
func monthColumns(first column) ([]column, error) {
	list, err := comparison.Months(comparison.Period{Start: first.start, End: first.end})
	return first.withPeriods(list), err
}

// withPeriods returns columns that differ from c in their periods and labels only.
func (c column) withPeriods(list []comparison.Column) (out []column) {
	for _, one := range list {
		next := c
		next.period, next.asked = period{one.Start, one.End}, one.Asked
		if one.Label != "" {
			next.label = one.Label
		}
		out = append(out, next)
	}
	return out
}

// String returns the period's column label.
func (p period) String() string { return comparison.Period{Start: p.start, End: p.end}.String() }
