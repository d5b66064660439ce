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
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// maxTotal is where counting stops.
const maxTotal = 10_000

// Query asks for a page of records.
type Query struct {
	// Filter is an AIP-160 filter, OrderBy a sortable field with an optional
	// ` desc`, or "" for the order of identifiers, which is that of creation.
	Filter, OrderBy string
	// UpdatedAfter leaves out what was last changed then or earlier; zero: nothing.
	UpdatedAfter time.Time
	// Archived takes archived records too.
	Archived bool
	// Limit is the most records to read.
	Limit int
	// After is the position of the last record read before, as Position made it.
	After []byte
	// Descending turns the order of identifiers round when OrderBy is "".
	Descending bool
	// Owners narrows to their records; nil: all records.
	Owners *Owners
	// Linked are further rows beside those of Owners; nil: no others.
	Linked *Linked
	// Branches narrows a list in the order of identifiers to the rows of branches, unless it
	// is nil.
	Branches []Branch
	// Within are conditions of the caller's own: columns that must equal values.
	Within []Equal
}

// isLinked reports whether the rows are those of owners and further ones.
func (q Query) isLinked() bool { return q.Owners != nil && q.Linked != nil }

// Equal is a condition that a column has a value.
type Equal struct {
	Column string
	Value  any
}

// order is the column by which a list is sorted, identifiers breaking ties.
type order struct {
	column sqlColumn
	desc   bool
}

// Select reads a page of records with their lines, and the position of the last.
func (t *Table[R]) Select(ctx context.Context, tx *db.Tx, q Query) (records []R, last []byte, err error) {
	by, err := t.order(q)
	if err != nil {
		return nil, nil, err
	}
	w, err := t.where(tx, q)
	if err != nil {
		return nil, nil, err
	}
	conditions := w.sql.Len() > 0
	if err := after(w, by, q.After); err != nil {
		return nil, nil, err
	}
	switch {
	case q.Branches != nil && len(q.Branches) == 0:
		return nil, nil, nil
	case q.Branches != nil:
		records, err = t.selectAmong(ctx, tx, w, by, q)
	default:
		limit := w.param(q.Limit)
		if q.isLinked() {
			t.narrowToLinked(w, by, q, limit, conditions)
		}
		records, err = t.query(ctx, tx, t.selectSQL+w.sql.String()+by.clause()+"\nlimit "+limit, w.args...)
	}
	if err != nil || len(records) < q.Limit {
		return records, nil, err
	}
	last, err = t.position(ctx, tx, by, records[len(records)-1])
	return records, last, err
}

// Count counts the matches of a query, up to 10,000.
func (t *Table[R]) Count(ctx context.Context, tx *db.Tx, q Query) (n int32, err error) {
	w, err := t.where(tx, q)
	if err != nil {
		return 0, err
	}
	if q.Branches != nil {
		w.and(among(w, q.Branches))
	}
	if q.isLinked() && w.sql.Len() == 0 {
		first := t.linkedIDs(w, q.Owners, q.Linked, "", fmt.Sprintf("order by t.id\nlimit %d", maxTotal))
		return n, tx.QueryRow(ctx, "select count(*) from (\n"+first+"\n) m", w.args...).Scan(&n)
	}
	if q.isLinked() {
		w.and("t.id in (\n" + t.linkedIDs(w, q.Owners, q.Linked, "", "") + "\n)")
	}
	sql := fmt.Sprintf("select count(*) from (\nselect from %s t\nwhere t.org_id = $1\n%slimit %d\n) m", t.name, w.sql.String(), maxTotal)
	return n, tx.QueryRow(ctx, sql, w.args...).Scan(&n)
}

func (t *Table[R]) where(tx *db.Tx, q Query) (*where, error) {
	w := &where{args: []any{tx.Call().Organization.ID}, scope: scopeOf(tx.Call())}
	if !q.isLinked() {
		t.narrow(w, q.Owners)
	}
	for _, e := range q.Within {
		w.and("t." + e.Column + " = " + w.param(e.Value))
	}
	if t.head.archiveTime != nil && !q.Archived {
		w.and("t.archive_time is null")
	}
	if t.head.updateTime != nil && !q.UpdatedAfter.IsZero() {
		w.and("t.update_time > " + w.param(q.UpdatedAfter))
	}
	return w, t.filter(w, q.Filter)
}

func (t *Table[R]) order(q Query) (order, error) {
	field, direction, _ := strings.Cut(strings.TrimSpace(q.OrderBy), " ")
	desc := strings.TrimSpace(direction) == "desc"
	if !desc && strings.TrimSpace(direction) != "" && strings.TrimSpace(direction) != "asc" {
		return order{}, badOrder("must be a field, with ` desc` for descending")
	}
	switch field {
	case "":
		return order{column: sqlColumn{"id", "uuid"}, desc: q.Descending}, nil
	case "create_time", "createTime":
		return order{column: sqlColumn{"id", "uuid"}, desc: desc}, nil
	}
	c, known := t.fields[field]
	if !known || c.index == "" {
		return order{}, badOrder("names %q, which is not sortable; sortable are %s", field, strings.Join(t.Sortable(), ", "))
	}
	return order{column: c.sql[len(c.sql)-1], desc: desc}, nil
}

func badOrder(format string, args ...any) error {
	return fault.InvalidFor(optionsv1.Reason_ORDER_BY_INVALID, fault.At("orderBy", format, args...))
}

// Sortable are the names of the fields that an order may use.
func (t *Table[R]) Sortable() []string {
	names := []string{"create_time"}
	for _, c := range t.columns {
		if c.index != "" {
			names = append(names, c.field)
		}
	}
	return names
}

// Indexes are the indexes that the sortable columns name.
func (t *Table[R]) Indexes() map[string]string {
	out := map[string]string{}
	for _, c := range t.columns {
		if c.index != "" {
			out[c.sql[len(c.sql)-1].name] = c.index
		}
	}
	return out
}

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

// keyset is a place in a list: a record's sort value and identifier as text.
type keyset struct {
	Value string `json:"v,omitempty"`
	ID    string `json:"i"`
}

// after leaves out what comes before a position.
func after(w *where, by order, position []byte) error {
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
	w.and(fmt.Sprintf("(t.%s, t.id) %s (%s::text::%s, %s::text::uuid)", by.column.name, op, w.param(k.Value), by.column.typ, w.param(k.ID)))
	return nil
}

// position finds where a record is in an order, in the database's own spelling.
func (t *Table[R]) position(ctx context.Context, tx *db.Tx, by order, r R) ([]byte, error) {
	key, err := t.Key(t.ID(r))
	if err != nil {
		return nil, err
	}
	k := keyset{ID: key.String()}
	if by.column.name == "id" {
		return json.Marshal(k)
	}
	// A replica would be asked in the same snapshot; here it is one index look-up.
	sql := fmt.Sprintf("select %s::text from %s where org_id = $1 and id = $2", by.column.name, t.name)
	err = tx.QueryRow(ctx, sql, tx.Call().Organization.ID, key).Scan(&k.Value)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.NotFound(t.what(), t.ID(r))
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(k)
}
