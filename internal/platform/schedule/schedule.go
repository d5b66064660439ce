// Package schedule fires recurring work. A schedule is a row that belongs to a record of a
// capability, which sets and removes it in its own transactions. Each firing is a unit of work that
// runs the handler of the schedule's kind, moves the schedule to its next time and records an
// event, so it happens exactly once, also if a server is killed. The firings of one schedule happen
// in order. A handler that fails is retried with growing pauses and delays no other schedule. Times
// are on the organization's clock; when the clock is advanced, the schedules due in between fire
// first. What a firing does is left to the handlers.
package schedule

import (
	"context"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

var schedules = resource.New(table.New("platform.schedules",
	table.Text("kind", func(s *pb.Schedule) *string { return &s.Kind }).Filter(),
	table.Text("subject_id", func(s *pb.Schedule) *string { return &s.SubjectId }).Filter(),
	table.Text("display_name", func(s *pb.Schedule) *string { return &s.DisplayName }).Filter(),
	table.Message("recurrence", func(s *pb.Schedule) **typepb.Recurrence { return &s.Recurrence }),
	table.Enum("catch_up", func(s *pb.Schedule) *pb.Schedule_CatchUp { return &s.CatchUp }),
	table.Enum("state", func(s *pb.Schedule) *pb.Schedule_State { return &s.State }).Filter(),
	table.Date("rule_date", func(s *pb.Schedule) *string { return &s.RuleDate }),
	table.Timestamp("next_fire_time", func(s *pb.Schedule) **timestamp { return &s.NextFireTime }),
	table.Timestamp("last_fire_time", func(s *pb.Schedule) **timestamp { return &s.LastFireTime }),
	table.Timestamp("retry_time", func(s *pb.Schedule) **timestamp { return &s.RetryTime }),
	table.Int32("failure_count", func(s *pb.Schedule) *int32 { return &s.FailureCount }).Filter(),
	table.Message("last_error", func(s *pb.Schedule) **pb.Schedule_Error { return &s.LastError }),
).Rank(db.RankSchedule)).Lifecycle(lifecycle).LockFirst(lockClock).LoadComputed(setUpcomingTimes).Open().
	DeclareEvents("created", "updated", "deleted", "fired", "skipped", "failed", "moved")

var lifecycle = state.New(
	func(s *pb.Schedule) *pb.Schedule_State { return &s.State },
	[]state.Step[pb.Schedule_State]{
		{Verb: "pause", Event: "paused", From: []pb.Schedule_State{pb.Schedule_ACTIVE}, To: pb.Schedule_PAUSED},
		{Verb: "resume", Event: "resumed", From: []pb.Schedule_State{pb.Schedule_PAUSED}, To: pb.Schedule_ACTIVE},
	},
)

// Firing is one firing of a schedule.
type Firing struct {
	// SubjectID is the record that the schedule belongs to.
	SubjectID string
	// Time is when the firing was scheduled. It may be long ago if the server was down.
	Time time.Time
	// Day is the local date of Time. RuleDay is the day that the rule chose, before a shift to a
	// business day.
	Day, RuleDay calendar.Date
}

// Handler does the work of a kind of schedule.
type Handler struct {
	// Kind names the work, such as `finance.repeatingEntry`. It must not change, because it is
	// stored.
	Kind string
	// Fire does the work of one firing in its unit of work. It is called again if it fails, or if
	// the server is killed before the unit of work is committed. It may set or remove the schedule
	// that fires, last, but no other one. It must not call other servers.
	Fire func(ctx context.Context, tx *db.Tx, f Firing) error
}

// CallFunc returns a call of an organization in which schedules fire.
type CallFunc func(ctx context.Context, organization uuid.UUID) (*call.Call, error)

// Service implements SchedulesService and fires schedules.
type Service struct {
	pb.UnsafeSchedulesServiceServer
	db       *db.DB
	handlers map[string]Handler
	newCall  CallFunc
}

// New returns the service that fires schedules by the given handlers.
func New(d *db.DB, newCall CallFunc, handlers ...Handler) *Service {
	s := &Service{db: d, handlers: map[string]Handler{}, newCall: newCall}
	for _, h := range handlers {
		s.handlers[h.Kind] = h
	}
	return s
}

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{schedules} }

// GetSchedule returns a schedule.
func (s *Service) GetSchedule(ctx context.Context, req *pb.GetScheduleRequest) (*pb.Schedule, error) {
	return schedules.Get(ctx, s.db, req.GetScheduleId())
}

// BatchGetSchedules returns several schedules.
func (s *Service) BatchGetSchedules(
	ctx context.Context, req *pb.BatchGetSchedulesRequest,
) (*pb.BatchGetSchedulesResponse, error) {
	list, err := schedules.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetSchedulesResponse{Schedules: list}, err
}

// ListSchedules lists schedules.
func (s *Service) ListSchedules(ctx context.Context, req *pb.ListSchedulesRequest) (*pb.ListSchedulesResponse, error) {
	page, err := schedules.List(ctx, s.db, req)
	return &pb.ListSchedulesResponse{Schedules: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// PauseSchedule pauses a schedule.
func (s *Service) PauseSchedule(ctx context.Context, req *pb.PauseScheduleRequest) (*pb.Schedule, error) {
	return schedules.Step(ctx, s.db, req.GetScheduleId(), "pause")
}

// ResumeSchedule resumes a paused schedule.
func (s *Service) ResumeSchedule(ctx context.Context, req *pb.ResumeScheduleRequest) (*pb.Schedule, error) {
	return schedules.Step(ctx, s.db, req.GetScheduleId(), "resume", forgetFailures)
}

// forgetFailures makes a schedule that is being resumed due at its next time. If that has passed,
// the catch-up policy decides.
func forgetFailures(_ context.Context, _ *db.Tx, _, s *pb.Schedule) error {
	clearFailures(s)
	return nil
}
