package banking

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// statementSpan is a statement whose lines lead exactly from its opening to its closing balance. Two
// spans that follow one another by their balances have no line in common.
type statementSpan struct {
	stored           uuid.UUID // the statement's key; Nil for a statement of the file
	ordinal          int       // index in the file
	number           string
	start, end       calendar.Date
	opening, closing int64
	lines            int
	nilLastDay       bool // the lines of its last day come to zero
}

// newStatementSpan returns the span of a statement of a file. It returns false if the statement lacks a
// balance or does not add up.
func newStatementSpan(s statement.Statement, ordinal int) (span statementSpan, ok bool) {
	if s.OpeningBalance == nil || s.LedgerBalance == nil || len(s.Lines) == 0 || !addsUp(s) {
		return span, false
	}
	span = statementSpan{
		ordinal: ordinal, number: s.Number, opening: s.OpeningBalance.Amount, closing: s.LedgerBalance.Amount,
		lines: len(s.Lines),
	}
	span.start, span.end = periodOf(s, s.Lines[0].Date)
	total := decimal.Zero
	for _, l := range s.Lines {
		if l.Date == span.end {
			total, span.nilLastDay = total.Add(decimal.New(l.Amount, 0)), true
		}
	}
	span.nilLastDay = span.nilLastDay && total.IsZero()
	return span, true
}

// identity returns what two imports of one statement have in common.
func (a statementSpan) identity() statementSpan {
	a.stored, a.ordinal, a.nilLastDay = uuid.Nil, 0, false
	return a
}

// isFollowedBy reports whether the balances prove that b begins where a ends. They prove nothing if the
// lines of the day that both cover come to zero: b may contain them too.
func (a statementSpan) isFollowedBy(b statementSpan) bool {
	if a.closing != b.opening || b.start.Before(a.end) {
		return false
	}
	inOneFile := a.stored == uuid.Nil && b.stored == uuid.Nil && a.number != b.number
	return inOneFile || a.end.Before(b.start) || !a.nilLastDay
}

// chainSpans numbers the chains of spans that follow one another, each with one span at most. It returns
// the number of the chain of each span. Equal spans have the same number.
func chainSpans(spans []statementSpan) []int {
	order := make([]int, len(spans))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(spans[a].start.Compare(spans[b].start), spans[a].end.Compare(spans[b].end))
	})
	same := make([]int, len(spans)) // the first span that equals this one
	first := map[statementSpan]int{}
	byOpening := map[int64][]int{}
	for _, i := range order {
		identity := spans[i].identity()
		if at, again := first[identity]; again {
			same[i] = at
			continue
		}
		first[identity], same[i] = i, i
		byOpening[spans[i].opening] = append(byOpening[spans[i].opening], i)
	}
	next := make([]int, len(spans))
	claimed := make([]bool, len(spans))
	for _, i := range order {
		if next[i] = -1; same[i] != i {
			continue
		}
		if next[i] = nextSpan(spans, byOpening[spans[i].closing], claimed, i); next[i] >= 0 {
			claimed[next[i]] = true
		}
	}
	chain := numberChains(order, next, claimed)
	for i := range chain {
		chain[i] = chain[same[i]]
	}
	return chain
}

// numberChains numbers the chains from their first spans, and then those that are circles.
func numberChains(order, next []int, claimed []bool) []int {
	chain := make([]int, len(next))
	for _, inCircle := range []bool{false, true} {
		for n, i := range order {
			if claimed[i] != inCircle {
				continue
			}
			for at := i; at >= 0 && chain[at] == 0; at = next[at] {
				chain[at] = n + 1
			}
		}
	}
	return chain
}

// nextSpan returns the first candidate that follows a span and that no other span precedes, or -1.
func nextSpan(spans []statementSpan, candidates []int, claimed []bool, at int) int {
	for _, i := range candidates {
		if !claimed[i] && i != at && spans[at].isFollowedBy(spans[i]) {
			return i
		}
	}
	return -1
}

// selectSpans returns the stored statements that add up and whose periods touch a period.
const selectSpans = `
select s.id, s.number, s.start_date::text, s.end_date::text, s.opening_balance_minor, s.closing_balance_minor,
  s.line_count, coalesce((
    select sum(l.amount_minor) = 0
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.bank_statement_id = s.id
    and l.booked_date = s.end_date
  ), false)
from finance.bank_statements s
where s.org_id = $1
and s.bank_account_id = $2
and s.end_date >= $3::text::date
and s.start_date <= $4::text::date
and s.opening_balance_minor::numeric + s.line_total_minor = s.closing_balance_minor
and s.line_count > 0
order by s.end_date, s.id
limit 20000`

// findSpans returns the spans of stored statements from one day to another.
func findSpans(
	ctx context.Context, tx *db.Tx, accountKey uuid.UUID, from, to calendar.Date,
) ([]statementSpan, error) {
	rows, err := tx.QueryReplanned(ctx, selectSpans, tx.Call().Organization.ID, accountKey, from.String(), to.String())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s statementSpan, err error) {
		var start, end string
		if err := row.Scan(
			&s.stored, &s.number, &start, &end, &s.opening, &s.closing, &s.lines, &s.nilLastDay,
		); err != nil {
			return s, err
		}
		if s.start, err = calendar.ParseDate(start); err != nil {
			return s, err
		}
		s.end, err = calendar.ParseDate(end)
		return s, err
	})
}
