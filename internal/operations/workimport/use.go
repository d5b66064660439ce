package workimport

import (
	"context"
	"fmt"
	"strings"

	"backoffice/internal/platform/db"
)

// storedIn are the tables of records, by the prefixes of their identifiers. A project is stored as
// a value of a dimension too, with the same key.
var storedIn = map[string][]string{
	"lab": {"platform.labels"}, "tks": {"operations.task_states"},
	"prj": {"operations.projects", "finance.dimension_values"}, "sct": {"operations.project_sections"},
	"tsk": {"operations.tasks"}, "tim": {"operations.time_entries"}, "tsh": {"operations.timesheets"},
}

// uses finds out whether records of a kind are in use.
type uses struct{ sql string }

// dependencyColumn refers to tasks that come before others. An undo does not count it as a use of
// the task, but checks which tasks these are.
const dependencyColumn = "operations.task_dependencies.predecessor_id"

// findUses returns how to find out whether records of a kind are in use. It reads from the catalog
// of the database which columns refer to them, so that no table is forgotten.
func findUses(ctx context.Context, tx *db.Tx, kind string) (*uses, error) {
	type column struct{ Table, Name string }
	columns, err := db.Collect[column](ctx, tx, `
select n.nspname || '.' || r.relname as table, a.attname as name
from pg_catalog.pg_constraint c
join pg_catalog.pg_class r on r.oid = c.conrelid
join pg_catalog.pg_namespace n on n.oid = r.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[2]
where c.contype = 'f'
and c.confrelid::regclass::text = any($1)
and c.confdeltype in ('a', 'r')
order by 1, 2`, storedIn[kind])
	if err != nil {
		return nil, err
	}
	u := &uses{}
	var conditions []string
	for _, c := range columns {
		if c.Table+"."+c.Name != dependencyColumn {
			conditions = append(conditions, fmt.Sprintf(
				"exists (\n  select\n  from %s t\n  where t.org_id = $1\n  and t.%s = $2\n)", c.Table, c.Name))
		}
	}
	u.sql = "select false"
	if len(conditions) > 0 {
		u.sql = "select " + strings.Join(conditions, "\nor ")
	}
	return u, nil
}

// check returns why a record must be kept, or "".
func (u *uses) check(ctx context.Context, tx *db.Tx, importID string, r logged) (reason string, err error) {
	org := tx.Call().Organization.ID
	var isUsed, isFollowed, isDiscussed bool
	// The condition for a kind without references has no use for the arguments.
	if u.sql != "select false" {
		if err := tx.QueryRow(ctx, u.sql, org, r.RecordKey).Scan(&isUsed); err != nil {
			return "", err
		}
	}
	if r.RecordKind == "tsk" && !isUsed {
		key, err := workImports.Table().Key(importID)
		if err != nil {
			return "", err
		}
		if err := tx.QueryRow(ctx, selectFollowed, org, r.RecordKey, key).Scan(&isFollowed); err != nil {
			return "", err
		}
	}
	if isUsed || isFollowed {
		return "Other records refer to it.", nil
	}
	err = tx.QueryRow(ctx, selectDiscussed, org, r.RecordKind, r.RecordKey, r.CreateTime).Scan(&isDiscussed)
	if isDiscussed {
		reason = "It has comments or attachments from after the import."
	}
	return reason, err
}

// selectFollowed returns whether a task comes before another one, unless the import created that
// one too, it is unchanged, and the undo has not reached it.
const selectFollowed = `
select exists (
  select
  from operations.task_dependencies d
  where d.org_id = $1
  and d.predecessor_id = $2
  and not exists (
    select
    from operations.work_import_records w
    join operations.tasks t on t.org_id = $1 and t.id = w.record_key and t.version = w.version
    where w.org_id = $1
    and w.work_import_id = $3
    and w.record_key = d.task_id
    and w.state = 'CREATED'
  )
)`

// selectDiscussed returns whether people have commented on a record or attached files to it since
// it was imported.
const selectDiscussed = `
select exists (
  select
  from platform.comments c
  where c.org_id = $1
  and c.kind = $2
  and c.subject_key = $3
  and (c.create_time > $4 or c.version > 1)
)
or exists (
  select
  from platform.attachments a
  where a.org_id = $1
  and a.kind = $2
  and a.subject_key = $3
  and a.create_time > $4
)`
