package table

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Group is the rows of a query with the same value in a column.
type Group struct {
	// Value is the value as text, "" if it is null.
	Value string
	Total int32
	// IDs are the identifiers of the first rows by rank.
	IDs []string
}

const groupSQL = `select coalesce(g.value, '') as value, g.total, g.id
from (
  select t.%[1]s::text as value, t.id, count(*) over (partition by t.%[1]s) as total,
    row_number() over (partition by t.%[1]s order by t.rank, t.id) as place
  from %[2]s t
  where t.org_id = $1
  %[3]s
) g
where g.place <= %[4]s
order by g.value, g.place`

// Groups returns the rows of a query by their values in a column: how many have each value, and the
// first q.Limit of them by rank. It reads all rows of the query with one statement.
func (t *Table[R]) Groups(ctx context.Context, tx *db.Tx, q Query, column string) (groups []Group, err error) {
	w, err := t.where(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	sql := fmt.Sprintf(groupSQL, column, t.source(w), w.sql.String(), w.param(q.Limit))
	type row struct {
		Value string
		Total int32
		ID    uuid.UUID
	}
	rows, err := db.Collect[row](ctx, tx, sql, w.args...)
	for _, r := range rows {
		if len(groups) == 0 || groups[len(groups)-1].Value != r.Value {
			groups = append(groups, Group{Value: r.Value, Total: r.Total})
		}
		last := &groups[len(groups)-1]
		last.IDs = append(last.IDs, id.Format(t.prefix, r.ID))
	}
	return groups, err
}
