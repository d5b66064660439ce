package work

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// HasOpenOfSeries reports whether a series has an open task.
func HasOpenOfSeries(ctx context.Context, tx *db.Tx, seriesID string) (open bool, err error) {
	series, err := id.Parse("tsr", seriesID)
	if err != nil {
		return false, err
	}
	err = tx.QueryRow(ctx, `
select exists (
  select
  from operations.tasks t
  where t.org_id = $1
  and t.task_series_id = $2
  and t.state not in ('COMPLETED', 'CANCELED')
)`, tx.Call().Organization.ID, series).Scan(&open)
	return open, err
}

// LastOfSeries returns the task of a series for the latest day, nil if there is none.
func LastOfSeries(ctx context.Context, tx *db.Tx, seriesID string) (*pb.Task, error) {
	ids, err := idsOfSeries(ctx, tx, seriesID, `
select t.id
from operations.tasks t
where t.org_id = $1
and t.task_series_id = $2
order by t.occurrence_date desc, t.id desc
limit 1`)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return tasks.Table().Get(ctx, tx, ids[0])
}

// ChangeOfSeries changes the open tasks of a series for days from a date on, as a consequence of a
// change of the series: whatever the caller's reach. An empty date changes all open tasks. The
// changed tasks are checked as in an update: it refuses another project for a task with parts, and
// owners and collaborators that are archived. It returns the tasks as they are then.
func ChangeOfSeries(
	ctx context.Context, tx *db.Tx, seriesID, fromDate string, change func(t *pb.Task),
) ([]*pb.Task, error) {
	ids, err := idsOfSeries(ctx, tx, seriesID, `
select t.id
from operations.tasks t
where t.org_id = $1
and t.task_series_id = $2
and t.state not in ('COMPLETED', 'CANCELED')
and ($3::text = '' or t.occurrence_date >= nullif($3, '')::date)
order by t.id`, fromDate)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	locked, err := tasks.Table().LockMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var before, after []*pb.Task
	for _, t := range locked {
		changed := proto.CloneOf(t)
		if change(changed); !isOpen(t) || proto.Equal(t, changed) {
			continue
		}
		if err := checkOfSeries(ctx, tx, t, changed); err != nil {
			return nil, err
		}
		before, after = append(before, t), append(after, changed)
	}
	if len(after) == 0 {
		return nil, nil
	}
	return after, tasks.StoreChanges(ctx, tx, "updated", before, after)
}

// checkOfSeries checks a task that changes with its series. The subject of a refusal is the task.
func checkOfSeries(ctx context.Context, tx *db.Tx, was, t *pb.Task) error {
	for _, rule := range []resource.Rule[*pb.Task]{tasks.Check, checkSection, checkMilestone, checkParent} {
		err := rule(ctx, tx, was, t)
		if refusal := (*fault.Error)(nil); errors.As(err, &refusal) {
			return refusal.WithSubject(was.Id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// idsOfSeries returns the identifiers of tasks of a series that a query selects.
func idsOfSeries(ctx context.Context, tx *db.Tx, seriesID, query string, args ...any) ([]string, error) {
	series, err := id.Parse("tsr", seriesID)
	if err != nil {
		return nil, err
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, query, append([]any{tx.Call().Organization.ID, series},
		args...)...)
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(tasks.Prefix(), key)
	}
	return ids, err
}
