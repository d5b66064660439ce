package taskseries

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var taskSeries = resource.New(table.New("operations.task_series",
	table.Text("display_name", func(s *pb.TaskSeries) *string { return &s.DisplayName }).
		Filter().Sort("task_series_by_display_name"),
	table.Text("description", func(s *pb.TaskSeries) *string { return &s.Description }),
	table.Ref("project_id", "prj", func(s *pb.TaskSeries) *string { return &s.ProjectId }).Filter().Usable(),
	table.Ref("section_id", "sct", func(s *pb.TaskSeries) *string { return &s.SectionId }).Usable(),
	table.Ref("owner_id", "prs", func(s *pb.TaskSeries) *string { return &s.OwnerId }).Filter().Usable(),
	table.Enum("priority", func(s *pb.TaskSeries) *pb.Task_Priority { return &s.Priority }),
	table.Int32("estimate_seconds", func(s *pb.TaskSeries) *int32 { return &s.EstimateSeconds }),
	table.Refs("collaborator_ids", "prs", func(s *pb.TaskSeries) *[]string { return &s.CollaboratorIds }).Usable(),
	table.Strings("checklist", func(s *pb.TaskSeries) *[]string { return &s.Checklist }),
	table.Message("recurrence", func(s *pb.TaskSeries) **typepb.Recurrence { return &s.Recurrence }),
	table.Enum("repeat_from", func(s *pb.TaskSeries) *pb.TaskSeries_RepeatFrom { return &s.RepeatFrom }).Filter(),
	table.Int32("lead_days", func(s *pb.TaskSeries) *int32 { return &s.LeadDays }),
	table.Optional("start_offset_days", "integer", func(s *pb.TaskSeries) **int32 { return &s.StartOffsetDays }),
	table.Enum("state", func(s *pb.TaskSeries) *pb.TaskSeries_State { return &s.State }).Filter(),
	table.Text("pause_reason", func(s *pb.TaskSeries) *string { return &s.PauseReason }),
	table.Date("from_date", func(s *pb.TaskSeries) *string { return &s.FromDate }),
	table.Date("last_date", func(s *pb.TaskSeries) *string { return &s.LastDate }),
	table.Int32("created_count", func(s *pb.TaskSeries) *int32 { return &s.CreatedCount }),
	table.Ref("previous_series_id", "tsr", func(s *pb.TaskSeries) *string { return &s.PreviousSeriesId }).Filter(),
	table.Ref("creator_id", "prs", func(s *pb.TaskSeries) *string { return &s.CreatorId }),
)).Owner("owner_id").HandOver().Lifecycle(taskSeriesLifecycle).DeclareEvents("repeated", "interrupted").
	LoadComputed(setNextDates).
	GuardEach(refuseEnded, "changeFollowing")

var taskSeriesLifecycle = state.New(
	func(t *pb.TaskSeries) *pb.TaskSeries_State { return &t.State },
	[]state.Step[pb.TaskSeries_State]{
		{Verb: "pause", Event: "paused", From: []pb.TaskSeries_State{pb.TaskSeries_ACTIVE}, To: pb.TaskSeries_PAUSED},
		{Verb: "resume", Event: "resumed", From: []pb.TaskSeries_State{pb.TaskSeries_PAUSED}, To: pb.TaskSeries_ACTIVE},
		{Verb: "end", Event: "ended", From: []pb.TaskSeries_State{pb.TaskSeries_ACTIVE, pb.TaskSeries_PAUSED},
			To: pb.TaskSeries_ENDED},
	},
)

// CreateTaskSeries creates a task series, and the tasks that are due within its lead time.
func (s *Service) CreateTaskSeries(ctx context.Context, req *pb.CreateTaskSeriesRequest) (*pb.TaskSeries, error) {
	return taskSeries.CreateWith(ctx, s.db, req.GetTaskSeries(),
		func(ctx context.Context, tx *db.Tx, _, t *pb.TaskSeries) error {
			return insertSeries(ctx, tx, t, tx.Call().Today())
		})
}

// GetTaskSeries returns a task series.
func (s *Service) GetTaskSeries(ctx context.Context, req *pb.GetTaskSeriesRequest) (*pb.TaskSeries, error) {
	return taskSeries.Get(ctx, s.db, req.GetTaskSeriesId())
}

// BatchGetTaskSeries returns several task series.
func (s *Service) BatchGetTaskSeries(
	ctx context.Context, req *pb.BatchGetTaskSeriesRequest,
) (*pb.BatchGetTaskSeriesResponse, error) {
	list, err := taskSeries.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTaskSeriesResponse{TaskSeries: list}, err
}

// ListTaskSeries lists task series.
func (s *Service) ListTaskSeries(
	ctx context.Context, req *pb.ListTaskSeriesRequest,
) (*pb.ListTaskSeriesResponse, error) {
	page, err := taskSeries.List(ctx, s.db, req)
	return &pb.ListTaskSeriesResponse{TaskSeries: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateTaskSeries updates a task series.
func (s *Service) UpdateTaskSeries(ctx context.Context, req *pb.UpdateTaskSeriesRequest) (*pb.TaskSeries, error) {
	return taskSeries.Update(ctx, s.db, req.GetTaskSeriesId(), req.GetTaskSeries(), req.GetUpdateMask(),
		setDefaults, checkSection, restartChanged, applyToOpenTasks(req.GetApplyToOpenTasks(), req.GetUpdateMask()),
		scheduleSeries)
}

// DeleteTaskSeries deletes a task series that no other record refers to.
func (s *Service) DeleteTaskSeries(ctx context.Context, req *pb.DeleteTaskSeriesRequest) (*emptypb.Empty, error) {
	return taskSeries.Delete(ctx, s.db, req.GetTaskSeriesId(), removeSchedule)
}

// PauseTaskSeries pauses a task series.
func (s *Service) PauseTaskSeries(ctx context.Context, req *pb.PauseTaskSeriesRequest) (*pb.TaskSeries, error) {
	return taskSeries.Step(ctx, s.db, req.GetTaskSeriesId(), "pause", removeSchedule)
}

// ResumeTaskSeries resumes a task series.
func (s *Service) ResumeTaskSeries(ctx context.Context, req *pb.ResumeTaskSeriesRequest) (*pb.TaskSeries, error) {
	return taskSeries.Step(ctx, s.db, req.GetTaskSeriesId(), "resume", restart, scheduleSeries)
}

// EndTaskSeries ends a task series.
func (s *Service) EndTaskSeries(ctx context.Context, req *pb.EndTaskSeriesRequest) (*pb.TaskSeries, error) {
	return taskSeries.Step(ctx, s.db, req.GetTaskSeriesId(), "end", removeSchedule)
}

// refuseEnded refuses a series that has ended.
func refuseEnded(_ *db.Tx, s *pb.TaskSeries) error {
	if s.State != pb.TaskSeries_ENDED {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The state is ENDED; it must be ACTIVE or PAUSED.").
		WithSubject(s.Id)
}
