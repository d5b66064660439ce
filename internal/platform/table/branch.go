package table

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
)

// Branch is a part of a table's rows: those with one of some values in a column, and where
// a second column is named, with one of its values too. An index over the organization, the
// first column and the identifier makes it quick.
type Branch struct {
	Column string
	// Values are a slice that pgx takes for an array of the type, such as `text`.
	Values any
	Type   string

	AndColumn string
	AndValues any
}

// and is the condition on the second column, "" without one.
func (b Branch) and(w *where) string {
	if b.AndColumn == "" {
		return ""
	}
	return "\n  and t." + b.AndColumn + " = any(" + w.param(b.AndValues) + ")"
}

// maxLookups is how many values are looked up one by one. A page of the rows of more values
// is found sooner by reading all rows in their order.
const maxLookups = 400

// valuesOf returns how many values branches have.
func valuesOf(branches []Branch) (n int) {
	for _, b := range branches {
		n += reflect.ValueOf(b.Values).Len()
	}
	return n
}

// among is the condition that a row is in one of the branches.
func among(w *where, branches []Branch) string {
	conditions := make([]string, len(branches))
	for i, b := range branches {
		conditions[i] = "t." + b.Column + " = any(" + w.param(b.Values) + ")" + b.and(w)
	}
	if len(conditions) == 0 {
		return "false"
	}
	return "(" + strings.Join(conditions, "\nor ") + ")"
}

// GetInBranches is Get among the rows of branches.
func (t *Table[R]) GetInBranches(ctx context.Context, tx *db.Tx, s string, branches []Branch) (R, error) {
	var none R
	key, err := t.Key(s)
	if err != nil {
		return none, err
	}
	w := &where{args: []any{tx.Call().Organization.ID}}
	w.and("t.id = " + w.param(key))
	w.and(among(w, branches))
	r := db.NewRecord[R]()
	err = t.scan(tx.QueryRow(ctx, t.selectSQL+w.sql.String(), w.args...), scopeOf(tx.Call()), r)
	if errors.Is(err, pgx.ErrNoRows) {
		return none, t.NotFound(s)
	}
	return r, err
}
