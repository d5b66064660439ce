package table

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
)

// ValueCondition is the condition that Column has one of Values. If AndColumn is set, AndColumn
// must also have one of AndValues. An index on the organization, Column and the identifier serves
// it.
type ValueCondition struct {
	Column string
	// Values is a slice that pgx encodes as an array of the SQL type Type, such as `text`.
	Values any
	Type   string

	AndColumn string
	AndValues any
	// Except reverses the condition: Column must have none of Values. Rows are then read in order,
	// so few of them may have these values.
	Except bool
}

// secondCondition returns the condition on the second column, or "" if there is none.
func (c ValueCondition) secondCondition(w *where) string {
	if c.AndColumn == "" {
		return ""
	}
	return "\n  and t." + c.AndColumn + " = any(" + w.param(c.AndValues) + ")"
}

// maxLookups is the largest number of values that are looked up one by one. With more values, a
// page is found faster by reading all rows in order.
const maxLookups = 400

// countValues returns the number of values of all conditions.
func countValues(conditions []ValueCondition) (n int) {
	for _, c := range conditions {
		n += reflect.ValueOf(c.Values).Len()
	}
	return n
}

// haveException reports whether one of the conditions is reversed.
func haveException(conditions []ValueCondition) bool {
	return slices.ContainsFunc(conditions, func(c ValueCondition) bool { return c.Except })
}

// meetsAny returns the SQL condition that a row meets at least one of the conditions.
func meetsAny(w *where, conditions []ValueCondition) string {
	alternatives := make([]string, len(conditions))
	for i, c := range conditions {
		comparison := " = any("
		if c.Except {
			comparison = " <> all("
		}
		alternatives[i] = "t." + c.Column + comparison + w.param(c.Values) + ")" + c.secondCondition(w)
	}
	if len(alternatives) == 0 {
		return "false"
	}
	return "(" + strings.Join(alternatives, "\nor ") + ")"
}

// GetIfAny is Get, limited to the rows that meet at least one of the conditions.
func (t *Table[R]) GetIfAny(ctx context.Context, tx *db.Tx, s string, conditions []ValueCondition) (R, error) {
	var none R
	key, err := t.Key(s)
	if err != nil {
		return none, err
	}
	w := &where{args: []any{tx.Call().Organization.ID}}
	w.and("t.id = " + w.param(key))
	w.and(meetsAny(w, conditions))
	r := db.NewRecord[R]()
	err = t.scan(tx.QueryRow(ctx, t.selectSQL+w.sql.String(), w.args...), scopeOf(tx.Call()), r)
	if errors.Is(err, pgx.ErrNoRows) {
		return none, t.NotFound(s)
	}
	return r, err
}
