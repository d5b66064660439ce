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

// Partitioned sets the column by which the table is partitioned. It must hold the real time at
// which the row was inserted, within a day of the time in the row's identifier.
func (t *Table[R]) Partitioned(column string) *Table[R] {
	t.partitioned = column
	return t
}

// A page is first searched in pageSpan, so that few partitions are read. The time in an identifier
// may differ from the partition column by up to pageSlack, so near the end of the span rows may be
// missing.
const (
	pageSpan  = 31 * 24 * time.Hour
	pageSlack = 24 * time.Hour
)

// timeSpan is the time in which the rows of a page probably are. A zero time means no limit.
type timeSpan struct{ from, to time.Time }

// pageTimeSpan returns the span of the page after a position. It returns false if the start of the
// page is unknown.
func pageTimeSpan(by order, position []byte) (timeSpan, bool) {
	if position == nil {
		return timeSpan{from: calendar.System().Now().Add(-pageSpan)}, by.desc
	}
	var k keyset
	if err := json.Unmarshal(position, &k); err != nil {
		return timeSpan{}, false
	}
	at, ok := timeOfID(k.ID)
	if by.desc {
		return timeSpan{at.Add(-pageSpan), at.Add(pageSlack)}, ok
	}
	return timeSpan{at.Add(-pageSlack), at.Add(pageSpan)}, ok
}

// timeOfID returns the time in a UUIDv7. It returns false for other identifiers.
func timeOfID(s string) (time.Time, bool) {
	u, err := uuid.Parse(s)
	if err != nil || u.Version() != 7 {
		return time.Time{}, false
	}
	return time.Unix(u.Time().UnixTime()), true
}

// covers reports whether all rows up to id in the order are certain to be in the span.
func (s timeSpan) covers(by order, id string) bool {
	at, ok := timeOfID(id)
	if by.desc {
		return ok && at.After(s.from.Add(pageSlack))
	}
	return ok && at.Before(s.to.Add(-pageSlack))
}

// selectRowsMeetingAny reads a page of the rows that meet any condition of q.AnyOf. w has the
// conditions on all rows. In a partitioned table it tries a span of time first, unless there is a
// filter: an index may have all columns that a filtered list needs, but not the column of the
// partitions.
func (t *Table[R]) selectRowsMeetingAny(ctx context.Context, tx *db.Tx, w *where, by order, q Query) ([]R, error) {
	if w.reachedMark != "" {
		w.and("t.id = any(" + w.reachedMark + ")")
	}
	if s, ok := pageTimeSpan(by, q.After); ok && t.partitioned != "" && q.Filter == "" {
		records, err := t.selectRowsMeetingAnyInSpan(ctx, tx, w, by, q, s)
		if err != nil {
			return nil, err
		}
		if len(records) == q.Limit {
			key, err := t.Key(t.ID(records[len(records)-1]))
			if err != nil || s.covers(by, key.String()) {
				return records, err
			}
		}
	}
	return t.selectRowsMeetingAnyInSpan(ctx, tx, w, by, q, timeSpan{})
}

// selectRowsMeetingAnyInSpan is selectRowsMeetingAny limited to a span of time.
func (t *Table[R]) selectRowsMeetingAnyInSpan(
	ctx context.Context, tx *db.Tx, all *where, by order, q Query, s timeSpan,
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
	// Looking up each value would read all rows that have it even if few match a filter.
	ids := t.firstFilteredIDs
	values := countValues(q.AnyOf)
	switch {
	case q.Filter != "" && !q.FilterIndexed, values > maxLookups, haveException(q.AnyOf):
	case by.column.name == "id":
		ids = t.firstIDs
	case values*q.Limit <= maxSortedRows:
		ids = t.firstSortedIDs
	}
	sql := t.selectSQL + partitions.String() + "and t.id in (\n" + ids(w, by, q, limit) + "\n)\n" +
		by.clause() + "\nlimit " + limit
	return t.query(ctx, tx, sql, w.args...)
}

// firstFilteredIDs returns the query of the identifiers of the first rows that meet any
// condition. It reads all rows in order. It needs only the filtered columns and the identifier,
// which an index may have.
func (t *Table[R]) firstFilteredIDs(w *where, by order, q Query, limit string) string {
	w.and(meetsAny(w, q.AnyOf))
	return fmt.Sprintf("select t.id\nfrom %s t\nwhere t.org_id = $1\n%s%s\nlimit %s",
		t.name, w.sql.String(), by.clause(), limit)
}

// initialRows is the minimum number of rows of each value that are read in the first step.
const initialRows = 4

// The parts of the statement that finds the first rows that meet any condition.
const (
	initialRowsSQL = `head_%d as materialized (
select v.value, e.id, e.n
from unnest(%s::%s[]) as v (value)
cross join lateral (
  select t.id, row_number() over (%s) as n
  %s%s
  limit %s
) e
)`
	furtherRowsSQL = `select e.id
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
	firstIDsSQL = `with %s,
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

// firstIDs returns the query of the identifiers of the first rows that meet any condition. It reads
// in two steps. First it reads a few rows of each value, its head. The last row of a page of heads
// is the bound. Further rows are read only for values whose head ends before the bound.
func (t *Table[R]) firstIDs(w *where, by order, q Query, limit string) string {
	few := w.param(min(q.Limit, max(initialRows, 4*q.Limit/max(1, countValues(q.AnyOf)))))
	before, within, last := "<", "<=", uuid.Max
	if by.desc {
		before, within, last = ">", ">=", uuid.Nil
	}
	heads, ids, rows := []string{}, []string{}, []string{}
	for i, c := range q.AnyOf {
		rowsOf := fmt.Sprintf("from %s t\n  where t.org_id = $1\n  and t.%s = v.value%s\n  %s",
			t.name, c.Column, c.secondCondition(w), w.sql.String())
		heads = append(heads, fmt.Sprintf(initialRowsSQL,
			i, w.param(c.Values), c.Type, by.clause(), rowsOf, by.clause(), few))
		ids = append(ids, fmt.Sprintf("select h.id\nfrom head_%d h", i))
		rows = append(rows, fmt.Sprintf(furtherRowsSQL,
			i, rowsOf, reverseOperator(before), within, by.clause(), limit, few, before))
	}
	return fmt.Sprintf(firstIDsSQL, strings.Join(heads, ",\n"), strings.Join(ids, "\nunion\n"), by.clause(), limit, last,
		strings.Join(append(ids, rows...), "\nunion\n"), by.clause(), limit)
}

// reverseOperator returns the operator that compares in the other direction.
func reverseOperator(operator string) string {
	if operator == "<" {
		return ">"
	}
	return "<"
}

// maxSortedRows is the largest number of rows that are looked up for a page sorted by a column.
// Above it, a page is found faster by reading all rows in order.
const maxSortedRows = 20000

// firstSortedIDs is firstIDs for a list that is sorted by a column. It reads a page of each value.
// An index on the organization, the column of the condition, the column of the order and the
// identifier serves it.
func (t *Table[R]) firstSortedIDs(w *where, by order, q Query, limit string) string {
	pages := make([]string, len(q.AnyOf))
	for i, c := range q.AnyOf {
		pages[i] = fmt.Sprintf(`select e.id, e.%s
from unnest(%s::%s[]) as v (value)
cross join lateral (
  select t.id, t.%[1]s
  from %[4]s t
  where t.org_id = $1
  and t.%[5]s = v.value%[6]s
  %[7]s%[8]s
  limit %[9]s
) e`, by.column.name, w.param(c.Values), c.Type, t.name, c.Column, c.secondCondition(w), w.sql.String(), by.clause(),
			limit)
	}
	return fmt.Sprintf("select t.id\nfrom (\n%s\n) t\n%s\nlimit %s", strings.Join(pages, "\nunion\n"), by.clause(), limit)
}
