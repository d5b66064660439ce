package work

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
)

// successors are the tasks that follow a task whose state changes.
type successors struct {
	keys []uuid.UUID
	// blocked are those that are blocked before the change.
	blocked []string
}

// lockSuccessors returns the tasks that follow a task directly. It locks them, so that only one of
// two predecessors that are completed at once is the last one.
func lockSuccessors(ctx context.Context, tx *db.Tx, t *pb.Task) (s successors, err error) {
	key, err := tasks.Table().Key(t.Id)
	if err != nil {
		return s, err
	}
	s.keys, err = db.CollectColumn[uuid.UUID](ctx, tx, tx.Locking(0, `
select t.id
from operations.tasks t
where t.org_id = $1
and t.id in (
  select d.task_id
  from operations.task_dependencies d
  where d.org_id = $1
  and d.predecessor_id = $2
)
order by t.id
for no key update`), tx.Call().Organization.ID, key)
	if err != nil || len(s.keys) == 0 {
		return s, err
	}
	s.blocked, err = blockedAmong(ctx, tx, s.keys)
	return s, err
}

// recordChanges records the events of the tasks that are now blocked, and of those that no longer
// are.
func (s successors) recordChanges(ctx context.Context, tx *db.Tx) error {
	if len(s.keys) == 0 {
		return nil
	}
	now, err := blockedAmong(ctx, tx, s.keys)
	if err != nil {
		return err
	}
	notIn := func(list []string) func(string) bool {
		return func(task string) bool { return slices.Contains(list, task) }
	}
	if err := tasks.RecordEach(ctx, tx, "blocked", slices.DeleteFunc(slices.Clone(now), notIn(s.blocked))); err != nil {
		return err
	}
	return tasks.RecordEach(ctx, tx, "unblocked", slices.DeleteFunc(slices.Clone(s.blocked), notIn(now)))
}
