package table

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// keyedLines is the child table of parent R with lines L that have identifiers.
type keyedLines[R, L any] struct {
	*lines[R, L]
	prefix    string
	id        func(L) *string
	updateSQL string
}

// KeyedLines is Lines whose lines keep their identifiers, so that other records can reference them.
// The identifiers begin with prefix, and the table's key is (org_id, id). An update inserts the
// lines without an identifier, updates the others by theirs, and deletes those that are missing.
// Inserts and updates refuse an identifier that no stored line of the record has. The lines are
// ordered by line_number, which is not unique while an update runs.
func KeyedLines[R, L any](
	field, name, parent, prefix string,
	list func(R) *[]L, id func(L) *string, currency func(R) string, columns ...Column[L],
) Column[R] {
	columns = append([]Column[L]{Ref("id", prefix, id)}, columns...)
	l := newLines(field, name, parent, list, currency, columns)
	l.deleteSQL = fmt.Sprintf("delete from %s\nwhere org_id = $1\nand %s = $2\nand id = any($3)", name, parent)
	set := make([]string, 0, len(l.allColumns))
	for i, c := range l.allColumns {
		if c.name != parent && c.name != "id" {
			set = append(set, fmt.Sprintf("%s = $%d", c.name, i+2))
		}
	}
	k := &keyedLines[R, L]{lines: l, prefix: prefix, id: id}
	k.updateSQL = fmt.Sprintf("update %s\nset %s\nwhere org_id = $1\nand %s = $2\nand id = $4",
		name, strings.Join(set, ",\n  "), parent)
	return Column[R]{field: field, child: k}.withoutColumns()
}

func (l *keyedLines[R, L]) when(applies func(R) bool) child[R] {
	l.applies = applies
	return l
}

func (l *keyedLines[R, L]) queueInsert(
	ctx context.Context, b *pgx.Batch, tx *db.Tx, s Scope, key func(R) (uuid.UUID, error), parents []R,
) error {
	for _, parent := range parents {
		if err := l.assignIDs(parent, nil); err != nil {
			return err
		}
	}
	return l.lines.queueInsert(ctx, b, tx, s, key, parents)
}

// assignIDs gives identifiers to the parent's lines that have none. It refuses an identifier that
// is not of a stored line, and an identifier that two lines share.
func (l *keyedLines[R, L]) assignIDs(parent R, stored map[string][]any) error {
	var violations fault.List
	seen := map[string]bool{}
	for i, line := range l.linesOf(parent) {
		refuse := func(why string) {
			violations.Append(fault.At(fmt.Sprintf("%s[%d].id", fault.JSONName(l.field), i), "%s", why))
		}
		given := *l.id(line)
		_, known := stored[given]
		switch {
		case given == "":
			*l.id(line) = id.Format(l.prefix, id.New())
		case !known:
			refuse("names a line that the record does not have")
		case seen[given]:
			refuse("names the same line as another")
		}
		seen[given] = true
	}
	return violations.Err()
}

// idColumn is the index of the identifier in a row, after the parent and the line number.
const idColumn = 2

// stored returns the rows of the parent's lines, by their identifiers.
func (l *keyedLines[R, L]) stored(key uuid.UUID, parent R, s Scope) (map[string][]any, error) {
	rows, err := l.rows(nil, key, parent, s)
	if err != nil {
		return nil, err
	}
	byID := map[string][]any{}
	for i, line := range l.linesOf(parent) {
		byID[*l.id(line)] = rows[i]
	}
	return byID, nil
}

func (l *keyedLines[R, L]) queueChange(
	_ context.Context, b *pgx.Batch, tx *db.Tx, s Scope, key uuid.UUID, before, r R,
) error {
	deleted, err := l.stored(key, before, s)
	if err != nil {
		return err
	}
	if err := l.assignIDs(r, deleted); err != nil {
		return err
	}
	rows, err := l.rows(nil, key, r, s)
	if err != nil {
		return err
	}
	var inserted, updated [][]any
	for i, line := range l.linesOf(r) {
		old, known := deleted[*l.id(line)]
		switch {
		case !known:
			inserted = append(inserted, rows[i])
		case !reflect.DeepEqual(old, rows[i]):
			updated = append(updated, rows[i])
		}
		delete(deleted, *l.id(line))
	}
	org := tx.Call().Organization.ID
	if len(deleted) > 0 {
		ids := make([]uuid.UUID, 0, len(deleted))
		for _, row := range deleted {
			ids = append(ids, row[idColumn].(uuid.UUID))
		}
		b.Queue(l.deleteSQL, org, key, ids)
	}
	for _, row := range updated {
		b.Queue(l.updateSQL, append([]any{org}, row...)...)
	}
	l.queueRows(b, tx, inserted)
	return nil
}

func (l *keyedLines[R, L]) statements() map[string]string {
	out := l.lines.statements()
	out["update"] = l.updateSQL
	return out
}
