package table

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"backoffice/internal/platform/id"
)

// Subject binds the identifier of a record of any kind to the columns kind, the prefix of the
// identifier, and subject_key, the rest of it. A new subject must exist and be readable by the
// caller. It may be archived, so that people can still comment on it.
func Subject[R any](name string, field func(R) *string) Column[R] {
	return Column[R]{
		field:  name,
		sql:    []sqlColumn{{"kind", "text"}, {"subject_key", "uuid"}},
		filter: &filterType{compare: compareSubject, arg: parseSubject},
		refIDs: func(r R) []string { return []string{*field(r)} },
		usable: true,
		args: func(r R, _ Scope, into []any) ([]any, error) {
			kind, key, err := ParseSubject(*field(r))
			if err != nil {
				return nil, invalidValue(name, "%s", err)
			}
			return append(into, kind, key), nil
		},
		dest: func(r R, _ Scope, into []any) []any {
			return append(into, field(r), subjectKeyScan{field(r)})
		},
	}
}

// ParseSubject splits an identifier of any kind into its prefix and its key.
func ParseSubject(s string) (kind string, key uuid.UUID, err error) {
	kind, _, _ = strings.Cut(s, "_")
	if kind == "" {
		return "", key, fmt.Errorf("must be the identifier of a record, such as \"ven_01k9…\"")
	}
	key, err = id.Parse(kind, s)
	return kind, key, err
}

// subjectKeyScan receives subject_key after kind was scanned into the same field.
type subjectKeyScan struct{ to *string }

// ScanUUID implements pgtype.UUIDScanner.
func (s subjectKeyScan) ScanUUID(v pgtype.UUID) error {
	*s.to = id.Format(*s.to, uuid.UUID(v.Bytes))
	return nil
}

// subjectValue is the value of a subject in a filter.
type subjectValue struct {
	kind string
	key  uuid.UUID
}

func parseSubject(literal string, _ Scope) (any, error) {
	kind, key, err := ParseSubject(literal)
	return subjectValue{kind, key}, err
}

// compareSubject returns the SQL that compares the subject of a row.
func compareSubject(w *where, op string, value any) string {
	s := value.(subjectValue)
	condition := "(t.kind = " + w.param(s.kind) + " and t.subject_key = " + w.param(s.key) + ")"
	if op == "!=" {
		return "not " + condition
	}
	return condition
}
