package table

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/searchindex"
	"backoffice/internal/platform/searchindex/words"
)

// maxTotal is where counting stops.
const maxTotal = 10_000

// Query asks for a page of records.
type Query struct {
	// Filter is an AIP-160 filter. OrderBy is a sortable field with an optional ` desc`, or "" to
	// sort by identifier, which is by creation.
	Filter, OrderBy string
	// UpdatedAfter selects records that were last changed after this time; zero selects all.
	UpdatedAfter time.Time
	// Words selects records that have all these words in the search index; nil selects all.
	Words []words.Term
	// Archived includes archived records.
	Archived bool
	// Limit is the maximum number of records to read.
	Limit int
	// After is the position of the last record of the previous page, as Select returned it.
	After []byte
	// Descending reverses the order of identifiers when OrderBy is "".
	Descending bool
	// Owners limits the list to the records of these owners; nil means all records.
	Owners *Owners
	// Linked adds rows to those of Owners. Without Owners, it limits the list to these rows. nil
	// adds none.
	Linked *Linked
	// AnyOf limits a list to the rows that meet at least one of the conditions; nil means all rows.
	AnyOf []ValueCondition
	// FilterIndexed says that an index on the organization, the column of each condition of AnyOf,
	// the column of the filter and the order serves the list, so that the first rows of each value
	// are looked up in spite of the filter.
	FilterIndexed bool
	// Within are further conditions that the calling code sets: columns that must equal values.
	Within []Equal
	// And is a further filter that the calling code sets.
	And string
	// AsOf selects the records of a dated kind that hold on this day, such as `2026-11-30`; ""
	// selects all.
	AsOf string
}

// isLinked reports whether the query selects linked rows and those of owners, if there are any.
func (q Query) isLinked() bool { return q.Linked != nil }

// Equal is the condition that a column has a value.
type Equal struct {
	Column string
	Value  any
}

// order is the column by which a list is sorted. Identifiers break ties.
type order struct {
	column sqlColumn
	desc   bool
}

// Select reads a page of records with their lines. If the page is full, it also returns the
// position of the last record, from which the next page continues.
func (t *Table[R]) Select(ctx context.Context, tx *db.Tx, q Query) (records []R, last []byte, err error) {
	field, desc, err := t.customOrder(ctx, tx, q)
	if err != nil {
		return nil, nil, err
	}
	if field != nil {
		return t.selectByCustomField(ctx, tx, q, field, desc)
	}
	by, err := t.order(q)
	if err != nil {
		return nil, nil, err
	}
	w, err := t.where(ctx, tx, q)
	if err != nil {
		return nil, nil, err
	}
	conditions := w.sql.Len() > 0
	if err := startAfter(w, by, q.After); err != nil {
		return nil, nil, err
	}
	switch {
	case q.AnyOf != nil && len(q.AnyOf) == 0:
		return nil, nil, nil
	case q.AnyOf != nil:
		records, err = t.selectRowsMeetingAny(ctx, tx, w, by, q)
	default:
		limit := w.param(q.Limit)
		if q.isLinked() {
			t.narrowToOwnedOrLinked(w, by, q, limit, conditions)
		}
		records, err = t.query(ctx, tx, t.selectFrom(w)+by.clause()+"\nlimit "+limit, w.args...)
	}
	if err != nil || len(records) < q.Limit {
		return records, nil, err
	}
	last, err = t.pageCursor(ctx, tx, by, records[len(records)-1])
	return records, last, err
}

// Position returns the position of a record of a page that Select returned for the query. A page
// that begins after it continues with the next record.
func (t *Table[R]) Position(ctx context.Context, tx *db.Tx, q Query, r R) ([]byte, error) {
	field, _, err := t.customOrder(ctx, tx, q)
	switch {
	case err != nil:
		return nil, err
	case field != nil:
		return t.customPosition(field, r)
	}
	by, err := t.order(q)
	if err != nil {
		return nil, err
	}
	return t.pageCursor(ctx, tx, by, r)
}

// Count counts the records that match a query, up to 10,000.
func (t *Table[R]) Count(ctx context.Context, tx *db.Tx, q Query) (n int32, err error) {
	w, err := t.where(ctx, tx, q)
	if err != nil {
		return 0, err
	}
	if q.AnyOf != nil {
		w.and(meetsAny(w, q.AnyOf))
	}
	if q.isLinked() && w.sql.Len() == 0 {
		first := t.ownedOrLinkedIDs(w, q.Owners, q.Linked, "", fmt.Sprintf("order by t.id\nlimit %d", maxTotal))
		return n, tx.QueryRow(ctx, "select count(*) from (\n"+first+"\n) m", w.args...).Scan(&n)
	}
	if q.isLinked() {
		w.and(t.linkedCondition(w, q))
	}
	sql := fmt.Sprintf("select count(*) from (\nselect from %s t\nwhere t.org_id = $1\n%slimit %d\n) m",
		t.source(w), w.sql.String(), maxTotal)
	return n, tx.QueryRow(ctx, sql, w.args...).Scan(&n)
}

// where returns the conditions of a query, except AnyOf and linked rows.
func (t *Table[R]) where(ctx context.Context, tx *db.Tx, q Query) (w *where, err error) {
	w = &where{args: []any{tx.Call().Organization.ID}, scope: scopeOf(tx.Call())}
	w.scope.organization, w.scope.keys = tx.Call().Organization.ID, tx.Keys()
	w.scope.mayReveal = len(t.SealedFields()) > 0 && tx.Call().Allows(t.revealPermission)
	if t.HasCustomFields() && strings.Contains(q.Filter, customPrefix) {
		if w.custom, err = t.CustomFields(ctx, tx); err != nil {
			return nil, err
		}
	}
	w.count = func(sql string, args []any) (n int, err error) {
		return n, tx.QueryRow(ctx, sql, args...).Scan(&n)
	}
	if err := t.narrowToReach(ctx, tx, w, q); err != nil {
		return nil, err
	}
	for _, e := range q.Within {
		w.and("t." + e.Column + " = " + w.param(e.Value))
	}
	if q.AsOf != "" {
		day, err := calendar.ParseBusinessDate(q.AsOf)
		if err != nil {
			return nil, fault.Invalid(fault.At("asOf", "%s", err))
		}
		on := w.param(sqlDate(day))
		w.and("t.start_date <= " + on + "\nand coalesce(t.effective_end_date, 'infinity') >= " + on)
	}
	if len(q.Words) > 0 {
		condition, err := searchindex.Narrow(ctx, tx, w.param, t.prefix, "t", q.Words)
		if err != nil {
			return nil, err
		}
		w.and(condition)
	}
	if t.standard.archiveTime != nil && !q.Archived {
		w.and("t.archive_time is null")
	}
	if t.standard.updateTime != nil && !q.UpdatedAfter.IsZero() {
		w.and("t.update_time > " + w.param(q.UpdatedAfter))
	}
	if err := t.filter(w, q.Filter); err != nil {
		return nil, err
	}
	return w, t.filter(w, q.And)
}

// Value returns the value that the only column of a field has for a record.
func (t *Table[R]) Value(tx *db.Tx, r R, field string) (any, error) {
	for _, c := range t.columns {
		if c.field == field && len(c.sql) == 1 {
			args, err := c.args(r, scopeOf(tx.Call()), nil)
			if err != nil {
				return nil, err
			}
			return args[0], nil
		}
	}
	panic(fmt.Sprintf("table: %s has no column %s", t.name, field))
}

// order parses OrderBy.
func (t *Table[R]) order(q Query) (order, error) {
	field, _, _ := strings.Cut(strings.TrimSpace(q.OrderBy), " ")
	desc, err := isDescending(q.OrderBy)
	if err != nil {
		return order{}, err
	}
	switch field {
	case "":
		return order{column: sqlColumn{"id", "uuid"}, desc: q.Descending}, nil
	case "create_time", "createTime":
		return order{column: sqlColumn{"id", "uuid"}, desc: desc}, nil
	}
	c, known := t.fields[field]
	if !known || c.index == "" {
		return order{}, badOrder("names %q, which is not sortable; sortable fields are %s",
			field, strings.Join(t.Sortable(), ", "))
	}
	return order{column: c.sql[len(c.sql)-1], desc: desc}, nil
}

// isDescending reads the direction after the field of an order.
func isDescending(orderBy string) (bool, error) {
	_, direction, _ := strings.Cut(strings.TrimSpace(orderBy), " ")
	switch strings.TrimSpace(direction) {
	case "", "asc":
		return false, nil
	case "desc":
		return true, nil
	}
	return false, badOrder("must be a field, with ` desc` for descending")
}

// badOrder returns the error for an invalid sort order.
func badOrder(format string, args ...any) error {
	return fault.InvalidFor(optionsv1.Reason_ORDER_BY_INVALID, fault.At("orderBy", format, args...))
}

// Sortable returns the names of the fields that an order may use.
func (t *Table[R]) Sortable() []string {
	names := []string{"create_time"}
	for _, c := range t.columns {
		if c.index != "" {
			names = append(names, c.field)
		}
	}
	return names
}

// Indexes returns the indexes of the sortable columns, by column.
func (t *Table[R]) Indexes() map[string]string {
	out := map[string]string{}
	for _, c := range t.columns {
		if c.index != "" {
			out[c.sql[len(c.sql)-1].name] = c.index
		}
	}
	return out
}

// clause returns the ORDER BY clause.
func (o order) clause() string {
	direction := ""
	if o.desc {
		direction = " desc"
	}
	if o.column.name == "id" {
		return "order by t.id" + direction
	}
	return fmt.Sprintf("order by t.%s%s, t.id%s", o.column.name, direction, direction)
}

// keyset is a position in a list: a record's sort value and identifier, as text.
type keyset struct {
	Value string `json:"v,omitempty"`
	ID    string `json:"i"`
}

// startAfter adds the condition that a row comes after a position.
func startAfter(w *where, by order, position []byte) error {
	if position == nil {
		return nil
	}
	var k keyset
	if err := json.Unmarshal(position, &k); err != nil {
		return err
	}
	op := ">"
	if by.desc {
		op = "<"
	}
	if by.column.name == "id" {
		w.and(fmt.Sprintf("t.id %s %s::text::uuid", op, w.param(k.ID)))
		return nil
	}
	w.and(fmt.Sprintf("(t.%s, t.id) %s (%s::text::%s, %s::text::uuid)",
		by.column.name, op, w.param(k.Value), by.column.typ, w.param(k.ID)))
	return nil
}

// pageCursor returns the position of a record in an order. The database formats the sort value, so
// that it parses back exactly.
func (t *Table[R]) pageCursor(ctx context.Context, tx *db.Tx, by order, r R) ([]byte, error) {
	key, err := t.Key(t.ID(r))
	if err != nil {
		return nil, err
	}
	k := keyset{ID: key.String()}
	if by.column.name == "id" {
		return json.Marshal(k)
	}
	// This is one index lookup in the same snapshot.
	sql := fmt.Sprintf("select %s::text from %s where org_id = $1 and id = $2", by.column.name, t.name)
	err = tx.QueryRow(ctx, sql, tx.Call().Organization.ID, key).Scan(&k.Value)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.NotFound(t.typeName(), t.ID(r))
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(k)
}
