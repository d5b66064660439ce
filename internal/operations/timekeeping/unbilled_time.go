package timekeeping

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// UnbilledTime is a time entry that is billable and on no invoice.
type UnbilledTime struct {
	ID, PersonID    uuid.UUID
	TaskID          uuid.NullUUID
	WorkDate        string
	DurationSeconds int32
	Note            string
}

// UnbilledOfProject returns the billable time of a project that is on no invoice, whatever the
// caller's reach, sorted by day.
func UnbilledOfProject(ctx context.Context, tx *db.Tx, projectID string) ([]UnbilledTime, error) {
	project, err := id.Parse("prj", projectID)
	if err != nil {
		return nil, err
	}
	return db.Collect[UnbilledTime](ctx, tx, `
select e.id, e.person_id, e.task_id, e.work_date::text as work_date, e.duration_seconds, e.note
from operations.time_entries e
where e.org_id = $1
and e.project_id = $2
and e.billing_state = 'UNBILLED'
order by e.work_date, e.id`, tx.Call().Organization.ID, project)
}

// TimersOfProject returns the timers that run on a project, whatever the caller's reach.
func TimersOfProject(ctx context.Context, tx *db.Tx, projectID string) ([]*pb.Timer, error) {
	project, err := id.Parse("prj", projectID)
	if err != nil {
		return nil, err
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select t.id
from operations.timers t
where t.org_id = $1
and t.project_id = $2
order by t.id`, tx.Call().Organization.ID, project)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(timers.Prefix(), key)
	}
	return timers.Table().GetMany(ctx, tx, ids)
}

// ProjectsOf returns the projects of time entries that exist.
func ProjectsOf(ctx context.Context, tx *db.Tx, entries []uuid.UUID) ([]uuid.UUID, error) {
	return db.CollectColumn[uuid.UUID](ctx, tx, `
select distinct e.project_id
from operations.time_entries e
where e.org_id = $1
and e.id = any($2)
and e.project_id is not null`, tx.Call().Organization.ID, entries)
}
