package table

import (
	"fmt"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
)

// Scope is what a value may need to know of what is around it.
type Scope struct {
	// Currency is the currency of an amount that does not carry its own.
	Currency string
	// Today is the organization's date.
	Today calendar.Date
}

// Column binds one field of the record R to the columns that keep it. The same
// pointer to the field serves reading and scanning.
type Column[R any] struct {
	field string
	sql   []sqlColumn
	// args leaves the field in the one spelling in which it is stored and read, and
	// appends its values, one for each SQL column, or says what is wrong with it.
	args func(r R, s Scope, into []any) ([]any, error)
	// dest appends where to scan them.
	dest func(r R, s Scope, into []any) []any

	filter *filterType
	// filterAs is what a filter compares, where that is not the last column;
	// filterSQL is set once the field is open to filters.
	filterAs, filterSQL string
	index               string
	raw                 bool
	when                func(R) bool
	child               child[R]
	// named are the identifiers in a field that names records, whose kind has the prefix;
	// many is true for a list. usable is set once they are looked up when they change.
	named        func(R) []string
	prefix       string
	many, usable bool
	conditions   []Condition
	// currency is the column of an amount's own currency, which a filter may name too.
	currency *Column[R]
}

type sqlColumn struct{ name, typ string }

// Filter allows the field in list filters.
func (c Column[R]) Filter() Column[R] {
	if c.filter == nil {
		panic("table: " + c.field + " is of a type that cannot be filtered")
	}
	c.filterSQL = c.filterAs
	if c.filterAs == "" {
		c.filterSQL = "t." + c.sql[len(c.sql)-1].name
	}
	return c
}

// FilterEqual is Filter with a condition in place of the comparison by `=`, such as one that
// an index on some of the rows makes quick. In it :value is the value and t the table.
func (c Column[R]) FilterEqual(condition string) Column[R] {
	c = c.Filter()
	f := *c.filter
	f.equal = condition
	c.filter = &f
	return c
}

// Sort allows the field in list orders and names the index that makes it quick:
// (org_id, column, id), the column being NOT NULL.
func (c Column[R]) Sort(index string) Column[R] {
	c.index = index
	return c
}

// Raw keeps the text of the field as it comes, where each character counts: evidence,
// patterns, marks. All other text that people type is trimmed and composed.
func (c Column[R]) Raw() Column[R] {
	c.raw = true
	if c.filter != nil {
		c.filter = rawTextFilter()
	}
	return c
}

// When binds the field only on records that the function accepts. On others the
// columns are null, and the field is left to another column that binds it.
func (c Column[R]) When(applies func(R) bool) Column[R] {
	c.when = applies
	if c.child != nil {
		c.child = c.child.when(applies)
	}
	return c
}

func (c Column[R]) bind(r R, s Scope, into []any) ([]any, error) {
	if c.when != nil && !c.when(r) {
		for range c.sql {
			into = append(into, nil)
		}
		return into, nil
	}
	return c.args(r, s, into)
}

// wrong is an invalid value of the column's field.
func wrong(field, format string, args ...any) error {
	return fault.Invalid(fault.At(fault.JSONName(field), format, args...))
}

func columnNames(prefix string, columns []sqlColumn) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = prefix + c.name
	}
	return strings.Join(names, ", ")
}

func placeholders(from, n int) string {
	marks := make([]string, n)
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", from+i)
	}
	return strings.Join(marks, ", ")
}
