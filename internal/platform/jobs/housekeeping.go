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

// How long idempotent answers are kept, and how many months of history have their
// partitions made ahead.
const (
	keepAnswers     = 30 * 24 * time.Hour
	partitionsAhead = 3
)

type housekeepingArgs struct{}

// Kind implements river.JobArgs.
func (housekeepingArgs) Kind() string { return "housekeeping" }

// housekeeping is due daily and whenever a server begins to lead, so that losing a
// leader, which forgets its schedule, delays it by no more than a start.
func housekeeping() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(
		river.PeriodicInterval(24*time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return housekeepingArgs{}, nil },
		&river.PeriodicJobOpts{RunOnStart: true},
	)}
}

type housekeeper struct {
	river.WorkerDefaults[housekeepingArgs]
	db     *db.DB
	upkeep []Upkeep
}

// Work implements river.Worker.
func (h *housekeeper) Work(ctx context.Context, _ *river.Job[housekeepingArgs]) error {
	err := errors.Join(MakePartitions(ctx, h.db), forgetAnswers(ctx, h.db))
	for _, u := range h.upkeep {
		err = errors.Join(err, u(ctx))
	}
	return err
}

// MakePartitions makes the history's partitions of this month and those to come. A
// server does so before it serves.
func MakePartitions(ctx context.Context, d *db.DB) error {
	return d.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select platform.make_event_partitions($1)", partitionsAhead)
		return err
	})
}

func forgetAnswers(ctx context.Context, d *db.DB) error {
	return d.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select platform.forget_answers($1)", calendar.System().Now().Add(-keepAnswers))
		return err
	})
}
