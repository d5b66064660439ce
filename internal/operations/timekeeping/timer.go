package timekeeping

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var timers = resource.New(table.New("operations.timers",
	table.Ref("person_id", "prs", func(t *pb.Timer) *string { return &t.PersonId }).Filter().Usable(),
	table.Ref("project_id", "prj", func(t *pb.Timer) *string { return &t.ProjectId }).Filter().Usable(),
	table.Ref("task_id", "tsk", func(t *pb.Timer) *string { return &t.TaskId }).Filter().Usable(),
	table.Text("note", func(t *pb.Timer) *string { return &t.Note }),
	table.Optional("billable", "boolean", func(t *pb.Timer) **bool { return &t.Billable }),
	table.Timestamp("start_time", func(t *pb.Timer) **timestamp { return &t.StartTime }),
)).Owner("person_id").LockFirst(lockTimeOfTimer).DeclareEvents("created", "stopped")

// StartTimer starts a timer, and stops the running one of the person if the caller asks for it.
func (s *Service) StartTimer(ctx context.Context, req *pb.StartTimerRequest) (*pb.StartTimerResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.StartTimerResponse, error) {
		out := &pb.StartTimerResponse{Timer: timers.FromRequest(req.GetTimer())}
		var running *pb.Timer
		find := func(ctx context.Context, tx *db.Tx, _, t *pb.Timer) (err error) {
			running, err = lockRunningTimer(ctx, tx, t)
			return err
		}
		replace := func(ctx context.Context, tx *db.Tx, _, t *pb.Timer) (err error) {
			out.TimeEntries, err = endRunningTimer(ctx, tx, running, t, req.GetReplaceRunning())
			return err
		}
		err := timers.Insert(ctx, tx, out.Timer, setTimerPerson, timers.WithinReach, find, checkTimer(false), replace)
		return out, fault.MapFields(err, func(f fault.Field) fault.Field {
			if f.Path == replaceField {
				return f
			}
			return fault.Field{Path: "timer." + f.Path, Message: f.Message}
		})
	})
}

// StopTimer stops a timer and records its time.
func (s *Service) StopTimer(ctx context.Context, req *pb.StopTimerRequest) (*pb.StopTimerResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.StopTimerResponse, error) {
		t, err := timers.LockByCaller(ctx, tx, req.GetTimerId())
		if err != nil {
			return nil, err
		}
		if err := timers.CheckEtag(ctx, tx, t, t); err != nil {
			return nil, err
		}
		stop := req.GetStopTime()
		if stop == nil {
			stop = timestamppb.New(tx.Call().Now())
		}
		entries, err := stopTimer(ctx, tx, t, stop, "stopTime", "timerId")
		return &pb.StopTimerResponse{TimeEntries: entries}, err
	})
}

// GetTimer returns a timer.
func (s *Service) GetTimer(ctx context.Context, req *pb.GetTimerRequest) (*pb.Timer, error) {
	return timers.Get(ctx, s.db, req.GetTimerId())
}

// BatchGetTimers returns several timers.
func (s *Service) BatchGetTimers(
	ctx context.Context, req *pb.BatchGetTimersRequest,
) (*pb.BatchGetTimersResponse, error) {
	list, err := timers.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTimersResponse{Timers: list}, err
}

// ListTimers lists timers.
func (s *Service) ListTimers(ctx context.Context, req *pb.ListTimersRequest) (*pb.ListTimersResponse, error) {
	page, err := timers.List(ctx, s.db, req)
	return &pb.ListTimersResponse{Timers: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateTimer updates a running timer.
func (s *Service) UpdateTimer(ctx context.Context, req *pb.UpdateTimerRequest) (*pb.Timer, error) {
	return timers.Update(ctx, s.db, req.GetTimerId(), req.GetTimer(), req.GetUpdateMask(),
		checkTimer(resource.Names(req.GetUpdateMask(), &pb.Timer{}, "project_id")))
}

// DeleteTimer discards a timer.
func (s *Service) DeleteTimer(ctx context.Context, req *pb.DeleteTimerRequest) (*emptypb.Empty, error) {
	return timers.Delete(ctx, s.db, req.GetTimerId())
}

func setTimerPerson(_ context.Context, tx *db.Tx, _, t *pb.Timer) error {
	return setPerson(tx, &t.PersonId)
}

// checkTimer returns the rule that sets the project of the task and the start time, and refuses a
// timer that starts in the future or whose time could not be recorded. givesProject is true for an
// update with a project.
func checkTimer(givesProject bool) resource.Rule[*pb.Timer] {
	return func(ctx context.Context, tx *db.Tx, was, t *pb.Timer) error {
		var violations fault.List
		if t.StartTime == nil {
			t.StartTime = timestamppb.New(tx.Call().Now())
		}
		if t.StartTime.AsTime().After(tx.Call().Now()) {
			violations.Append(fault.At("startTime", "must not be in the future"))
		}
		on := workOf{t.ProjectId, t.TaskId}
		project, err := on.resolve(ctx, tx, workOf{was.ProjectId, was.TaskId}, givesProject)
		if err != nil {
			if err := violations.Merge("", err); err != nil {
				return err
			}
			return violations.Err()
		}
		t.ProjectId = on.project
		if t.Billable != nil {
			if err := violations.Merge("", setBillable(&t.Billable, project)); err != nil {
				return err
			}
		}
		return violations.Err()
	}
}

// lockRunningTimer locks the time of the person of a new timer, and returns the timer that the
// person runs, nil if there is none. It keeps the projects of both timers.
func lockRunningTimer(ctx context.Context, tx *db.Tx, next *pb.Timer) (*pb.Timer, error) {
	if err := lockTime(ctx, tx, next.PersonId); err != nil {
		return nil, err
	}
	person, err := id.Parse("prs", next.PersonId)
	if err != nil {
		return nil, err
	}
	found, _, err := timers.Table().Select(ctx, tx, table.Query{
		Within: []table.Equal{{Column: "person_id", Value: person}}, Limit: 1,
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], keepProjects(ctx, tx, []workOf{{next.ProjectId, next.TaskId}, {found[0].ProjectId, ""}})
}

// endRunningTimer stops the running timer of the person of a new timer, if there is one, at the
// start of the new one. Unless replace is true, it refuses the new timer.
func endRunningTimer(ctx context.Context, tx *db.Tx, running, next *pb.Timer, replace bool) ([]*pb.TimeEntry, error) {
	if running == nil {
		return nil, nil
	}
	if !replace {
		return nil, fault.Taken(optionsv1.Reason_TIMER_RUNNING,
			"The timer %s has been running since %s. Stop it, or set replaceRunning.", running.Id,
			running.StartTime.AsTime().In(tx.Call().Organization.Zone).Format("2006-01-02 15:04")).WithSubject(running.Id)
	}
	return stopTimer(ctx, tx, running, next.StartTime, "startTime", replaceField)
}

// replaceField is the field of a request that stops the running timer.
const replaceField = "replaceRunning"

// stopTimer records the time of a timer up to an instant, which a field of the request gives, and
// removes the timer. timerField is the field of the request because of which the timer stops. It
// gets the violations of the recorded time, since the request does not contain that.
func stopTimer(
	ctx context.Context, tx *db.Tx, t *pb.Timer, stop *timestamp, field, timerField string,
) ([]*pb.TimeEntry, error) {
	start, end := t.StartTime.AsTime(), stop.AsTime()
	switch {
	case end.Before(start):
		return nil, fault.Invalid(fault.At(field, "must not be before the start of the running timer, %s",
			start.Format("2006-01-02T15:04:05Z")))
	case end.After(tx.Call().Now()):
		return nil, fault.Invalid(fault.At(field, "must not be in the future"))
	case end.Sub(start) > maxTimer:
		return nil, fault.Refuse(optionsv1.Reason_TIMER_TOO_LONG,
			"The timer %s has been running for more than 24 hours. Stop it with the stopTime at which the work ended.",
			t.Id).WithSubject(t.Id)
	}
	var entries []*pb.TimeEntry
	for _, part := range splitByDay(start, end, tx.Call().Organization.Zone) {
		e := &pb.TimeEntry{PersonId: t.PersonId, WorkDate: part.date.String(), DurationSeconds: part.seconds,
			StartTime: timestamppb.New(part.start), ProjectId: t.ProjectId, TaskId: t.TaskId, Note: t.Note,
			Billable: t.Billable}
		e, err := insertBegun(ctx, tx, e)
		if err != nil {
			return nil, fault.MapFields(err, func(f fault.Field) fault.Field {
				return fault.Field{Path: timerField, Message: "cannot stop the timer: " + f.Path + " " + f.Message}
			})
		}
		entries = append(entries, e)
	}
	if err := timers.Record(ctx, tx, db.Event{Type: "stopped"}, t, t); err != nil {
		return nil, err
	}
	return entries, timers.Remove(ctx, tx, t.Id)
}

// insertBegun stores the time of a timer. What the time names was checked when the timer started
// and may be archived since, because time that was worked is not lost.
func insertBegun(ctx context.Context, tx *db.Tx, e *pb.TimeEntry) (*pb.TimeEntry, error) {
	begun := &pb.TimeEntry{PersonId: e.PersonId, ProjectId: e.ProjectId, TaskId: e.TaskId}
	timeEntries.Table().SetID(e, id.New())
	for _, rule := range append([]resource.Rule[*pb.TimeEntry]{timeEntries.Check}, createRules...) {
		if err := rule(ctx, tx, begun, e); err != nil {
			return nil, err
		}
	}
	if err := timeEntries.Table().Insert(ctx, tx, e); err != nil {
		return nil, err
	}
	if err := timeEntries.Record(ctx, tx, db.Event{Type: "created"}, e, e); err != nil {
		return nil, err
	}
	return timeEntries.Find(ctx, tx, e.Id)
}
