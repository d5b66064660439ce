package planning

import (
	"context"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// figuresSQL counts the tasks and the milestones of a project.
const figuresSQL = `
select
  count(*) filter (where t.state not in ('COMPLETED', 'CANCELED')),
  count(*) filter (where t.state not in ('COMPLETED', 'CANCELED') and t.due_date < $3),
  count(*) filter (where t.state = 'COMPLETED'),
  coalesce(sum(t.estimate_seconds) filter (where t.state <> 'CANCELED'), 0)::bigint,
  coalesce(sum(t.estimate_seconds) filter (where t.state = 'COMPLETED'), 0)::bigint,
  (
    select count(*)
    from operations.milestones m
    where m.org_id = $1
    and m.project_id = $2
    and m.state = 'OPEN'
  ),
  (
    select count(*)
    from operations.milestones m
    where m.org_id = $1
    and m.project_id = $2
    and m.state = 'OPEN'
    and m.due_date < $3
  ),
  (
    select count(*)
    from operations.milestones m
    where m.org_id = $1
    and m.project_id = $2
    and m.state = 'COMPLETED'
  )
from operations.tasks t
where t.org_id = $1
and t.project_id = $2`

// freezeFigures is the rule that sets the figures of a new update to those of now.
func (s *Service) freezeFigures(ctx context.Context, tx *db.Tx, _, u *pb.ProjectUpdate) error {
	p, err := projects.FindProject(ctx, tx, u.ProjectId)
	if err != nil {
		return err
	}
	project, err := id.Parse("prj", p.Id)
	if err != nil {
		return err
	}
	today := tx.Call().Today().String()
	f := &pb.ProjectUpdate_Figures{Date: today, BudgetSeconds: p.BudgetSeconds, BudgetAmount: p.BudgetAmount}
	err = tx.QueryRow(ctx, figuresSQL, tx.Call().Organization.ID, project, today).Scan(
		&f.OpenTaskCount, &f.OverdueTaskCount, &f.CompletedTaskCount, &f.EstimateSeconds, &f.CompletedEstimateSeconds,
		&f.OpenMilestoneCount, &f.OverdueMilestoneCount, &f.CompletedMilestoneCount)
	if err != nil {
		return err
	}
	for _, h := range s.hooks {
		if h.SumTime == nil {
			continue
		}
		seconds, amount, err := h.SumTime(ctx, tx, p)
		if err != nil {
			return err
		}
		f.TrackedSeconds, f.TrackedAmount = proto.Int64(seconds), amount
	}
	u.Figures = f
	return nil
}
