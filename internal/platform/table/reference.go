package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"backoffice/internal/platform/id"
)

// Ref binds the identifier of another record, whose type has the prefix, to a uuid
// column; absent is null. That the record exists in the same organization is kept
// by a foreign key named {table}_{name without _id}_exists.
func Ref[R any](name, prefix string, field func(R) *string) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name, "uuid"}},
		filter: refFilter(prefix),
		named:  func(r R) []string { return []string{*field(r)} },
		prefix: prefix,
		args: func(r R, _ Scope, into []any) ([]any, error) {
			if *field(r) == "" {
				return append(into, nil), nil
			}
			u, err := id.Parse(prefix, *field(r))
			if err != nil {
				return nil, wrong(name, "%s", err)
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

// Refs binds a list of identifiers of one type to a uuid[] column, in the order of
// the identifiers and each once. That the records exist is the caller's to see to: an
// array has no foreign key. A filter finds one of them by `:`.
func Refs[R any](name, prefix string, field func(R) *[]string) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name, "uuid[]"}},
		named:  func(r R) []string { return *field(r) },
		prefix: prefix,
		many:   true,
		filter: &filterType{has: true, element: "uuid", present: "cardinality(%s) > 0", arg: refFilter(prefix).arg},
		args: func(r R, _ Scope, into []any) ([]any, error) {
			list := field(r)
			slices.Sort(*list)
			*list = slices.Compact(*list)
			keys := make([]string, len(*list))
			for i, s := range *list {
				u, err := id.Parse(prefix, s)
				if err != nil {
					return nil, wrong(fmt.Sprintf("%s[%d]", name, i), "%s", err)
				}
				keys[i] = u.String()
			}
			return append(into, "{"+strings.Join(keys, ",")+"}"), nil
		},
		dest: func(r R, _ Scope, into []any) []any { return append(into, refsScan{field(r), prefix}) },
	}
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
