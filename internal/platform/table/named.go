package table

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/fault"
)

// Condition says why a record may not be named by a field, in words that follow the
// field's name, or "" if it may.
type Condition func(named proto.Message) string

// Usable makes a field refuse a record that it newly names unless the record exists, is
// not archived, is one that the caller may name, and meets the conditions. A record that
// was named before may have changed since.
func (c Column[R]) Usable(also ...Condition) Column[R] {
	if c.named == nil {
		panic("table: " + c.field + " names no records")
	}
	c.usable, c.conditions = true, also
	return c
}

// Reference is a place in a record that names another one.
type Reference struct {
	// Field is the place, as the caller's JSON spells it.
	Field string
	// Prefix begins the identifiers of the kind that is named, ID is the identifier.
	Prefix, ID string

	Conditions []Condition
}

// NewReferences are the places of r, bound by Usable, that name what was does not.
func (t *Table[R]) NewReferences(was, r R) []Reference {
	return newReferences(t.columns, []R{was}, r, "")
}

// newReferences are the places of a record that name what none of the earlier ones does.
func newReferences[R any](columns []Column[R], earlier []R, r R, under string) (out []Reference) {
	for _, c := range columns {
		switch {
		case c.when != nil && !c.when(r):
		case c.child != nil:
			out = append(out, c.child.newReferences(earlier, r)...)
		case c.usable:
			var known []string
			for _, e := range earlier {
				known = append(known, c.named(e)...)
			}
			for i, key := range c.named(r) {
				if key == "" || slices.Contains(known, key) {
					continue
				}
				out = append(out, Reference{Field: under + c.place(i), Prefix: c.prefix, ID: key, Conditions: c.conditions})
			}
		}
	}
	return out
}

// place is where the i-th name of the field stands.
func (c Column[R]) place(i int) string {
	if c.many {
		return fmt.Sprintf("%s[%d]", fault.JSONName(c.field), i)
	}
	return fault.JSONName(c.field)
}

func (l *lines[R, L]) newReferences(earlier []R, r R) (out []Reference) {
	var before []L
	for _, e := range earlier {
		before = append(before, l.of(e)...)
	}
	for i, line := range l.of(r) {
		out = append(out, newReferences(l.columns, before, line, fmt.Sprintf("%s[%d].", fault.JSONName(l.field), i))...)
	}
	return out
}
