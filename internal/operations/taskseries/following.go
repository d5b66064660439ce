package taskseries

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/schedule"
)

// ChangeFollowingTaskSeries continues a series with other values from a day on.
func (s *Service) ChangeFollowingTaskSeries(
	ctx context.Context, req *pb.ChangeFollowingTaskSeriesRequest,
) (*pb.TaskSeries, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TaskSeries, error) {
		old, err := taskSeries.LockByCaller(ctx, tx, req.GetTaskSeriesId())
		if err != nil {
			return nil, err
		}
		if err := taskSeries.CheckEtag(ctx, tx, old, old); err != nil {
			return nil, err
		}
		if err := taskSeries.CheckGuards(ctx, tx, "changeFollowing", old); err != nil {
			return nil, err
		}
		from, err := calendar.ParseBusinessDate(req.GetFromDate())
		if err != nil {
			return nil, fault.Invalid(fault.At("fromDate", "%s", err))
		}
		if from.Before(tx.Call().Today()) {
			return nil, fault.Invalid(fault.At("fromDate", "must not be before today, %s", tx.Call().Today()))
		}
		if err := endBefore(ctx, tx, old, from); err != nil {
			return nil, err
		}
		return continueWith(ctx, tx, old, req.GetSeries(), from)
	})
}

// endBefore ends a series on the day before another one. If it has further days until then, it
// stays active.
func endBefore(ctx context.Context, tx *db.Tx, s *pb.TaskSeries, from calendar.Date) error {
	_, err := taskSeries.Modify(ctx, tx, s.Id, "updated", func(ctx context.Context, tx *db.Tx, _,
		s *pb.TaskSeries) error {
		s.Recurrence.Count, s.Recurrence.UntilDate = 0, from.AddDays(-1).String()
		if s.Recurrence.UntilDate >= s.Recurrence.StartDate && s.RepeatFrom == pb.TaskSeries_SCHEDULE {
			days, err := daysOf(ctx, tx, s)
			if err != nil {
				return err
			}
			if _, more := days.OnOrAfter(nextFrom(s)); more {
				return scheduleSeries(ctx, tx, s, s)
			}
		}
		s.State = pb.TaskSeries_ENDED
		return schedule.Remove(ctx, tx, s.Id)
	})
	return err
}

// continueWith stores the series that continues another one from a day on, and moves the open tasks
// for days from then on to it. It is paused if the other one was, and creates no task for a day
// that the other one reached.
func continueWith(
	ctx context.Context, tx *db.Tx, old, in *pb.TaskSeries, from calendar.Date,
) (*pb.TaskSeries, error) {
	next := taskSeries.FromRequest(in)
	next.PreviousSeriesId, next.State, next.FromDate = old.Id, pb.TaskSeries_PAUSED, from.String()
	if err := taskSeries.Insert(ctx, tx, next, setDefaults, checkSection, taskSeries.WithinReach); err != nil {
		return nil, fault.MapFields(err, func(f fault.Field) fault.Field {
			return fault.Field{Path: "series." + f.Path, Message: f.Message}
		})
	}
	if err := collaboration.CopyLabels(ctx, tx, old.Id, []string{next.Id}); err != nil {
		return nil, err
	}
	moved, err := work.ChangeOfSeries(ctx, tx, old.Id, from.String(), func(t *pb.Task) {
		copyValues(next, t)
		t.TaskSeriesId = next.Id
	})
	if err != nil {
		return nil, err
	}
	return taskSeries.Modify(ctx, tx, next.Id, "repeated", func(ctx context.Context, tx *db.Tx, _,
		s *pb.TaskSeries) error {
		s.State, s.PauseReason, s.CreatedCount = old.State, old.PauseReason, int32(len(moved))
		if old.LastDate >= from.String() { // also if the tasks until then are completed, canceled or deleted
			s.LastDate = old.LastDate
		}
		return scheduleSeries(ctx, tx, s, s)
	})
}

// applyToOpenTasks returns the rule that changes the open tasks of a series as the series, if
// asked.
func applyToOpenTasks(asked bool) resource.Rule[*pb.TaskSeries] {
	return func(ctx context.Context, tx *db.Tx, _, s *pb.TaskSeries) error {
		if !asked {
			return nil
		}
		_, err := work.ChangeOfSeries(ctx, tx, s.Id, "", func(t *pb.Task) { copyValues(s, t) })
		return err
	}
}

// copyValues copies the values of a series to one of its tasks, but not the dates and the
// checklist.
func copyValues(s *pb.TaskSeries, t *pb.Task) {
	if t.ProjectId != s.ProjectId {
		t.MilestoneId, t.ParentId = "", ""
	}
	t.DisplayName, t.Description, t.ProjectId, t.SectionId = s.DisplayName, s.Description, s.ProjectId, s.SectionId
	t.OwnerId, t.Priority, t.EstimateSeconds = s.OwnerId, s.Priority, s.EstimateSeconds
	t.CollaboratorIds = s.CollaboratorIds
}
