package table

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/fault"
)

// Condition returns why a field may not reference a record, in words that follow the field's name,
// or "" if it may.
type Condition func(referenced proto.Message) string

// Usable checks the records that a field newly references. Such a record must exist, must not be
// archived, must be one that the caller may reference, and must meet the conditions. Records that
// the stored record already references are not checked again.
func (c Column[R]) Usable(also ...Condition) Column[R] {
	if c.refIDs == nil {
		panic("table: " + c.field + " does not reference records")
	}
	c.usable, c.conditions = true, also
	return c
}

// Reference is a place in a record that references another record.
type Reference struct {
	// Field is the path of the field, as the caller's JSON spells it.
	Field string
	// Prefix is the prefix of the referenced kind. ID is the identifier.
	Prefix, ID string

	Conditions []Condition
	// IsSubject is true if the field names a record of any kind that the record is on. It may be
	// archived.
	IsSubject bool
}

// NewReferences returns the references of r, in columns bound by Usable, that was does not have.
func (t *Table[R]) NewReferences(was, r R) []Reference {
	return newReferences(t.columns, []R{was}, r, "")
}

// newReferences returns the references of r that none of the earlier records has.
func newReferences[R any](columns []Column[R], earlier []R, r R, under string) (out []Reference) {
	for _, c := range columns {
		switch {
		case c.when != nil && !c.when(r):
		case c.child != nil:
			out = append(out, c.child.newReferences(earlier, r)...)
		case c.usable:
			var before []string
			for _, e := range earlier {
				before = append(before, c.refIDs(e)...)
			}
			for i, key := range c.refIDs(r) {
				if key == "" || slices.Contains(before, key) {
					continue
				}
				out = append(out, c.reference(under+c.refPath(i), key))
			}
		}
	}
	return out
}

// reference returns the reference to a record at a path. The prefix of a subject is that of its
// identifier.
func (c Column[R]) reference(path, key string) Reference {
	r := Reference{Field: path, Prefix: c.prefix, ID: key, Conditions: c.conditions}
	if c.prefix == "" {
		r.IsSubject = true
		r.Prefix, _, _ = strings.Cut(key, "_")
	}
	return r
}

// refPath returns the path of the i-th reference in the field.
func (c Column[R]) refPath(i int) string {
	if c.isList {
		return fmt.Sprintf("%s[%d]", fault.JSONName(c.field), i)
	}
	return fault.JSONName(c.field)
}

func (l *lines[R, L]) newReferences(earlier []R, r R) (out []Reference) {
	var before []L
	for _, e := range earlier {
		before = append(before, l.linesOf(e)...)
	}
	for i, line := range l.linesOf(r) {
		out = append(out, newReferences(l.columns, before, line, fmt.Sprintf("%s[%d].", fault.JSONName(l.field), i))...)
	}
	return out
}
