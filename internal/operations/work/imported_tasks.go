package work

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/rank"
)

// StoreImported stores tasks that another tool kept before, with few statements, in the given order
// after all other tasks. They have the states and times that the caller sets, and a completed task
// without a time was completed now. The caller guarantees that the state of the workflow has the
// category of the state, that sections and parents belong to the project of the task, and that no
// task is a part of itself. at returns the path of the i-th task for violations.
func StoreImported(ctx context.Context, tx *db.Tx, list []*pb.Task, at func(i int) string) error {
	if len(list) == 0 {
		return nil
	}
	last, err := tasks.LastRank(ctx, tx, nil)
	if err != nil {
		return err
	}
	for _, t := range list {
		t.Rank, last = last, rank.Between(last, "")
		if t.State == pb.Task_COMPLETED && t.CompleteTime == nil {
			t.CompleteTime = timestamppb.New(tx.Call().Now())
		}
	}
	return tasks.StoreMany(ctx, tx, list, at, checkDates)
}

// StoreStates stores new states of the workflow in the given order, after the others.
func StoreStates(ctx context.Context, tx *db.Tx, list []*pb.TaskState, at func(i int) string) error {
	last, err := taskStates.LastRank(ctx, tx, nil)
	if err != nil {
		return err
	}
	for _, s := range list {
		s.Rank, last = last, rank.Between(last, "")
	}
	return taskStates.StoreMany(ctx, tx, list, at)
}

// RemoveUnchanged removes a task, on the system side, and the dependencies of other tasks on it. It
// refuses a task whose version is no longer the given one. The caller guarantees that no other
// record refers to the task.
func RemoveUnchanged(ctx context.Context, tx *db.Tx, taskID, etag string) error {
	return tasks.Remove(ctx, tx, taskID, tasks.Unchanged(etag), removeSuccession)
}

// removeSuccession removes the dependencies of other tasks on a task.
func removeSuccession(ctx context.Context, tx *db.Tx, _, t *pb.Task) error {
	key, err := tasks.Table().Key(t.Id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
delete from operations.task_dependencies
where org_id = $1
and predecessor_id = $2`, tx.Call().Organization.ID, key)
	return err
}

// RemoveUnchangedState removes a state of the workflow, on the system side. It refuses a state
// whose version is no longer the given one, and the last one of its category. The caller guarantees
// that no other record refers to the state.
func RemoveUnchangedState(ctx context.Context, tx *db.Tx, stateID, etag string) error {
	return taskStates.Remove(ctx, tx, stateID, taskStates.Unchanged(etag), keepOneOfCategory)
}
