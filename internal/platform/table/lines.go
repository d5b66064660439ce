package table

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// child is a table of lines that are written and read with their parent R.
type child[R any] interface {
	when(func(R) bool) child[R]
	check(parent R, s Scope) error
	queueInsert(
		ctx context.Context, b *pgx.Batch, tx *db.Tx, s Scope, key func(R) (uuid.UUID, error), parents []R,
	) error
	// queueChange queues the statements that change the stored lines of before into those of r.
	queueChange(ctx context.Context, b *pgx.Batch, tx *db.Tx, s Scope, key uuid.UUID, before, r R) error
	load(ctx context.Context, tx *db.Tx, s Scope, parents map[uuid.UUID]R) error
	statements() map[string]string
	newReferences(earlier []R, r R) []Reference
}

// lines is the child table of parent R with lines L.
type lines[R, L any] struct {
	field    string
	list     func(R) *[]L
	currency func(R) string
	columns  []Column[L]
	// allColumns are the SQL columns, with the parent and the line number first.
	allColumns []sqlColumn
	applies    func(R) bool
	appendOnly bool
	insertSQL  string
	selectSQL  string
	deleteSQL  string
}

// Lines binds a list of messages to a child table: (org_id, {parent}, line_number) and the given
// columns. Lines keep their order. currency returns the currency of the parent's lines; if it is
// nil, amounts are in the organization's currency. An update that changes a line replaces all of
// them.
func Lines[R, L any](
	field, name, parent string, list func(R) *[]L, currency func(R) string, columns ...Column[L],
) Column[R] {
	return Column[R]{field: field, child: newLines(field, name, parent, list, currency, columns)}.withoutColumns()
}

// AppendOnlyLines is Lines for a table whose rows are never altered. They are written once, when
// the parent first has them, and updates leave them unchanged.
//
// The table has a position column. An insert reads the position once for all rows, where the
// column's default would read it for each row. Rows of one position are ordered by their seq.
func AppendOnlyLines[R, L any](
	field, name, parent string, list func(R) *[]L, currency func(R) string, columns ...Column[L],
) Column[R] {
	l := newLines(field, name, parent, list, currency, columns)
	numbered := append(slices.Clone(l.allColumns), sqlColumn{"seq", "bigint"})
	l.insertSQL = fmt.Sprintf("insert into %s (org_id, %s, position)\n%s",
		name, columnNames("", numbered), selectUnnested(numbered, "(select platform.position())"))
	l.appendOnly = true
	return Column[R]{field: field, child: l}.withoutColumns()
}

// withoutColumns returns c for a field that is stored in another table and has no columns in the
// record's own row.
func (c Column[R]) withoutColumns() Column[R] {
	c.args = func(_ R, _ Scope, into []any) ([]any, error) { return into, nil }
	return c
}

func newLines[R, L any](
	field, name, parent string, list func(R) *[]L, currency func(R) string, columns []Column[L],
) *lines[R, L] {
	var bound []sqlColumn
	for _, c := range columns {
		if c.sealed {
			panic("table: the sealed field " + c.field + " cannot be in lines")
		}
		bound = append(bound, c.sql...)
	}
	keyed := append([]sqlColumn{{parent, "uuid"}, {"line_number", "integer"}}, bound...)
	return &lines[R, L]{
		field: field, list: list, currency: currency, columns: columns, allColumns: keyed,
		insertSQL: fmt.Sprintf("insert into %s (org_id, %s)\n%s", name, columnNames("", keyed), selectUnnested(keyed)),
		selectSQL: fmt.Sprintf("select %s, %s\nfrom %s\nwhere org_id = $1\nand %s = any($2)\norder by %s, line_number",
			parent, columnNames("", bound), name, parent, parent),
		deleteSQL: fmt.Sprintf("delete from %s\nwhere org_id = $1\nand %s = $2", name, parent),
	}
}

func (l *lines[R, L]) when(applies func(R) bool) child[R] {
	l.applies = applies
	return l
}

// linesOf returns the parent's lines, none where the column does not apply.
func (l *lines[R, L]) linesOf(parent R) []L {
	if l.applies != nil && !l.applies(parent) {
		return nil
	}
	return *l.list(parent)
}

// scope returns the scope of the parent's lines.
func (l *lines[R, L]) scope(parent R, s Scope) Scope {
	if l.currency == nil {
		return s
	}
	if currency := l.currency(parent); currency != "" {
		s.Currency = currency
	}
	return s
}

func (l *lines[R, L]) check(parent R, s Scope) error {
	_, err := l.rows(nil, uuid.Nil, parent, s)
	return err
}

// rows appends one row of values for each line of the parent.
func (l *lines[R, L]) rows(into [][]any, key uuid.UUID, parent R, s Scope) ([][]any, error) {
	var violations fault.List
	s = l.scope(parent, s)
	for i, line := range l.linesOf(parent) {
		row, err := bindColumns(l.columns, line, s, []any{key, int32(i + 1)})
		if err := violations.Merge(fmt.Sprintf("%s[%d]", fault.JSONName(l.field), i), err); err != nil {
			return nil, err
		}
		into = append(into, row)
	}
	return into, violations.Err()
}

func (l *lines[R, L]) queueInsert(
	_ context.Context, b *pgx.Batch, tx *db.Tx, s Scope, key func(R) (uuid.UUID, error), parents []R,
) error {
	var rows [][]any
	for _, parent := range parents {
		parentKey, err := key(parent)
		if err != nil {
			return err
		}
		if rows, err = l.rows(rows, parentKey, parent, s); err != nil {
			return err
		}
	}
	l.queueRows(b, tx, rows)
	return nil
}

func (l *lines[R, L]) queueChange(
	_ context.Context, b *pgx.Batch, tx *db.Tx, s Scope, key uuid.UUID, before, r R,
) error {
	if l.appendOnly && (l.applies == nil || l.applies(before)) {
		return nil // the rows were written before
	}
	stored, err := l.rows(nil, key, before, s)
	if err != nil {
		return err
	}
	rows, err := l.rows(nil, key, r, s)
	if err != nil || reflect.DeepEqual(stored, rows) {
		return err
	}
	if len(stored) > 0 {
		b.Queue(l.deleteSQL, tx.Call().Organization.ID, key)
	}
	l.queueRows(b, tx, rows)
	return nil
}

func (l *lines[R, L]) queueRows(b *pgx.Batch, tx *db.Tx, rows [][]any) {
	if len(rows) == 0 {
		return
	}
	if l.appendOnly {
		for i, seq := range tx.NextSeqs(len(rows)) {
			rows[i] = append(rows[i], seq)
		}
	}
	b.Queue(l.insertSQL, append([]any{tx.Call().Organization.ID}, transpose(rows)...)...)
}

func (l *lines[R, L]) load(ctx context.Context, tx *db.Tx, s Scope, parents map[uuid.UUID]R) error {
	keys := make([]uuid.UUID, 0, len(parents))
	for key, parent := range parents {
		if l.applies == nil || l.applies(parent) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, l.selectSQL, tx.Call().Organization.ID, keys)
	if err != nil {
		return err
	}
	var key uuid.UUID
	for rows.Next() {
		line := db.NewRecord[L]()
		if err := l.scan(rows, &key, parents, s, line); err != nil {
			rows.Close()
			return err
		}
		list := l.list(parents[key])
		*list = append(*list, line)
	}
	return rows.Err()
}

func (l *lines[R, L]) scan(rows pgx.Rows, key *uuid.UUID, parents map[uuid.UUID]R, s Scope, line L) error {
	// The currency depends on the parent, whose key is in the row, so the row is scanned twice.
	if err := rows.Scan(append([]any{key}, make([]any, len(rows.FieldDescriptions())-1)...)...); err != nil {
		return err
	}
	into := []any{nil}
	for _, c := range l.columns {
		into = c.dest(line, l.scope(parents[*key], s), into)
	}
	return rows.Scan(into...)
}

func (l *lines[R, L]) statements() map[string]string {
	out := map[string]string{"insert": l.insertSQL, "select": l.selectSQL}
	if !l.appendOnly {
		out["delete"] = l.deleteSQL
	}
	return out
}
