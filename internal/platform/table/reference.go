package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

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
