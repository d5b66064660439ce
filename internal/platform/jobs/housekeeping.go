package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

const (
	// responseRetention is how long responses are kept under their idempotency keys.
	responseRetention = 30 * 24 * time.Hour
	// partitionsAhead is the number of coming months whose partitions of the history exist.
	partitionsAhead = 3
)

type housekeepingArgs struct{}

// Kind implements river.JobArgs.
func (housekeepingArgs) Kind() string { return "housekeeping" }

// housekeeping returns the periodic job, due daily and whenever a server becomes the leader. A
// leader keeps the schedule in memory only, so a new one must not wait a day.
func housekeeping() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(
		river.PeriodicInterval(24*time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return housekeepingArgs{}, nil },
		&river.PeriodicJobOpts{RunOnStart: true},
	)}
}

// housekeeper maintains partitions and stored responses, and runs the modules' daily tasks.
type housekeeper struct {
	river.WorkerDefaults[housekeepingArgs]
	db         *db.DB
	dailyTasks []DailyTask
}

// Work implements river.Worker.
func (h *housekeeper) Work(ctx context.Context, _ *river.Job[housekeepingArgs]) error {
	err := errors.Join(MakePartitions(ctx, h.db), deleteOldResponses(ctx, h.db))
	for _, run := range h.dailyTasks {
		err = errors.Join(err, run(ctx))
	}
	return err
}

// MakePartitions creates the history's partitions for this month and the coming months. A
// server calls it before it serves requests.
func MakePartitions(ctx context.Context, d *db.DB) error {
	return d.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select platform.make_event_partitions($1)", partitionsAhead)
		return err
	})
}

// deleteOldResponses deletes the stored responses that are older than responseRetention.
func deleteOldResponses(ctx context.Context, d *db.DB) error {
	return d.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select platform.forget_answers($1)", calendar.System().Now().Add(-responseRetention))
		return err
	})
}
