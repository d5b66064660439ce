package work

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// maxNetwork is the number of tasks before or after a task, directly or not, that a call reads.
const maxNetwork = 5_000

var dependenciesColumn = table.Lines("dependencies", "operations.task_dependencies", "task_id",
	func(t *pb.Task) *[]*pb.Task_Dependency { return &t.Dependencies }, nil,
	table.Ref("predecessor_id", "tsk", func(d *pb.Task_Dependency) *string { return &d.PredecessorId }).Usable(),
	table.Enum("type", func(d *pb.Task_Dependency) *pb.Task_Dependency_Type { return &d.Type }),
	table.Int32("lag_days", func(d *pb.Task_Dependency) *int32 { return &d.LagDays }),
)

// isBlocked is the condition that the task t is open and waits for a predecessor: for its
// completion or, if only the start of the predecessor binds it, for its start.
const isBlocked = `t.state not in ('COMPLETED', 'CANCELED') and exists (
  select
  from operations.task_dependencies d
  join operations.tasks p on p.org_id = $1 and p.id = d.predecessor_id
  where d.org_id = $1
  and d.task_id = t.id
  and p.state not in ('COMPLETED', 'CANCELED')
  and (p.state <> 'STARTED' or d.type in ('FINISH_TO_START', 'FINISH_TO_FINISH'))
)`

// loadBlocked sets which tasks are blocked.
func loadBlocked(ctx context.Context, tx *db.Tx, records []*pb.Task) error {
	var waiting []uuid.UUID
	for _, t := range records {
		t.Blocked = false
		if len(t.Dependencies) > 0 && slices.Contains(openStates, t.State) {
			key, err := id.Parse("tsk", t.Id)
			if err != nil {
				return err
			}
			waiting = append(waiting, key)
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	blocked, err := blockedAmong(ctx, tx, waiting)
	for _, t := range records {
		t.Blocked = slices.Contains(blocked, t.Id)
	}
	return err
}

// blockedAmong returns the identifiers of those of the tasks that are blocked.
func blockedAmong(ctx context.Context, tx *db.Tx, keys []uuid.UUID) ([]string, error) {
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select t.id
from operations.tasks t
where t.org_id = $1
and t.id = any($2)
and `+isBlocked+`
order by t.id`, tx.Call().Organization.ID, keys)
	ids := make([]string, len(found))
	for i, key := range found {
		ids[i] = id.Format("tsk", key)
	}
	return ids, err
}

// checkDependencies sets the default type of the dependencies of a task. It refuses a predecessor
// that is named twice, and dependencies by which a task would come before itself.
func checkDependencies(ctx context.Context, tx *db.Tx, was, t *pb.Task) error {
	before, seen := map[string]bool{}, map[string]bool{}
	for _, d := range was.Dependencies {
		before[d.PredecessorId] = true
	}
	var violations fault.List
	var added []int
	for i, d := range t.Dependencies {
		if d.Type == pb.Task_Dependency_TYPE_UNSPECIFIED {
			d.Type = pb.Task_Dependency_FINISH_TO_START
		}
		if seen[d.PredecessorId] {
			violations.Append(fault.At(predecessorPath(i), "names the same task as another dependency"))
		}
		seen[d.PredecessorId] = true
		if !before[d.PredecessorId] {
			added = append(added, i)
		}
	}
	if err := violations.Err(); err != nil || len(added) == 0 {
		return err
	}
	return refuseCycles(ctx, tx, was, t, added)
}

// refuseCycles refuses those of the added dependencies of a task by which it would come before
// itself. added are their indexes.
func refuseCycles(ctx context.Context, tx *db.Tx, was, t *pb.Task, added []int) error {
	self, err := tasks.Table().Key(t.Id)
	if err != nil {
		return err
	}
	keys := make([]uuid.UUID, len(added))
	for n, i := range added {
		if keys[n], err = tasks.Table().Key(t.Dependencies[i].PredecessorId); err != nil {
			return err
		}
	}
	var edges []edge
	if was.Id != "" { // no task can follow a new one
		if edges, err = edgesOfCycles(ctx, tx, self, keys); err != nil {
			return err
		}
	}
	var violations fault.List
	for n, i := range added {
		names := []string{t.Id}
		for _, key := range shortestPath(edges, keys[n], self) {
			names = append(names, id.Format("tsk", key))
		}
		if len(names) > 1 {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_TASK_DEPENDENCY_CYCLE,
				fault.At(predecessorPath(i), "makes the task come before itself: %s", strings.Join(names, " → "))))
		}
	}
	return violations.Err()
}

func predecessorPath(i int) string { return fmt.Sprintf("dependencies[%d].predecessorId", i) }

// edge says that a task follows a predecessor.
type edge struct{ Successor, Predecessor uuid.UUID }

// edgesOfCycles returns the dependencies of the cycles that new predecessors of a task complete,
// among others; none if they complete no cycle. It reads the network once, and not at all for a
// task that no other follows. It refuses more than maxNetwork tasks before the task.
func edgesOfCycles(ctx context.Context, tx *db.Tx, self uuid.UUID, predecessors []uuid.UUID) ([]edge, error) {
	if err := lockNetwork(ctx, tx); err != nil {
		return nil, err
	}
	reached, err := db.CollectColumn[uuid.UUID](ctx, tx, `
with recursive before as (
  select p.id
  from unnest($3::uuid[]) as p (id)
  where exists (
    select
    from operations.task_dependencies d
    where d.org_id = $1
    and d.predecessor_id = $2
  )
  union
  select d.predecessor_id
  from before b
  join operations.task_dependencies d on d.org_id = $1 and d.task_id = b.id
  where b.id <> $2
)
select b.id
from before b
limit $4`, tx.Call().Organization.ID, self, predecessors, maxNetwork+1)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(reached, self) {
		if len(reached) > maxNetwork {
			return nil, fault.Invalid(fault.At("dependencies",
				"must not put more than %d tasks before a task that others follow, directly or not", maxNetwork))
		}
		return nil, nil
	}
	return db.Collect[edge](ctx, tx, `
select d.task_id as successor, d.predecessor_id as predecessor
from operations.task_dependencies d
where d.org_id = $1
and d.task_id = any($2)`, tx.Call().Organization.ID, reached)
}

// shortestPath returns the tasks from one task along its predecessors to another, nil if the other
// task does not come before it.
func shortestPath(edges []edge, from, to uuid.UUID) []uuid.UUID {
	predecessors := map[uuid.UUID][]uuid.UUID{}
	for _, e := range edges {
		predecessors[e.Successor] = append(predecessors[e.Successor], e.Predecessor)
	}
	via := map[uuid.UUID]uuid.UUID{from: uuid.Nil}
	for queue := []uuid.UUID{from}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == to {
			var path []uuid.UUID
			for at := to; at != uuid.Nil; at = via[at] {
				path = append(path, at)
			}
			slices.Reverse(path)
			return path
		}
		for _, p := range predecessors[queue[0]] {
			if _, seen := via[p]; !seen {
				via[p] = queue[0]
				queue = append(queue, p)
			}
		}
	}
	return nil
}
