package table

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"backoffice/internal/platform/id"
)

// Ref binds the identifier of another record, whose type has the prefix, to a uuid
// column; absent is null. That the record exists in the same organization is kept
// by a foreign key named {table}_{name without _id}_exists.
func Ref[R any](name, prefix string, field func(*R) *string) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{name, "uuid"}},
		filter: refFilter(prefix),
		args: func(r *R, _ Scope, into []any) ([]any, error) {
			if *field(r) == "" {
				return append(into, nil), nil
			}
			u, err := id.Parse(prefix, *field(r))
			if err != nil {
				return nil, wrong(name, "%s", err)
			}
			return append(into, u), nil
		},
		dest: func(r *R, _ Scope, into []any) []any { return append(into, refScan{field(r), prefix}) },
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
