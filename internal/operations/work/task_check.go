package work

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

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

// checkDates refuses a task that is due before it starts.
func checkDates(_ context.Context, _ *db.Tx, _, t *pb.Task) error {
	if t.StartDate != "" && t.DueDate != "" && t.DueDate < t.StartDate {
		return fault.Invalid(fault.At("dueDate", "must not be before startDate, %s", t.StartDate))
	}
	return nil
}

// checkSection refuses a section of another project. A task that changes its project leaves its
// section.
func checkSection(ctx context.Context, tx *db.Tx, was, t *pb.Task) error {
	if t.SectionId == was.SectionId && t.ProjectId != was.ProjectId {
		t.SectionId = ""
	}
	if t.SectionId == "" || t.SectionId == was.SectionId {
		return nil
	}
	found, err := projects.Sections().GetExisting(ctx, tx, []string{t.SectionId})
	if err != nil {
		return err
	}
	if section := found[t.SectionId]; section == nil || section.ProjectId != t.ProjectId {
		return fault.Invalid(fault.At("sectionId", "must be a section of the task's project"))
	}
	return nil
}

// checkMilestone refuses a milestone of another project. A task that changes its project leaves its
// milestone.
func checkMilestone(ctx context.Context, tx *db.Tx, was, t *pb.Task) error {
	if t.MilestoneId == was.MilestoneId && t.ProjectId != was.ProjectId {
		t.MilestoneId = ""
	}
	if t.MilestoneId == "" || t.MilestoneId == was.MilestoneId {
		return nil
	}
	found, err := projects.Milestones().GetExisting(ctx, tx, []string{t.MilestoneId})
	if err != nil {
		return err
	}
	if milestone := found[t.MilestoneId]; milestone == nil || milestone.ProjectId != t.ProjectId {
		return fault.Invalid(fault.At("milestoneId", "must be a milestone of the task's project"))
	}
	return nil
}

// leaveSection removes tasks from sections that are about to be deleted. They stay in the project.
func leaveSection(ctx context.Context, tx *db.Tx, kind string, keys []uuid.UUID) error {
	if kind != projects.Sections().Prefix() {
		return nil
	}
	_, err := tx.Exec(ctx, `
update operations.tasks
set section_id = null
where org_id = $1
and section_id = any($2)`, tx.Call().Organization.ID, keys)
	return err
}
