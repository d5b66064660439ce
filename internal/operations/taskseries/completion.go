package taskseries

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
)

// turnSeries is the number of series that a run of the chore continues.
const turnSeries = 200

// continueCompleted creates the next tasks of the series that repeat from completion and have no
// open task.
func (s *Service) continueCompleted(ctx context.Context) error {
	keys, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]uuid.UUID, error) {
		return db.CollectColumn[uuid.UUID](ctx, tx, `
select s.id
from operations.task_series s
where s.org_id = $1
and s.state = 'ACTIVE'
and s.repeat_from = 'COMPLETION'
and not exists (
  select
  from operations.tasks t
  where t.org_id = $1
  and t.task_series_id = s.id
  and t.state not in ('COMPLETED', 'CANCELED')
)
order by s.id
limit $2`, tx.Call().Organization.ID, turnSeries)
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		if _, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			return &emptypb.Empty{}, changeSeries(ctx, tx, id.Format(taskSeries.Prefix(), key), continueSeries)
		}); err != nil {
			return err
		}
	}
	if len(keys) == turnSeries {
		return jobs.ErrAgain
	}
	return nil
}

// continueSeries creates the next task of a series whose last task is completed, canceled or
// deleted. It counts from the day of completion, and from today for the others.
func continueSeries(ctx context.Context, tx *db.Tx, s *pb.TaskSeries) error {
	last, err := work.LastOfSeries(ctx, tx, s.Id)
	if err != nil {
		return err
	}
	done := tx.Call().Today()
	if last != nil && last.CompleteTime != nil && last.OccurrenceDate == s.LastDate { // else the last was deleted
		done = calendar.DateOf(last.CompleteTime.AsTime(), tx.Call().Organization.Zone)
	}
	return createFromCompletion(ctx, tx, s, done)
}

// createFromCompletion creates the next task of a series that repeats from completion, unless it
// has an open one. done is the day on which the last task was completed; the zero date if there is
// none. A series without further days ends.
func createFromCompletion(ctx context.Context, tx *db.Tx, s *pb.TaskSeries, done calendar.Date) error {
	open, err := work.HasOpenOfSeries(ctx, tx, s.Id)
	if err != nil || open {
		return err
	}
	var next calendar.Date
	more := false
	if done.IsZero() {
		days, err := daysOf(ctx, tx, s)
		if err != nil {
			return err
		}
		next, more = days.OnOrAfter(nextFrom(s))
	} else if next, more, err = afterCompletion(ctx, tx, s, done); err != nil {
		return err
	}
	if !more {
		s.State = pb.TaskSeries_ENDED
		return nil
	}
	t := taskOf(s, next)
	if last, err := calendar.ParseDate(s.LastDate); err == nil && !next.After(last) {
		// The last task was completed early. Its day stays its own, so that the last one can be told.
		t.OccurrenceDate = last.AddDays(1).String()
	}
	return createTasks(ctx, tx, s, []*pb.Task{t})
}
