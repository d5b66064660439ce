package projects

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// Owned is the table of projects, for kinds that belong to the owner of a project.
func Owned() table.Owned { return projects.Table() }

// Create stores a project that another capability makes, with its dimension value. The owner must
// be within the caller's reach.
func Create(ctx context.Context, tx *db.Tx, p *pb.Project) error {
	if err := createProject(ctx, tx, &pb.Project{}, p); err != nil {
		return err
	}
	return projects.WithinReach(ctx, tx, &pb.Project{}, p)
}

// LockByCaller locks a project that the caller may change, and compares the caller's etag.
func LockByCaller(ctx context.Context, tx *db.Tx, projectID string) (*pb.Project, error) {
	p, err := projects.LockByCaller(ctx, tx, projectID)
	if err != nil {
		return nil, err
	}
	return p, projects.CheckEtag(ctx, tx, p, p)
}

// RefuseClosed refuses a project that is completed, canceled or archived.
func RefuseClosed(tx *db.Tx, p *pb.Project) error { return refuseReschedule(tx, p) }

// Shift returns the day to which a date moves. An empty date stays empty.
type Shift func(date string) string

// Reschedule moves the start date of a project that the transaction has locked, and its due date
// with it.
func Reschedule(ctx context.Context, tx *db.Tx, p *pb.Project, startDate string, shift Shift) (*pb.Project, error) {
	if err := projects.CheckGuards(ctx, tx, "reschedule", p); err != nil {
		return nil, err
	}
	return projects.Modify(ctx, tx, p.Id, "updated", func(_ context.Context, _ *db.Tx, _, p *pb.Project) error {
		p.StartDate, p.DueDate = startDate, shift(p.DueDate)
		return nil
	}, checkDates)
}

// MoveMilestones moves the due dates of the open milestones of a project. It returns those that
// moved, as they were and as they are.
func MoveMilestones(
	ctx context.Context, tx *db.Tx, projectID string, shift Shift,
) (before, after []*pb.Milestone, err error) {
	list, err := MilestonesOf(ctx, tx, projectID)
	if err != nil {
		return nil, nil, err
	}
	var ids []string
	for _, m := range list {
		ids = append(ids, m.Id)
	}
	locked, err := milestones.Table().LockMany(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range locked {
		due := shift(m.DueDate)
		if m.State != pb.Milestone_OPEN || due == m.DueDate {
			continue
		}
		moved := proto.CloneOf(m)
		moved.DueDate = due
		before, after = append(before, m), append(after, moved)
	}
	return before, after, milestones.StoreChanges(ctx, tx, "updated", before, after)
}

// CloseOut completes and archives a project that the transaction has locked. A canceled project
// stays canceled.
func CloseOut(ctx context.Context, tx *db.Tx, p *pb.Project) (*pb.Project, error) {
	if err := projects.CheckGuards(ctx, tx, "closeOut", p); err != nil {
		return nil, err
	}
	if !isClosed(p) {
		if _, err := projects.StepIn(ctx, tx, p.Id, "complete", setCompleteTime); err != nil {
			return nil, err
		}
	}
	archive := func(_ context.Context, tx *db.Tx, _, p *pb.Project) error {
		p.ArchiveTime = timestamppb.New(tx.Call().Now())
		return nil
	}
	return projects.Modify(ctx, tx, p.Id, "archived", archive, clearUpdateDueDate,
		ledger.UpdateSubjectValue[*pb.Project])
}

// CheckCloseOut refuses to close an archived project.
func CheckCloseOut(ctx context.Context, tx *db.Tx, p *pb.Project) error {
	return projects.CheckGuards(ctx, tx, "closeOut", p)
}
