package work

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// maxDepth is the number of levels of tasks and their parts.
const maxDepth = 5

// nestingSQL returns the depth of a parent, 1 if it has no parent itself, whether a task is the
// parent or above it, and the number of levels from the task down to its deepest part.
const nestingSQL = `
with recursive above as (
  select t.id, t.parent_id, 1 as depth
  from operations.tasks t
  where t.org_id = $1
  and t.id = $2
  union all
  select t.id, t.parent_id, a.depth + 1
  from above a
  join operations.tasks t on t.org_id = $1 and t.id = a.parent_id
  where a.depth <= $4
),
below as (
  select $3::uuid as id, 1 as depth
  union all
  select t.id, b.depth + 1
  from below b
  join operations.tasks t on t.org_id = $1 and t.parent_id = b.id
  where b.depth <= $4
)
select (select coalesce(max(a.depth), 0) from above a) as above,
  exists (select from above a where a.id = $3) as cycle,
  (select max(b.depth) from below b) as below`

// checkParent refuses a parent of another project, a task that would be a part of itself, and one
// that would be nested too deep.
func checkParent(ctx context.Context, tx *db.Tx, was, t *pb.Task) error {
	if was.Id != "" && t.ProjectId != was.ProjectId {
		if err := refuseWithParts(ctx, tx, t); err != nil {
			return err
		}
	}
	if t.ParentId == "" || t.ParentId == was.ParentId && t.ProjectId == was.ProjectId {
		return nil
	}
	parents, err := tasks.Table().GetExisting(ctx, tx, []string{t.ParentId})
	if err != nil {
		return err
	}
	parent := parents[t.ParentId]
	if t.ParentId != t.Id && (parent == nil || parent.ProjectId != t.ProjectId) {
		return fault.Invalid(fault.At("parentId", "must be a task of the same project"))
	}
	return checkNesting(ctx, tx, t)
}

// checkNesting refuses cycles of parents, and too many levels.
func checkNesting(ctx context.Context, tx *db.Tx, t *pb.Task) error {
	if err := lockNetwork(ctx, tx); err != nil {
		return err
	}
	parent, err := tasks.Table().Key(t.ParentId)
	if err != nil {
		return err
	}
	self, err := tasks.Table().Key(t.Id)
	if err != nil {
		return err
	}
	var above, below int
	var cycle bool
	row := tx.QueryRow(ctx, nestingSQL, tx.Call().Organization.ID, parent, self, maxDepth)
	if err := row.Scan(&above, &cycle, &below); err != nil {
		return err
	}
	switch {
	case cycle || parent == self:
		return fault.InvalidFor(optionsv1.Reason_TASK_PARENT_CYCLE,
			fault.At("parentId", "must not be the task itself or a part of it"))
	case above+below > maxDepth:
		return fault.InvalidFor(optionsv1.Reason_TASK_NESTING_TOO_DEEP,
			fault.At("parentId", "would nest tasks %d levels deep; at most %d are possible", above+below, maxDepth))
	}
	return nil
}

// refuseWithParts refuses another project for a task with parts, which belong to the same project.
func refuseWithParts(ctx context.Context, tx *db.Tx, t *pb.Task) error {
	key, err := tasks.Table().Key(t.Id)
	if err != nil {
		return err
	}
	parts, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select t.id
from operations.tasks t
where t.org_id = $1
and t.parent_id = $2
limit 1`, tx.Call().Organization.ID, key)
	if err != nil || len(parts) == 0 {
		return err
	}
	return fault.Invalid(fault.At("projectId", "must stay, because tasks are parts of this one; remove their parentId first"))
}

// lockNetwork locks the organization's dependencies and nesting until the transaction ends, so that
// no other change completes a cycle.
func lockNetwork(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `
insert into operations.task_networks (org_id)
values ($1)
on conflict (org_id) do update
set org_id = excluded.org_id`, tx.Call().Organization.ID)
	return err
}
