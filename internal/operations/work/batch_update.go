package work

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
)

// BatchUpdateTasks updates several tasks together.
func (s *Service) BatchUpdateTasks(
	ctx context.Context, req *pb.BatchUpdateTasksRequest,
) (*pb.BatchUpdateTasksResponse, error) {
	patches := make([]resource.Patch[*pb.Task], len(req.GetRequests()))
	for i, r := range req.GetRequests() {
		patches[i] = resource.Patch[*pb.Task]{ID: r.GetTaskId(), Record: r.GetTask(), Mask: r.GetUpdateMask()}
	}
	at := func(i int) string { return fmt.Sprintf("requests[%d]", i) }
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BatchUpdateTasksResponse, error) {
		list, err := tasks.UpdateMany(ctx, tx, patches, at, "task", taskRules...)
		return &pb.BatchUpdateTasksResponse{Tasks: list}, err
	})
}
