package work

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// AddPredecessors makes tasks come before imported tasks, on the system side and with few
// statements. added are the predecessors by the task that follows them. It leaves out dependencies
// by which a task would come before itself, and tasks that do not exist any more. It returns the
// changed tasks, and how many predecessors of a task were left out.
func AddPredecessors(
	ctx context.Context, tx *db.Tx, added map[string][]string,
) (changed []*pb.Task, leftOut map[string]int, err error) {
	if err := lockNetwork(ctx, tx); err != nil {
		return nil, nil, err
	}
	var wanted []string
	for task, predecessors := range added {
		wanted = append(append(wanted, task), predecessors...)
	}
	existing, err := tasks.Table().GetExisting(ctx, tx, wanted)
	if err != nil {
		return nil, nil, err
	}
	followers := slices.DeleteFunc(slices.Sorted(maps.Keys(added)),
		func(task string) bool { return existing[task] == nil })
	locked, err := tasks.Table().LockMany(ctx, tx, followers)
	if err != nil {
		return nil, nil, err
	}
	known, err := loadNetwork(ctx, tx, slices.Sorted(maps.Keys(existing)))
	if err != nil {
		return nil, nil, err
	}
	before, changed, leftOut := known.extend(locked, added, existing)
	if len(changed) == 0 {
		return nil, leftOut, nil
	}
	return changed, leftOut, tasks.StoreChanges(ctx, tx, "updated", before, changed)
}

// network are the predecessors of tasks.
type network map[string][]string

// loadNetwork returns the predecessors of tasks, and of all tasks before them.
func loadNetwork(ctx context.Context, tx *db.Tx, ids []string) (network, error) {
	keys, err := id.ParseEach(tasks.Prefix(), ids, func(task string) string { return task })
	if err != nil {
		return nil, err
	}
	edges, err := db.Collect[edge](ctx, tx, `
with recursive before as (
  select t.id
  from unnest($2::uuid[]) as t (id)
  union
  select d.predecessor_id
  from before b
  join operations.task_dependencies d on d.org_id = $1 and d.task_id = b.id
)
select d.task_id as successor, d.predecessor_id as predecessor
from before b
join operations.task_dependencies d on d.org_id = $1 and d.task_id = b.id`, tx.Call().Organization.ID, keys)
	n := network{}
	format := func(key uuid.UUID) string { return id.Format(tasks.Prefix(), key) }
	for _, e := range edges {
		n[format(e.Successor)] = append(n[format(e.Successor)], format(e.Predecessor))
	}
	return n, err
}

// extend adds predecessors to tasks, and returns the tasks that change, as they were and as they
// are. leftOut counts the predecessors that do not exist or come after their task.
func (n network) extend(
	tasks []*pb.Task, added map[string][]string, existing map[string]*pb.Task,
) (before, after []*pb.Task, leftOut map[string]int) {
	leftOut = map[string]int{}
	for _, t := range tasks {
		next := proto.CloneOf(t)
		for _, p := range added[t.Id] {
			switch {
			case slices.Contains(n[t.Id], p):
			case existing[p] == nil, n.leads(p, t.Id):
				leftOut[t.Id]++
			default:
				n[t.Id] = append(n[t.Id], p)
				next.Dependencies = append(next.Dependencies, &pb.Task_Dependency{
					PredecessorId: p, Type: pb.Task_Dependency_FINISH_TO_START,
				})
			}
		}
		if len(next.Dependencies) > len(t.Dependencies) {
			before, after = append(before, t), append(after, next)
		}
	}
	return before, after, leftOut
}

// leads reports whether a task is another one, or comes after it.
func (n network) leads(task, to string) bool {
	seen := map[string]bool{}
	for left := []string{task}; len(left) > 0; {
		at := left[len(left)-1]
		left = left[:len(left)-1]
		switch {
		case at == to:
			return true
		case !seen[at]:
			seen[at] = true
			left = append(left, n[at]...)
		}
	}
	return false
}
