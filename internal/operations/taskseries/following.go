package taskseries

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

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
		return nil, inSeries(err)
	}
	if err := collaboration.CopyLabels(ctx, tx, old.Id, []string{next.Id}); err != nil {
		return nil, err
	}
	moved, err := work.ChangeOfSeries(ctx, tx, old.Id, from.String(), func(t *pb.Task) {
		copyChanges(old, next, t)
		t.TaskSeriesId = next.Id
	})
	if err != nil {
		return nil, inSeries(err)
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

// inSeries puts the violations of an error under the series of the request.
func inSeries(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		return fault.Field{Path: "series." + f.Path, Message: f.Message}
	})
}

// applyToOpenTasks returns the rule that changes the open tasks of a series as the series, if
// asked. All of them get the owner if the mask names the field.
func applyToOpenTasks(asked bool, mask *fieldmaskpb.FieldMask) resource.Rule[*pb.TaskSeries] {
	return func(ctx context.Context, tx *db.Tx, was, s *pb.TaskSeries) error {
		if !asked {
			return nil
		}
		namesOwner := slices.ContainsFunc(mask.GetPaths(), func(path string) bool {
			return path == "owner_id" || path == "ownerId"
		})
		_, err := work.ChangeOfSeries(ctx, tx, s.Id, "", func(t *pb.Task) {
			copyChanges(was, s, t)
			if namesOwner {
				t.OwnerId = s.OwnerId
			}
		})
		return err
	}
}

// copyChanges changes a task as its series changes. The task keeps values that differ from the
// former ones of the series, because a person changed them, and its dates and checklist.
func copyChanges(was, s *pb.TaskSeries, t *pb.Task) {
	copyChange(&t.DisplayName, was.DisplayName, s.DisplayName)
	copyChange(&t.Description, was.Description, s.Description)
	copyChange(&t.OwnerId, was.OwnerId, s.OwnerId)
	copyChange(&t.Priority, was.Priority, s.Priority)
	copyChange(&t.EstimateSeconds, was.EstimateSeconds, s.EstimateSeconds)
	former := t.ProjectId
	if copyChange(&t.ProjectId, was.ProjectId, s.ProjectId); t.ProjectId != former {
		t.MilestoneId, t.ParentId = "", ""
	}
	if t.ProjectId == s.ProjectId { // a section of another project does not fit
		copyChange(&t.SectionId, was.SectionId, s.SectionId)
	}
	t.CollaboratorIds = slices.DeleteFunc(slices.Clone(t.CollaboratorIds), func(person string) bool {
		return slices.Contains(was.CollaboratorIds, person) && !slices.Contains(s.CollaboratorIds, person)
	})
	for _, person := range s.CollaboratorIds {
		if !slices.Contains(was.CollaboratorIds, person) && !slices.Contains(t.CollaboratorIds, person) {
			t.CollaboratorIds = append(t.CollaboratorIds, person)
		}
	}
}

// copyChange sets a value to the new one if it is the former one.
func copyChange[T comparable](value *T, former, changed T) {
	if *value == former {
		*value = changed
	}
}
