package work

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var taskStates = resource.New(table.New("operations.task_states",
	table.Text("display_name", func(t *pb.TaskState) *string { return &t.DisplayName }).Filter(),
	table.Enum("category", func(t *pb.TaskState) *pb.Task_State { return &t.Category }).Filter(),
	table.Text("rank", func(t *pb.TaskState) *string { return &t.Rank }).Sort("task_states_by_rank"),
)).Open().DeclareEvents("moved")

// CreateTaskState creates a task state.
func (s *Service) CreateTaskState(ctx context.Context, req *pb.CreateTaskStateRequest) (*pb.TaskState, error) {
	return taskStates.Create(ctx, s.db, req.GetTaskState(), placeStateLast)
}

// GetTaskState returns a task state.
func (s *Service) GetTaskState(ctx context.Context, req *pb.GetTaskStateRequest) (*pb.TaskState, error) {
	return taskStates.Get(ctx, s.db, req.GetTaskStateId())
}

// BatchGetTaskStates returns several task states.
func (s *Service) BatchGetTaskStates(
	ctx context.Context, req *pb.BatchGetTaskStatesRequest,
) (*pb.BatchGetTaskStatesResponse, error) {
	list, err := taskStates.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTaskStatesResponse{TaskStates: list}, err
}

// ListTaskStates lists task states.
func (s *Service) ListTaskStates(
	ctx context.Context, req *pb.ListTaskStatesRequest,
) (*pb.ListTaskStatesResponse, error) {
	page, err := taskStates.List(ctx, s.db, req)
	return &pb.ListTaskStatesResponse{TaskStates: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateTaskState updates a task state.
func (s *Service) UpdateTaskState(ctx context.Context, req *pb.UpdateTaskStateRequest) (*pb.TaskState, error) {
	return taskStates.Update(ctx, s.db, req.GetTaskStateId(), req.GetTaskState(), req.GetUpdateMask())
}

// DeleteTaskState deletes a task state that no other record refers to.
func (s *Service) DeleteTaskState(ctx context.Context, req *pb.DeleteTaskStateRequest) (*emptypb.Empty, error) {
	return taskStates.Delete(ctx, s.db, req.GetTaskStateId(), keepOneOfCategory)
}

// MoveTaskState moves a task state to another place.
func (s *Service) MoveTaskState(ctx context.Context, req *pb.MoveTaskStateRequest) (*pb.TaskState, error) {
	place := func(ctx context.Context, tx *db.Tx, _, t *pb.TaskState) (err error) {
		t.Rank, err = taskStates.RankBetween(ctx, tx, t, resource.Beside{
			Before: req.GetBeforeTaskStateId(), After: req.GetAfterTaskStateId(), Field: "TaskStateId",
		}, nil)
		return err
	}
	return taskStates.Change(ctx, s.db, req.GetTaskStateId(), "moved", place)
}

// addFirstStates creates the workflow of a new organization.
func addFirstStates(ctx context.Context, tx *db.Tx, _ *platformv1.SignUpRequest) error {
	states := []*pb.TaskState{
		{DisplayName: "Backlog", Category: pb.Task_BACKLOG, Rank: "a0"},
		{DisplayName: "To do", Category: pb.Task_UNSTARTED, Rank: "a1"},
		{DisplayName: "In progress", Category: pb.Task_STARTED, Rank: "a2"},
		{DisplayName: "Done", Category: pb.Task_COMPLETED, Rank: "a3"},
		{DisplayName: "Canceled", Category: pb.Task_CANCELED, Rank: "a4"},
	}
	return taskStates.StoreMany(ctx, tx, states, func(i int) string { return fmt.Sprintf("taskStates[%d]", i) })
}

// placeStateLast places a new state after the others.
func placeStateLast(ctx context.Context, tx *db.Tx, _, t *pb.TaskState) (err error) {
	t.Rank, err = taskStates.LastRank(ctx, tx, nil)
	return err
}

// keepOneOfCategory refuses to delete the last state of a category. It locks the states of the
// category, so that two are not deleted at once.
func keepOneOfCategory(ctx context.Context, tx *db.Tx, _, t *pb.TaskState) error {
	others, err := db.CollectColumn[uuid.UUID](ctx, tx, tx.Locking(0, `
select s.id
from operations.task_states s
where s.org_id = $1
and s.category = $2
order by s.id
for no key update`), tx.Call().Organization.ID, t.Category.String())
	if err != nil || len(others) > 1 {
		return err
	}
	return fault.Refuse(optionsv1.Reason_TASK_STATES_IN_USE,
		"It is the last state of the category %s. Create another one first.", t.Category).WithSubject(t.Id)
}

// firstState returns the first state of a category, by rank.
func firstState(ctx context.Context, tx *db.Tx, category pb.Task_State) (string, error) {
	var key uuid.UUID
	err := tx.QueryRow(ctx, `
select s.id
from operations.task_states s
where s.org_id = $1
and s.category = $2
order by s.rank, s.id
limit 1`, tx.Call().Organization.ID, category.String()).Scan(&key)
	return id.Format("tks", key), err
}
