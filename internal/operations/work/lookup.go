package work

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
)

// FindTask returns a task, on the system side.
func FindTask(ctx context.Context, tx *db.Tx, taskID string) (*pb.Task, error) {
	return tasks.Table().Get(ctx, tx, taskID)
}

// FindExistingTasks returns the tasks that exist, by their identifiers, on the system side.
func FindExistingTasks(ctx context.Context, tx *db.Tx, ids []string) (map[string]*pb.Task, error) {
	return tasks.Table().GetExisting(ctx, tx, ids)
}
