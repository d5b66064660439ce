package table

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/secret"
)

// Scope is the context in which a record's values are read and written.
type Scope struct {
	// Currency is the currency of amounts that do not carry their own.
	Currency string
	// Now is the current time by the organization's clock, Today its current date.
	Now   time.Time
	Today calendar.Date
	// organization and keys are those with which a filter finds sealed values. mayReveal is true if
	// the caller may reveal them.
	organization uuid.UUID
	keys         *secret.Master
	mayReveal    bool
	// Person is the caller's person, uuid.Nil for the system.
	Person uuid.UUID
}

// Column binds one field of the record R to the SQL columns that store it. The same pointer to the
// field serves for reading and writing.
type Column[R any] struct {
	field string
	sql   []sqlColumn
	// args normalizes the field to the spelling in which it is stored, and appends its values, one
	// for each SQL column. It fails if the field is invalid.
	args func(r R, s Scope, into []any) ([]any, error)
	// dest appends the scan destinations of the SQL columns.
	dest func(r R, s Scope, into []any) []any

	filter *filterType
	// filterAs is the expression that a filter compares, if it is not the last SQL column. filterSQL
	// is set once the field is opened to filters.
	filterAs, filterSQL     string
	index                   string
	raw, sealed, unrecorded bool
	when                    func(R) bool
	child                   child[R]
	// refIDs returns the identifiers in a field that references records. prefix is the prefix of
	// these identifiers. isList is true if the field is a list. usable is true if newly referenced
	// records must pass the checks of Usable.
	refIDs         func(R) []string
	prefix         string
	isList, usable bool
	conditions     []Condition
	// currency is the column of an amount's own currency, which a filter may name too.
	currency *Column[R]
}

type sqlColumn struct{ name, typ string }

// Filter opens the field to list filters.
func (c Column[R]) Filter() Column[R] {
	if c.filter == nil {
		panic("table: " + c.field + " has a type that cannot be filtered")
	}
	c.filterSQL = c.filterAs
	if c.filterAs == "" {
		c.filterSQL = "t." + c.sql[len(c.sql)-1].name
	}
	return c
}

// FilterAs is Filter by an expression instead of the stored value, for a value that depends on more
// than its column. In the expression, :today is the organization's current date and t the table.
func (c Column[R]) FilterAs(expression string) Column[R] {
	c.filterAs = expression
	return c.Filter()
}

// FilterEqual is Filter with a special condition for `=`, such as one that a partial index serves.
// In the condition, :value is the value and t the table.
func (c Column[R]) FilterEqual(condition string) Column[R] {
	c = c.Filter()
	f := *c.filter
	f.equal = condition
	c.filter = &f
	return c
}

// Sort opens the field to list orders and names the index that serves them: (org_id, column, id).
// The column must be NOT NULL.
func (c Column[R]) Sort(index string) Column[R] {
	c.index = index
	return c
}

// Raw stores the text of the field exactly as received, for text in which each character counts:
// statement evidence, patterns, delimiters. All other text that people type is trimmed and
// composed.
func (c Column[R]) Raw() Column[R] {
	c.raw = true
	if c.filter != nil {
		c.filter = rawTextFilter()
	}
	return c
}

// Unrecorded keeps the values of the field out of the event log, which never forgets. It is for
// text that can be erased.
func (c Column[R]) Unrecorded() Column[R] {
	c.unrecorded = true
	return c
}

// When binds the field only on records for which applies returns true. On other records the columns
// are null, and another column may bind the field.
func (c Column[R]) When(applies func(R) bool) Column[R] {
	c.when = applies
	if c.child != nil {
		c.child = c.child.when(applies)
	}
	return c
}

// bind appends the values of the field, or nulls where the column does not apply.
func (c Column[R]) bind(r R, s Scope, into []any) ([]any, error) {
	if c.when != nil && !c.when(r) {
		for range c.sql {
			into = append(into, nil)
		}
		return into, nil
	}
	return c.args(r, s, into)
}

// invalidValue returns the error for an invalid field value.
func invalidValue(field, format string, args ...any) error {
	return fault.Invalid(fault.At(fault.JSONName(field), format, args...))
}

// columnNames returns the names, each with the prefix, as a comma-separated list.
func columnNames(prefix string, columns []sqlColumn) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = prefix + c.name
	}
	return strings.Join(names, ", ")
}

// placeholders returns n parameter marks from $from on, as a comma-separated list.
func placeholders(from, n int) string {
	marks := make([]string, n)
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", from+i)
	}
	return strings.Join(marks, ", ")
}
