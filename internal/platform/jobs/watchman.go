package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

type watchArgs struct{}

// Kind implements river.JobArgs.
func (watchArgs) Kind() string { return "watch" }

// watch looks six times a minute, and when a server begins to lead, for work that stands
// still: a server that was killed takes its jobs with it for an hour.
func watch() *river.PeriodicJob {
	return river.NewPeriodicJob(
		river.PeriodicInterval(10*time.Second),
		func() (river.JobArgs, *river.InsertOpts) { return watchArgs{}, nil },
		&river.PeriodicJobOpts{RunOnStart: true},
	)
}

type watchman struct {
	river.WorkerDefaults[watchArgs]
	chores []Chore
}

// Work implements river.Worker.
func (w *watchman) Work(ctx context.Context, _ *river.Job[watchArgs]) error {
	var params []river.InsertManyParams
	var failures error
	for _, c := range w.chores {
		if c.Due == nil {
			continue
		}
		organizations, err := c.Due(ctx)
		failures = errors.Join(failures, err)
		for _, o := range organizations {
			params = append(params, river.InsertManyParams{Args: choreArgs{c.Name, o}})
		}
	}
	if len(params) == 0 {
		return failures
	}
	_, err := river.ClientFromContext[pgx.Tx](ctx).InsertManyFast(ctx, params)
	return errors.Join(failures, err)
}
