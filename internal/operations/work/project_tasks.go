package work

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/rank"
)

// CreateMany stores new tasks that another capability makes, with few statements, in the given
// order after all other tasks. The tasks may name one another; the caller guarantees that none is a
// part of itself or comes before itself. at returns the path of the i-th one in the request.
func CreateMany(ctx context.Context, tx *db.Tx, list []*pb.Task, at func(i int) string) error {
	if len(list) == 0 {
		return nil
	}
	last, err := tasks.LastRank(ctx, tx, nil)
	if err != nil {
		return err
	}
	if err := setUnstarted(ctx, tx, &pb.Task{}, list[0]); err != nil {
		return err
	}
	for _, t := range list {
		t.State, t.TaskStateId, t.Rank = list[0].State, list[0].TaskStateId, last
		last = rank.Between(last, "")
		for _, d := range t.Dependencies {
			if d.Type == pb.Task_Dependency_TYPE_UNSPECIFIED {
				d.Type = pb.Task_Dependency_FINISH_TO_START
			}
		}
	}
	return tasks.InsertMany(ctx, tx, list, at, setDefaultTaskOwner, checkDates)
}

// OfProject returns the tasks of a project that are not canceled, the oldest first, but no more
// than a limit.
func OfProject(ctx context.Context, tx *db.Tx, projectID string, limit int) ([]*pb.Task, error) {
	ids, err := idsOfProject(ctx, tx, projectID, `
select t.id
from operations.tasks t
where t.org_id = $1
and t.project_id = $2
and t.state <> 'CANCELED'
order by t.id
limit $3`, limit)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return tasks.Table().GetMany(ctx, tx, ids)
}

// MoveUnstarted moves the dates of the tasks of a project that are not started, as a consequence of
// a change of the project: whatever the caller's reach. It returns those that moved, as they were
// and as they are.
func MoveUnstarted(
	ctx context.Context, tx *db.Tx, projectID string, shift func(date string) string,
) (before, after []*pb.Task, err error) {
	ids, err := idsOfProject(ctx, tx, projectID, `
select t.id
from operations.tasks t
where t.org_id = $1
and t.project_id = $2
and t.state in ('BACKLOG', 'UNSTARTED')
order by t.id`)
	if err != nil || len(ids) == 0 {
		return nil, nil, err
	}
	locked, err := tasks.Table().LockMany(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range locked {
		start, due := shift(t.StartDate), shift(t.DueDate)
		if !isUnstarted(t) || start == t.StartDate && due == t.DueDate {
			continue
		}
		moved := proto.CloneOf(t)
		moved.StartDate, moved.DueDate = start, due
		before, after = append(before, t), append(after, moved)
	}
	return before, after, tasks.StoreChanges(ctx, tx, "updated", before, after)
}

// isUnstarted reports whether the work on an open task has not begun.
func isUnstarted(t *pb.Task) bool {
	return (t.State == pb.Task_BACKLOG || t.State == pb.Task_UNSTARTED) && t.BeginTime == nil
}

// idsOfProject returns the identifiers of tasks of a project that a query selects.
func idsOfProject(ctx context.Context, tx *db.Tx, projectID, query string, args ...any) ([]string, error) {
	project, err := id.Parse("prj", projectID)
	if err != nil {
		return nil, err
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, query,
		append([]any{tx.Call().Organization.ID, project}, args...)...)
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(tasks.Prefix(), key)
	}
	return ids, err
}
