package timekeeping

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// ProjectsHooks keep a project billed by the hour while it has time to bill.
func ProjectsHooks() projects.Hooks { return projects.Hooks{CheckBillingEnd: refuseUnbilled} }

// refuseUnbilled refuses that a project is no longer billed by the hour while it has billable time
// that is on no invoice, since no one could bill it then.
func refuseUnbilled(ctx context.Context, tx *db.Tx, p *pb.Project) error {
	key, err := id.Parse("prj", p.Id)
	if err != nil {
		return err
	}
	var seconds int64
	if err := tx.QueryRow(ctx, `
select coalesce(sum(e.duration_seconds), 0)
from operations.time_entries e
where e.org_id = $1
and e.project_id = $2
and e.billing_state = 'UNBILLED'`, tx.Call().Organization.ID, key).Scan(&seconds); err != nil || seconds == 0 {
		return err
	}
	return fault.Refuse(optionsv1.Reason_PROJECT_HAS_UNBILLED_TIME, "The project has %s to bill, so its billing must "+
		"stay TIME_AND_MATERIALS. Bill that time or mark it as not billable first.", FormatHours(seconds)).
		WithSubject(p.Id)
}
