package taskseries

import (
	"context"
	"errors"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/schedule"
)

// scheduleKind is the kind of the schedules that create the tasks. A schedule fires once, on the
// day on which the next task is to be created, and then sets the following day.
const scheduleKind = "operations.taskSeries"

// insertSeries stores a new series that counts from a day, and creates its first tasks.
func insertSeries(ctx context.Context, tx *db.Tx, s *pb.TaskSeries, from calendar.Date) error {
	s.State, s.FromDate = pb.TaskSeries_ACTIVE, from.String()
	s.CreatorId = id.Format("prs", tx.Call().PersonID)
	if err := taskSeries.Insert(ctx, tx, s, setDefaults, checkSection); err != nil {
		return err
	}
	changed, err := taskSeries.Modify(ctx, tx, s.Id, "repeated", scheduleSeries)
	if err == nil {
		proto.Reset(s)
		proto.Merge(s, changed)
	}
	return err
}

// scheduleSeries is the rule that creates the tasks that are due within the lead time of an active
// series, and schedules the next one. It comes last, because schedules are locked after other
// records.
func scheduleSeries(ctx context.Context, tx *db.Tx, _, s *pb.TaskSeries) error {
	if s.State != pb.TaskSeries_ACTIVE {
		return nil
	}
	if s.RepeatFrom == pb.TaskSeries_COMPLETION {
		if err := schedule.Remove(ctx, tx, s.Id); err != nil {
			return err
		}
		return createFromCompletion(ctx, tx, s, calendar.Date{})
	}
	return createDue(ctx, tx, s, tx.Call().Today())
}

// removeSchedule is the rule that stops a series.
func removeSchedule(ctx context.Context, tx *db.Tx, _, s *pb.TaskSeries) error {
	return schedule.Remove(ctx, tx, s.Id)
}

// fire creates the tasks of a series for which a day has come. If a task is refused, the series is
// paused and shows why.
func fire(ctx context.Context, tx *db.Tx, f schedule.Firing) error {
	return changeSeries(ctx, tx, f.SubjectID, func(ctx context.Context, tx *db.Tx, s *pb.TaskSeries) error {
		return createDue(ctx, tx, s, f.Day)
	})
}

// changeSeries lets an active series create tasks. If one is refused, it pauses the series.
func changeSeries(
	ctx context.Context, tx *db.Tx, key string, create func(ctx context.Context, tx *db.Tx, s *pb.TaskSeries) error,
) error {
	stored, err := taskSeries.Table().Lock(ctx, tx, key)
	if err != nil || stored.State != pb.TaskSeries_ACTIVE {
		return err
	}
	event, after := "repeated", proto.CloneOf(stored)
	err = create(ctx, tx, after)
	var refusal *fault.Error
	switch {
	case errors.As(err, &refusal) && refusal.Cause == nil:
		event, after = "interrupted", proto.CloneOf(stored)
		after.State, after.PauseReason = pb.TaskSeries_PAUSED, messageOf(refusal)
		if err := schedule.Remove(ctx, tx, key); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	_, err = taskSeries.Modify(ctx, tx, key, event, func(_ context.Context, _ *db.Tx, _, s *pb.TaskSeries) error {
		s.State, s.PauseReason = after.State, after.PauseReason
		s.LastDate, s.CreatedCount = after.LastDate, after.CreatedCount
		return nil
	})
	return err
}

// messageOf returns the message of a refusal, with its first violation if it has any.
func messageOf(e *fault.Error) string {
	if len(e.Fields) > 0 {
		return e.Fields[0].Path + " " + e.Fields[0].Message
	}
	return e.Message
}

// createDue creates the tasks of a series that are to be created on a day or before it, and sets
// the schedule of the next one. A series without further days ends.
func createDue(ctx context.Context, tx *db.Tx, s *pb.TaskSeries, day calendar.Date) error {
	days, err := daysOf(ctx, tx, s)
	if err != nil {
		return err
	}
	lead := int(s.LeadDays)
	var list []*pb.Task
	for d := range days.Between(nextFrom(s), day.AddDays(lead)) {
		list = append(list, taskOf(s, d))
	}
	if err := createTasks(ctx, tx, s, list); err != nil {
		return err
	}
	next, more := days.OnOrAfter(nextFrom(s))
	if !more {
		s.State = pb.TaskSeries_ENDED
		return schedule.Remove(ctx, tx, s.Id)
	}
	on := next.AddDays(-lead)
	_, err = schedule.Set(ctx, tx, schedule.Plan{
		Kind: scheduleKind, SubjectID: s.Id, DisplayName: s.DisplayName, CatchUp: platformv1.Schedule_RUN_ALL,
		Recurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_DAILY, StartDate: on.String(), Count: 1},
		After:      on.Midnight(tx.Call().Organization.Zone).Add(-time.Microsecond),
	})
	return err
}

// nextFrom returns the first day that may be that of the next task.
func nextFrom(s *pb.TaskSeries) calendar.Date {
	from, _ := calendar.ParseDate(s.FromDate)
	if last, err := calendar.ParseDate(s.LastDate); err == nil {
		return calendar.Later(from, last.AddDays(1))
	}
	return from
}

// createTasks creates tasks of a series, sorted by their days, with the labels of the series, but
// without collaborators who are archived.
func createTasks(ctx context.Context, tx *db.Tx, s *pb.TaskSeries, list []*pb.Task) error {
	if err := leaveOutArchived(ctx, tx, s, list); err != nil {
		return err
	}
	at := func(i int) string { return "tasks[" + strconv.Itoa(i) + "]" }
	if err := work.CreateMany(ctx, tx, list, at); err != nil {
		return fault.MapFields(err, func(f fault.Field) fault.Field {
			for i := range list {
				if prefix := at(i) + "."; len(f.Path) > len(prefix) && f.Path[:len(prefix)] == prefix {
					return fault.Field{Path: f.Path[len(prefix):], Message: f.Message}
				}
			}
			return f
		})
	}
	if len(list) == 0 {
		return nil
	}
	s.LastDate = list[len(list)-1].OccurrenceDate
	s.CreatedCount += int32(len(list))
	ids := make([]string, len(list))
	for i, t := range list {
		ids[i] = t.Id
	}
	return collaboration.CopyLabels(ctx, tx, s.Id, ids)
}

// taskOf returns the task of a series for a day.
func taskOf(s *pb.TaskSeries, due calendar.Date) *pb.Task {
	t := &pb.Task{
		TaskSeriesId: s.Id, OccurrenceDate: due.String(), DueDate: due.String(),
		DisplayName: s.DisplayName, Description: s.Description, ProjectId: s.ProjectId, SectionId: s.SectionId,
		OwnerId: s.OwnerId, Priority: s.Priority, EstimateSeconds: s.EstimateSeconds,
		CollaboratorIds: s.CollaboratorIds,
	}
	if s.StartOffsetDays != nil {
		t.StartDate = due.AddDays(-int(*s.StartOffsetDays)).String()
	}
	for _, text := range s.Checklist {
		t.Checklist = append(t.Checklist, &pb.Task_ChecklistItem{Text: text})
	}
	return t
}

// setNextDates fills in the due dates of the next tasks.
func setNextDates(ctx context.Context, tx *db.Tx, list []*pb.TaskSeries) error {
	for _, s := range list {
		s.NextDate = ""
		if s.State != pb.TaskSeries_ACTIVE || s.RepeatFrom != pb.TaskSeries_SCHEDULE {
			continue
		}
		days, err := daysOf(ctx, tx, s)
		if err != nil {
			return err
		}
		if next, more := days.OnOrAfter(nextFrom(s)); more {
			s.NextDate = next.String()
		}
	}
	return nil
}

// PreviewTaskSeries returns the due dates of the next tasks of a series.
func (s *Service) PreviewTaskSeries(
	ctx context.Context, req *pb.PreviewTaskSeriesRequest,
) (*pb.PreviewTaskSeriesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.PreviewTaskSeriesResponse, error) {
		stored, err := taskSeries.GetByCaller(ctx, tx, req.GetTaskSeriesId())
		if err != nil || stored.State == pb.TaskSeries_ENDED {
			return &pb.PreviewTaskSeriesResponse{}, err
		}
		out := &pb.PreviewTaskSeriesResponse{}
		if stored.RepeatFrom == pb.TaskSeries_COMPLETION {
			next, more, err := afterCompletion(ctx, tx, stored, tx.Call().Today())
			if more {
				out.Dates = []string{next.String()}
			}
			return out, err
		}
		days, err := daysOf(ctx, tx, stored)
		if err != nil {
			return nil, err
		}
		count := int(req.GetCount())
		if count == 0 {
			count = 10
		}
		for d := range days.All(nextFrom(stored)) {
			if out.Dates = append(out.Dates, d.String()); len(out.Dates) == count {
				break
			}
		}
		return out, nil
	})
}

// afterCompletion returns the day of the next task of a series whose last task was completed on a
// day, false if there is none.
func afterCompletion(
	ctx context.Context, tx *db.Tx, s *pb.TaskSeries, done calendar.Date,
) (next calendar.Date, more bool, err error) {
	r := s.Recurrence
	if r.Count > 0 && s.CreatedCount >= r.Count || r.UntilDate != "" && r.UntilDate < done.String() {
		return next, false, nil
	}
	counted := proto.CloneOf(s)
	counted.Recurrence.StartDate, counted.Recurrence.Count = done.String(), 0
	days, err := daysOf(ctx, tx, counted)
	if err != nil {
		return next, false, err
	}
	next, more = days.Next(done)
	return next, more, nil
}
