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
