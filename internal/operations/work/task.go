package work

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

var tasks = resource.New(table.New("operations.tasks",
	table.Text("display_name", func(t *pb.Task) *string { return &t.DisplayName }).
		Filter().Sort("tasks_by_display_name"),
	table.Text("description", func(t *pb.Task) *string { return &t.Description }),
	table.Ref("project_id", "prj", func(t *pb.Task) *string { return &t.ProjectId }).Filter().Usable(),
	table.Ref("owner_id", "prs", func(t *pb.Task) *string { return &t.OwnerId }).Filter().Usable(),
	table.Enum("priority", func(t *pb.Task) *pb.Task_Priority { return &t.Priority }).Filter(),
	table.DateOrInfinity("due_date", func(t *pb.Task) *string { return &t.DueDate }).Filter().Sort("tasks_by_due_date"),
	table.Enum("state", func(t *pb.Task) *pb.Task_State { return &t.State }).Filter(),
	table.Timestamp("complete_time", func(t *pb.Task) **timestamp { return &t.CompleteTime }),
	// Must be the same rule as isOverdue.
	table.Predicate[*pb.Task]("overdue", "t.due_date < :today and t.state not in ('COMPLETED', 'CANCELED')"),
)).Owner("owner_id").HandOver().Lifecycle(taskLifecycle).Searchable("display_name", "description").
	Responsible("owner_id").Due("due_date").ClosedIn(pb.Task_COMPLETED, pb.Task_CANCELED).
	Compute(func(c *call.Call, t *pb.Task) { t.Overdue = isOverdue(t, c.Today()) })

var openStates = []pb.Task_State{pb.Task_BACKLOG, pb.Task_UNSTARTED, pb.Task_STARTED}

var taskLifecycle = state.New(func(r *pb.Task) *pb.Task_State { return &r.State }, []state.Step[pb.Task_State]{
	{Verb: "start", Event: "started", From: []pb.Task_State{pb.Task_BACKLOG, pb.Task_UNSTARTED}, To: pb.Task_STARTED},
	{Verb: "complete", Event: "completed", From: openStates, To: pb.Task_COMPLETED},
	{Verb: "cancel", Event: "canceled", From: openStates, To: pb.Task_CANCELED},
	{Verb: "reopen", Event: "reopened", From: []pb.Task_State{pb.Task_COMPLETED, pb.Task_CANCELED}, To: pb.Task_UNSTARTED},
})

// isOverdue reports whether a task is open and was due before today.
func isOverdue(t *pb.Task, today calendar.Date) bool {
	return t.DueDate != "" && t.DueDate < today.String() && slices.Contains(openStates, t.State)
}

// CreateTask creates a task.
func (s *Service) CreateTask(ctx context.Context, req *pb.CreateTaskRequest) (*pb.Task, error) {
	return tasks.Create(ctx, s.db, req.GetTask(), setUnstarted, setDefaultTaskOwner)
}

// GetTask returns a task.
func (s *Service) GetTask(ctx context.Context, req *pb.GetTaskRequest) (*pb.Task, error) {
	return tasks.Get(ctx, s.db, req.GetTaskId())
}

// BatchGetTasks returns several tasks.
func (s *Service) BatchGetTasks(ctx context.Context, req *pb.BatchGetTasksRequest) (*pb.BatchGetTasksResponse, error) {
	list, err := tasks.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTasksResponse{Tasks: list}, err
}

// ListTasks lists tasks.
func (s *Service) ListTasks(ctx context.Context, req *pb.ListTasksRequest) (*pb.ListTasksResponse, error) {
	page, err := tasks.List(ctx, s.db, req)
	return &pb.ListTasksResponse{Tasks: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateTask updates a task.
func (s *Service) UpdateTask(ctx context.Context, req *pb.UpdateTaskRequest) (*pb.Task, error) {
	return tasks.Update(ctx, s.db, req.GetTaskId(), req.GetTask(), req.GetUpdateMask(), setDefaultTaskOwner)
}

// DeleteTask deletes a task.
func (s *Service) DeleteTask(ctx context.Context, req *pb.DeleteTaskRequest) (*emptypb.Empty, error) {
	return tasks.Delete(ctx, s.db, req.GetTaskId())
}

// StartTask marks a task as started.
func (s *Service) StartTask(ctx context.Context, req *pb.StartTaskRequest) (*pb.Task, error) {
	return tasks.Step(ctx, s.db, req.GetTaskId(), "start", setCompleteTime)
}

// CompleteTask marks a task as completed.
func (s *Service) CompleteTask(ctx context.Context, req *pb.CompleteTaskRequest) (*pb.Task, error) {
	return tasks.Step(ctx, s.db, req.GetTaskId(), "complete", setCompleteTime)
}

// CancelTask cancels a task.
func (s *Service) CancelTask(ctx context.Context, req *pb.CancelTaskRequest) (*pb.Task, error) {
	return tasks.Step(ctx, s.db, req.GetTaskId(), "cancel", setCompleteTime)
}

// ReopenTask reopens a completed or canceled task.
func (s *Service) ReopenTask(ctx context.Context, req *pb.ReopenTaskRequest) (*pb.Task, error) {
	return tasks.Step(ctx, s.db, req.GetTaskId(), "reopen", setCompleteTime)
}

// setCompleteTime sets the complete time of a completed task and clears it otherwise.
func setCompleteTime(_ context.Context, tx *db.Tx, _, t *pb.Task) error {
	t.CompleteTime = nil
	if t.State == pb.Task_COMPLETED {
		t.CompleteTime = timestamppb.New(tx.Call().Now())
	}
	return nil
}

// setUnstarted sets the state of a new task.
func setUnstarted(_ context.Context, _ *db.Tx, _, t *pb.Task) error {
	t.State = pb.Task_UNSTARTED
	return nil
}

// setDefaultTaskOwner sets the owner of a task without one to the caller. It refuses the task if
// the caller is not a person.
func setDefaultTaskOwner(_ context.Context, tx *db.Tx, _, t *pb.Task) error {
	if t.OwnerId == "" {
		t.OwnerId = id.Format("prs", tx.Call().PersonID)
	}
	if t.OwnerId == "" {
		return fault.Invalid(fault.At("ownerId", "is required, because the caller is not a person"))
	}
	return nil
}
