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
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// balance is an account and what was posted to it, column by column.
type balance struct {
	ID              uuid.UUID
	Code            string
	DisplayName     string
	Type            string
	Subtype         string
	CashFlowSection string
	ParentAccountID uuid.NullUUID
	CurrencyCode    string
	Archived        bool
	// Minor are the sums of the lines, debits positive.
	Minor amounts `db:"-"`
	// Moved tells an account whose lines add up to zero from one without any.
	Moved bool `db:"-"`
}

func (b balance) is(t pb.Account_Type) bool { return b.Type == t.String() }

func (b balance) isSales() bool { return b.Subtype == pb.Account_SALES.String() }

func (b balance) isCostOfSales() bool { return b.Subtype == pb.Account_COST_OF_SALES.String() }

func (b balance) isResult() bool { return b.is(pb.Account_INCOME) || b.is(pb.Account_EXPENSE) }

func (b balance) isCash() bool {
	return b.CashFlowSection == pb.Account_CASH_AND_EQUIVALENTS.String()
}

var (
	//go:embed chart.sql
	selectChart string
	//go:embed balances.sql
	selectBalances string
)

// balances reads the chart of accounts with what was posted to each account in each
// column. Every statement is made of this and nothing else: rollups of whole months and
// of the days at the edges, and the lines that are in no rollup yet, in one snapshot.
func balances(ctx context.Context, tx *db.Tx, columns []column) ([]balance, error) {
	all, mark, err := chartAndMark(ctx, tx)
	if err != nil {
		return nil, err
	}
	accounts := accountsOf(all, len(columns))
	b := &pgx.Batch{}
	for i, c := range columns {
		if !c.knownAt.IsZero() {
			continue
		}
		sql, args := c.query(tx.Call().Organization.ID, mark)
		b.Queue(sql, args...).Query(func(rows pgx.Rows) error { return accounts.take(rows, i) })
	}
	if err := tx.Send(ctx, b); err != nil {
		return nil, err
	}
	if err := accounts.addKnown(ctx, tx, columns); err != nil {
		return nil, err
	}
	return all, addable(all, len(columns))
}

// accounts are balances by their account, to be filled column by column.
type accounts map[uuid.UUID]*balance

// accountsOf makes all balances zero in so many columns.
func accountsOf(all []balance, columns int) accounts {
	out := make(accounts, len(all))
	for i := range all {
		all[i].Minor, all[i].Moved = make(amounts, columns), false
		out[all[i].ID] = &all[i]
	}
	return out
}

// take fills a column with rows of accounts and what they moved.
func (a accounts) take(rows pgx.Rows, column int) error {
	var account uuid.UUID
	var minor int64
	_, err := pgx.ForEachRow(rows, []any{&account, &minor}, func() error {
		// Lines on no account of the chart are for the check of the books to find.
		if b := a[account]; b != nil {
			b.Minor[column], b.Moved = minor, true
		}
		return nil
	})
	return err
}

// watermark is how far the rollups have come.
type watermark struct{ position, seq int64 }

// queue asks for the mark. It goes into the statements as a value, by which the planner
// knows how few lines lie behind it.
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

// query is the statement that answers a column, with its arguments.
func (c column) query(org uuid.UUID, mark watermark) (string, []any) {
	first, last := wholeMonths(c.start, c.end)
	return c.summing(selectBalances), []any{org, c.from(), c.end.String(), first, last, !c.operating, c.values(), c.excluded(), mark.position, mark.seq}
}

// summing is a statement of balances over the amounts that the column adds up.
func (c column) summing(sql string) string {
	if c.own {
		return strings.ReplaceAll(sql, "base_amount_minor", "amount_minor")
	}
	return sql
}

// wholeMonths are the first days of the first and the last month that lie whole between
// two days; without a start, all months to the last.
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

// addable refuses balances of which some might add up to more than an int64, so that
// no total needs to look.
func addable(all []balance, columns int) error {
	for i := range columns {
		var sum uint64
		for _, b := range all {
			sum += uint64(max(b.Minor[i], -b.Minor[i]))
			if sum > math.MaxInt64 || b.Minor[i] == math.MinInt64 {
				return fault.TooLarge()
			}
		}
	}
	return nil
}

// amounts are minor units, column by column.
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

// period is a range of days, both counted; without a start it is all days to the end.
type period struct{ start, end calendar.Date }

// has tells whether a day is in the period.
func (p period) has(d calendar.Date) bool { return !d.Before(p.start) && !d.After(p.end) }

// and is the shortest period with all days of both.
func (p period) and(other period) period {
	if other.start.Before(p.start) {
		p.start = other.start
	}
	if other.end.After(p.end) {
		p.end = other.end
	}
	return p
}

// from is the start as a statement's argument.
func (p period) from() string {
	if p.start.IsZero() {
		return "-infinity"
	}
	return p.start.String()
}

// column is what the amounts of one column of a statement are the sums of.
type column struct {
	period
	label string
	// operating leaves out the entries that carry a year's profit to retained earnings.
	operating bool
	// within are dimension values that lines must all carry, without such as they may
	// not.
	within, without []uuid.UUID
	// knownAt leaves out what was posted later; zero: nothing.
	knownAt time.Time
	// own adds up the amounts in the currencies they are in, and not in the base: it means
	// something of accounts that are kept in one currency alone.
	own bool
	// flows shows what all accounts moved by, in another currency each at the rate of its
	// day, and not results alone.
	flows bool
	// cashEntries leaves out the lines of entries that moved no cash.
	cashEntries bool
}

// known is knownAt as a statement's argument: null for no bound.
func (c column) known() *time.Time {
	if c.knownAt.IsZero() {
		return nil
	}
	return &c.knownAt
}

// values are the dimension values as a statement's argument, excluded those without which
// lines must be.
func (c column) values() []uuid.UUID { return append([]uuid.UUID{}, c.within...) }

func (c column) excluded() []uuid.UUID { return append([]uuid.UUID{}, c.without...) }
