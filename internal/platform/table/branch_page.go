package table

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// Partitioned names the column by which the table is partitioned: the real time at which a
// row was made, within a day of the time in its identifier.
func (t *Table[R]) Partitioned(column string) *Table[R] {
	t.partitioned = column
	return t
}

// A page is looked for in a span of time first, so that few partitions are read. Rows whose
// identifiers are within the slack of its end may lie beyond it.
const (
	pageSpan  = 31 * 24 * time.Hour
	pageSlack = 24 * time.Hour
)

// span is the time in which the rows of a page probably are. A zero time is no bound.
type span struct{ from, to time.Time }

// spanOf returns the span of the page after a position; false if it is not known where the
// page begins.
func spanOf(by order, position []byte) (span, bool) {
	if position == nil {
		return span{from: calendar.System().Now().Add(-pageSpan)}, by.desc
	}
	var k keyset
	if err := json.Unmarshal(position, &k); err != nil {
		return span{}, false
	}
	at, ok := timeIn(k.ID)
	if by.desc {
		return span{at.Add(-pageSpan), at.Add(pageSlack)}, ok
	}
	return span{at.Add(-pageSlack), at.Add(pageSpan)}, ok
}

// timeIn returns the time in a UUIDv7; false for other identifiers.
func timeIn(s string) (time.Time, bool) {
	u, err := uuid.Parse(s)
	if err != nil || u.Version() != 7 {
		return time.Time{}, false
	}
	return time.Unix(u.Time().UnixTime()), true
}

// includes tells whether all rows up to one in the order are sure to be in the span.
func (s span) includes(by order, id string) bool {
	at, ok := timeIn(id)
	if by.desc {
		return ok && at.After(s.from.Add(pageSlack))
	}
	return ok && at.Before(s.to.Add(-pageSlack))
}

// selectAmong reads a page of the rows of branches. w has the conditions on all rows.
func (t *Table[R]) selectAmong(ctx context.Context, tx *db.Tx, w *where, by order, q Query) ([]R, error) {
	if q.Filter == "" && valuesOf(q.Branches) <= maxLookups {
		return t.selectFirst(ctx, tx, w, by, q)
	}
	// Few of a branch's rows may match the filter, and all of them would be read for each
	// branch. An index may have all that is asked of the rows besides.
	w.and(among(w, q.Branches))
	limit := w.param(q.Limit)
	sql := fmt.Sprintf("%sand t.id in (\nselect t.id\nfrom %s t\nwhere t.org_id = $1\n%s%s\nlimit %s\n)\n%s\nlimit %s",
		t.selectSQL, t.name, w.sql.String(), by.clause(), limit, by.clause(), limit)
	return t.query(ctx, tx, sql, w.args...)
}

// selectFirst reads the first rows of branches together.
func (t *Table[R]) selectFirst(ctx context.Context, tx *db.Tx, w *where, by order, q Query) ([]R, error) {
	if s, ok := spanOf(by, q.After); ok && t.partitioned != "" {
		records, err := t.selectFirstWithin(ctx, tx, w, by, q, s)
		if err != nil {
			return nil, err
		}
		if len(records) == q.Limit {
			key, err := t.Key(t.ID(records[len(records)-1]))
			if err != nil || s.includes(by, key.String()) {
				return records, err
			}
		}
	}
	return t.selectFirstWithin(ctx, tx, w, by, q, span{})
}

// selectFirstWithin is selectFirst among the rows of a span of time.
func (t *Table[R]) selectFirstWithin(
	ctx context.Context, tx *db.Tx, all *where, by order, q Query, s span,
) ([]R, error) {
	w := &where{args: append([]any{}, all.args...), scope: all.scope}
	w.sql.WriteString(all.sql.String())
	partitions := &strings.Builder{}
	if !s.from.IsZero() {
		fmt.Fprintf(partitions, "and t.%s >= %s\n", t.partitioned, w.param(s.from))
	}
	if !s.to.IsZero() {
		fmt.Fprintf(partitions, "and t.%s < %s\n", t.partitioned, w.param(s.to))
	}
	w.sql.WriteString(partitions.String())
	limit := w.param(q.Limit)
	sql := t.selectSQL + partitions.String() + "and t.id in (\n" + t.firstAmong(w, by, q, limit) + "\n)\n" +
		by.clause() + "\nlimit " + limit
	return t.query(ctx, tx, sql, w.args...)
}

// headRows is the least number of rows of each value that are read at first.
const headRows = 4

// The parts of the statement that finds the first rows of branches.
const (
	headSQL = `head_%d as materialized (
select v.value, e.id, e.n
from unnest(%s::%s[]) as v (value)
cross join lateral (
  select t.id, row_number() over (%s) as n
  %s%s
  limit %s
) e
)`
	moreSQL = `select e.id
from head_%d v
cross join lateral (
  select t.id
  %sand t.id %s v.id
  and t.id %s (select b.id from bound b)
  %s
  limit %s
) e
where v.n = %s
and v.id %s (select b.id from bound b)`
	firstSQL = `with %s,
bound as materialized (
select coalesce((
  select t.id
  from (
%s
  ) t
  %s
  offset %s - 1
  limit 1
), '%s') as id
)
select t.id
from (
%s
) t
%s
limit %s`
)

// firstAmong are the identifiers of the first rows of all branches together. Of each value a
// few rows are read at first, its head. The last row that a page of heads has is the bound:
// more is read only of the values whose head ends before it.
func (t *Table[R]) firstAmong(w *where, by order, q Query, limit string) string {
	few := w.param(min(q.Limit, max(headRows, 4*q.Limit/max(1, valuesOf(q.Branches)))))
	before, within, last := "<", "<=", uuid.Max
	if by.desc {
		before, within, last = ">", ">=", uuid.Nil
	}
	heads, ids, rows := []string{}, []string{}, []string{}
	for i, b := range q.Branches {
		rowsOf := fmt.Sprintf("from %s t\n  where t.org_id = $1\n  and t.%s = v.value%s\n  %s",
			t.name, b.Column, b.and(w), w.sql.String())
		heads = append(heads, fmt.Sprintf(headSQL,
			i, w.param(b.Values), b.Type, by.clause(), rowsOf, by.clause(), few))
		ids = append(ids, fmt.Sprintf("select h.id\nfrom head_%d h", i))
		rows = append(rows, fmt.Sprintf(moreSQL, i, rowsOf, opposite(before), within, by.clause(), limit, few, before))
	}
	return fmt.Sprintf(firstSQL, strings.Join(heads, ",\n"), strings.Join(ids, "\nunion\n"), by.clause(), limit, last,
		strings.Join(append(ids, rows...), "\nunion\n"), by.clause(), limit)
}

// opposite returns the operator that compares the other way round.
func opposite(operator string) string {
	if operator == "<" {
		return ">"
	}
	return "<"
}
