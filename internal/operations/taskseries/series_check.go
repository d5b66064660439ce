package taskseries

import (
	"cmp"
	"context"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/businessday"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/recurrence"
)

// setDefaults sets the default values of a series, and refuses a recurrence that is invalid or has
// a time of day, and a lead time where the next day is not known ahead.
func setDefaults(ctx context.Context, tx *db.Tx, _, s *pb.TaskSeries) error {
	s.RepeatFrom = cmp.Or(s.RepeatFrom, pb.TaskSeries_SCHEDULE)
	s.OwnerId = cmp.Or(s.OwnerId, id.Format("prs", tx.Call().PersonID))
	recurrence.SetDefaults(s.Recurrence)
	var violations fault.List
	if s.OwnerId == "" {
		violations.Append(fault.At("ownerId", "is required, because the caller is not a person"))
	}
	for field, value := range map[string]string{"timeOfDay": s.Recurrence.TimeOfDay,
		"timeZone": s.Recurrence.TimeZone} {
		if value != "" {
			violations.Append(fault.At("recurrence."+field, "must be empty"))
		}
	}
	if s.RepeatFrom == pb.TaskSeries_COMPLETION && s.LeadDays != 0 {
		violations.Append(fault.At("leadDays", "must be 0, because the series repeats from completion"))
	}
	if err := violations.Err(); err != nil {
		return err
	}
	_, err := daysOf(ctx, tx, s)
	return err
}

// daysOf returns the days of the recurrence of a series. Violations are at recurrence.
func daysOf(ctx context.Context, tx *db.Tx, s *pb.TaskSeries) (*recurrence.Series, error) {
	setting, err := businessday.Setting(ctx, tx)
	if err != nil {
		return nil, err
	}
	days, err := recurrence.New(s.Recurrence, setting)
	var violations fault.List
	if err := violations.Merge("recurrence", err); err != nil {
		return nil, err
	}
	return days, violations.Err()
}

// checkSection refuses a section of another project.
func checkSection(ctx context.Context, tx *db.Tx, was, s *pb.TaskSeries) error {
	if s.SectionId == "" || s.SectionId == was.SectionId && s.ProjectId == was.ProjectId {
		return nil
	}
	found, err := projects.Sections().GetExisting(ctx, tx, []string{s.SectionId})
	if err != nil {
		return err
	}
	if section := found[s.SectionId]; section == nil || section.ProjectId != s.ProjectId {
		return fault.Invalid(fault.At("sectionId", "must be a section of the project"))
	}
	return nil
}

// restart is the rule that lets a series count from today, from the day after its last task, or
// from its first day, whichever is latest.
func restart(_ context.Context, tx *db.Tx, _, s *pb.TaskSeries) error {
	s.PauseReason = ""
	first := tx.Call().Today()
	if from, err := calendar.ParseDate(s.FromDate); err == nil {
		first = calendar.Later(first, from)
	}
	if last, err := calendar.ParseDate(s.LastDate); err == nil {
		first = calendar.Later(first, last.AddDays(1))
	}
	s.FromDate = first.String()
	return nil
}

// restartChanged is restart for a series with a new recurrence.
func restartChanged(ctx context.Context, tx *db.Tx, was, s *pb.TaskSeries) error {
	if proto.Equal(was.Recurrence, s.Recurrence) && was.RepeatFrom == s.RepeatFrom {
		return nil
	}
	if s.State == pb.TaskSeries_ENDED {
		return refuseEnded(tx, s)
	}
	reason := s.PauseReason
	err := restart(ctx, tx, was, s)
	s.PauseReason = reason
	return err
}
