package work

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/resource"
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
	table.Date("start_date", func(t *pb.Task) *string { return &t.StartDate }).Filter(),
	table.Int32("estimate_seconds", func(t *pb.Task) *int32 { return &t.EstimateSeconds }).Filter(),
	table.Enum("state", func(t *pb.Task) *pb.Task_State { return &t.State }).Filter(),
	table.Ref("task_state_id", "tks", func(t *pb.Task) *string { return &t.TaskStateId }).Filter(),
	table.Text("rank", func(t *pb.Task) *string { return &t.Rank }).Sort("tasks_by_rank"),
	table.Ref("section_id", "sct", func(t *pb.Task) *string { return &t.SectionId }).Filter().Usable(),
	table.Ref("milestone_id", "mst", func(t *pb.Task) *string { return &t.MilestoneId }).Filter().Usable(),
	table.Ref("parent_id", "tsk", func(t *pb.Task) *string { return &t.ParentId }).Filter().Usable(),
	table.Sharers("collaborator_ids", func(t *pb.Task) *[]string { return &t.CollaboratorIds }).Filter().Usable(),
	checklistColumn, dependenciesColumn,
	table.LinkedRefs[*pb.Task]("dependencies.predecessor_id", "tsk", "operations.task_dependencies",
		"predecessor_id", "task_id"),
	table.Timestamp("begin_time", func(t *pb.Task) **timestamp { return &t.BeginTime }).Filter(),
	table.Timestamp("complete_time", func(t *pb.Task) **timestamp { return &t.CompleteTime }).Filter(),
	table.Ref("task_series_id", "tsr", func(t *pb.Task) *string { return &t.TaskSeriesId }).Filter(),
	table.Date("occurrence_date", func(t *pb.Task) *string { return &t.OccurrenceDate }).Filter(),
	// Must be the same rule as isOverdue.
	table.Predicate[*pb.Task]("overdue", "t.due_date < :today and t.state not in ('COMPLETED', 'CANCELED')"),
	table.Predicate[*pb.Task]("blocked", isBlocked),
)).Owner("owner_id").SharedWith("collaborator_ids").SharedThrough("project_id", projects.Table()).
	SharedWithDeputies().HandOver().Lifecycle(taskLifecycle).Searchable("display_name", "description").
	Responsible("owner_id").Due("due_date").ClosedIn(pb.Task_COMPLETED, pb.Task_CANCELED).
	OrderedBy("priority", "rank").Collaborative().
	DeclareEvents("moved", "itemChecked", "rescheduled", "blocked", "unblocked").
	Compute(func(c *call.Call, t *pb.Task) { t.Overdue = isOverdue(t, c.Today()) }).
	LoadComputed(loadBlocked)

// taskRules check a new or changed task, beyond its fields.
var taskRules = []resource.Rule[*pb.Task]{
	setDefaultTaskOwner, checkDates, checkSection, checkMilestone, keepChecks, checkDependencies, checkParent,
}

// isOverdue reports whether a task is open and was due before today.
func isOverdue(t *pb.Task, today calendar.Date) bool {
	return t.DueDate != "" && t.DueDate < today.String() && slices.Contains(openStates, t.State)
}

// CreateTask creates a task.
func (s *Service) CreateTask(ctx context.Context, req *pb.CreateTaskRequest) (*pb.Task, error) {
	rules := append([]resource.Rule[*pb.Task]{setUnstarted, placeLast}, taskRules...)
	return tasks.Create(ctx, s.db, req.GetTask(), rules...)
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
	return tasks.Update(ctx, s.db, req.GetTaskId(), req.GetTask(), req.GetUpdateMask(), taskRules...)
}

// DeleteTask deletes a task.
func (s *Service) DeleteTask(ctx context.Context, req *pb.DeleteTaskRequest) (*emptypb.Empty, error) {
	return tasks.Delete(ctx, s.db, req.GetTaskId())
}
