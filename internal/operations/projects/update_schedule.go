package projects

import (
	"cmp"
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/recurrence"
	"backoffice/internal/platform/schedule"
)

// updateSchedule is the kind of the schedules that ask for project updates.
const updateSchedule = "operations.projectUpdate"

// checkUpdateRecurrence sets the defaults of the recurrence of updates. It refuses a time of day:
// an update is due on a day of the organization.
func checkUpdateRecurrence(_ context.Context, _ *db.Tx, _, p *pb.Project) error {
	r := p.UpdateRecurrence
	if r == nil {
		p.UpdateDueDate = ""
		return nil
	}
	recurrence.SetDefaults(r)
	var violations fault.List
	if r.TimeOfDay != "" {
		violations.Append(fault.At("updateRecurrence.timeOfDay", "must be empty"))
	}
	if r.TimeZone != "" {
		violations.Append(fault.At("updateRecurrence.timeZone", "must be empty"))
	}
	return violations.Err()
}

// scheduleUpdates is the rule that sets or removes the schedule on which updates are due. It comes
// last, because schedules are locked after other records.
func scheduleUpdates(ctx context.Context, tx *db.Tx, was, p *pb.Project) error {
	if p.UpdateRecurrence == nil {
		if was.UpdateRecurrence == nil {
			return nil
		}
		return schedule.Remove(ctx, tx, p.Id)
	}
	_, err := schedule.Set(ctx, tx, schedule.Plan{Kind: updateSchedule, SubjectID: p.Id, DisplayName: p.DisplayName,
		Recurrence: p.UpdateRecurrence})
	var violations fault.List
	if err := violations.Merge("updateRecurrence", err); err != nil {
		return err
	}
	return violations.Err()
}

// removeUpdates is the rule that removes the schedule of a deleted project.
func removeUpdates(ctx context.Context, tx *db.Tx, was, _ *pb.Project) error {
	return scheduleUpdates(ctx, tx, was, &pb.Project{Id: was.Id})
}

// requestUpdate notes that an update of a project is due, unless the project is closed. While an
// earlier one is due, that date stays.
func requestUpdate(ctx context.Context, tx *db.Tx, f schedule.Firing) error {
	p, err := projects.Table().Lock(ctx, tx, f.SubjectID)
	if err != nil || isClosed(p) {
		return err
	}
	_, err = projects.Modify(ctx, tx, f.SubjectID, "updateRequested",
		func(_ context.Context, _ *db.Tx, _, p *pb.Project) error {
			p.UpdateDueDate = cmp.Or(p.UpdateDueDate, f.Day.String())
			return nil
		})
	return err
}

// clearUpdateDueDate is the rule that no update of an archived project is due.
func clearUpdateDueDate(_ context.Context, _ *db.Tx, _, p *pb.Project) error {
	p.UpdateDueDate = ""
	return nil
}

// NoteUpdate notes that an update of a project was written, so that none is due.
func NoteUpdate(ctx context.Context, tx *db.Tx, projectID string) error {
	_, err := projects.Modify(ctx, tx, projectID, "updated", clearUpdateDueDate)
	return err
}

// NoteUpdateDeleted notes that the update that was due on a day was deleted: it is due again,
// unless a later one is or the project is closed.
func NoteUpdateDeleted(ctx context.Context, tx *db.Tx, projectID, dueDate string) error {
	p, err := projects.Table().Lock(ctx, tx, projectID)
	if err != nil || isClosed(p) || p.UpdateRecurrence == nil || p.UpdateDueDate != "" {
		return err
	}
	_, err = projects.Modify(ctx, tx, projectID, "updated", func(_ context.Context, _ *db.Tx, _, p *pb.Project) error {
		p.UpdateDueDate = dueDate
		return nil
	})
	return err
}
