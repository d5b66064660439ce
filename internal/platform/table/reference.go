package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// Ref binds the identifier of another record, whose type has the prefix, to a uuid column, which is
// null if the field is empty. A foreign key named {table}_{name without _id}_exists ensures that
// the record exists in the same organization.
func Ref[R any](name, prefix string, field func(R) *string) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name, "uuid"}},
		filter: refFilter(prefix),
		refIDs: func(r R) []string { return []string{*field(r)} },
		prefix: prefix,
		args: func(r R, _ Scope, into []any) ([]any, error) {
			if *field(r) == "" {
				return append(into, nil), nil
			}
			u, err := id.Parse(prefix, *field(r))
			if err != nil {
				return nil, invalidValue(name, "%s", err)
			}
			return append(into, u), nil
		},
		dest: func(r R, _ Scope, into []any) []any { return append(into, refScan{field(r), prefix}) },
	}
}

type refScan struct {
	to     *string
	prefix string
}

// ScanUUID implements pgtype.UUIDScanner.
func (s refScan) ScanUUID(v pgtype.UUID) error {
	*s.to = ""
	if v.Valid {
		*s.to = id.Format(s.prefix, uuid.UUID(v.Bytes))
	}
	return nil
}

// Refs binds a list of identifiers of one type to a uuid[] column. The identifiers are sorted and
// duplicates removed. An array has no foreign key, so the caller must check that the records exist;
// see Usable. A filter finds one identifier with `:`.
func Refs[R any](name, prefix string, field func(R) *[]string) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name, "uuid[]"}},
		refIDs: func(r R) []string { return *field(r) },
		prefix: prefix,
		isList: true,
		filter: &filterType{allowsHas: true, element: "uuid", present: "cardinality(%s) > 0", arg: refFilter(prefix).arg},
		args: func(r R, _ Scope, into []any) ([]any, error) {
			list := field(r)
			for i, s := range *list { // before they are sorted, so that i counts in the caller's order
				if _, err := id.Parse(prefix, s); err != nil {
					return nil, invalidValue(fmt.Sprintf("%s[%d]", name, i), "%s", err)
				}
			}
			slices.Sort(*list)
			*list = slices.Compact(*list)
			keys := make([]string, len(*list))
			for i, s := range *list {
				u, _ := id.Parse(prefix, s) // parsed before
				keys[i] = u.String()
			}
			return append(into, "{"+strings.Join(keys, ",")+"}"), nil
		},
		dest: func(r R, _ Scope, into []any) []any { return append(into, refsScan{field(r), prefix}) },
	}
}

// ListedRefs are the references in the entries of another column's list, so that they can only be
// filtered by. expression is an array of them as they are written, with prefix; in it, t is the
// table.
func ListedRefs[R any](name, prefix, expression string) Column[R] {
	return Column[R]{field: name, filterAs: expression, filterSQL: expression, filter: &filterType{
		allowsHas: true, element: "text", present: "cardinality(%s) > 0", arg: func(s string, _ Scope) (any, error) {
			key, err := id.Parse(prefix, s)
			return id.Format(prefix, key), err
		},
	}}.withoutColumns()
}

type refsScan struct {
	to     *[]string
	prefix string
}

// SetDimensions implements pgtype.ArraySetter.
func (s refsScan) SetDimensions(dimensions []pgtype.ArrayDimension) error {
	*s.to = nil
	if len(dimensions) > 0 {
		*s.to = make([]string, dimensions[0].Length)
	}
	return nil
}

// ScanIndex implements pgtype.ArraySetter.
func (s refsScan) ScanIndex(i int) any { return refScan{&(*s.to)[i], s.prefix} }

// ScanIndexType implements pgtype.ArraySetter.
func (s refsScan) ScanIndexType() any { return refScan{} }

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
		case c.child != nil && c.refIDs == nil:
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
