package table

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
)

// Branch selects a part of a table's rows: those whose column has one of some values and, if a
// second column is named, whose second column has one of its values. An index on the organization,
// the first column and the identifier serves it.
type Branch struct {
	Column string
	// Values is a slice that pgx encodes as an array of the SQL type Type, such as `text`.
	Values any
	Type   string

	AndColumn string
	AndValues any
}

// secondCondition returns the condition on the second column, "" without one.
func (b Branch) secondCondition(w *where) string {
	if b.AndColumn == "" {
		return ""
	}
	return "\n  and t." + b.AndColumn + " = any(" + w.param(b.AndValues) + ")"
}

// maxLookups is the largest number of values that are looked up one by one. With more values, a
// page is found faster by reading all rows in order.
const maxLookups = 400

// countValues returns the number of values of all branches.
func countValues(branches []Branch) (n int) {
	for _, b := range branches {
		n += reflect.ValueOf(b.Values).Len()
	}
	return n
}

// inBranches returns the condition that a row is in one of the branches.
func inBranches(w *where, branches []Branch) string {
	conditions := make([]string, len(branches))
	for i, b := range branches {
		conditions[i] = "t." + b.Column + " = any(" + w.param(b.Values) + ")" + b.secondCondition(w)
	}
	if len(conditions) == 0 {
		return "false"
	}
	return "(" + strings.Join(conditions, "\nor ") + ")"
}

// GetInBranches is Get, limited to the rows in the branches.
func (t *Table[R]) GetInBranches(ctx context.Context, tx *db.Tx, s string, branches []Branch) (R, error) {
	var none R
	key, err := t.Key(s)
	if err != nil {
		return none, err
	}
	w := &where{args: []any{tx.Call().Organization.ID}}
	w.and("t.id = " + w.param(key))
	w.and(inBranches(w, branches))
	r := db.NewRecord[R]()
	err = t.scan(tx.QueryRow(ctx, t.selectSQL+w.sql.String(), w.args...), scopeOf(tx.Call()), r)
	if errors.Is(err, pgx.ErrNoRows) {
		return none, t.NotFound(s)
	}
	return r, err
}
