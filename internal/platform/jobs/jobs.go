// Package jobs runs work in the background: a River job for each event and subscription; chores,
// which are rows that events mark due; and daily housekeeping. A subscription receives each event
// at least once, in a call of the event's organization. A due chore is run by one server at a
// time, and the organization that has waited longest gets the next turn. What subscriptions and
// chores do is left to their packages.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
)

// Schema is the schema of the queue's tables.
const Schema = "river"

// DailyTask runs once a day, for all organizations together. It must tolerate being run again.
type DailyTask func(ctx context.Context) error

// CallFunc returns the call in which an event is handled.
type CallFunc func(ctx context.Context, o history.Occurrence) (*call.Call, error)

// Jobs runs the background work of a server.
type Jobs struct {
	client        *river.Client[pgx.Tx]
	subscriptions []history.Subscription
	chores        []Chore
	newCall       CallFunc
	log           *slog.Logger

	stopChores, cancelChores context.CancelFunc
	choresStopped            chan struct{}
}

const (
	// workers is the number of jobs, and also of chores, that a server runs at a time.
	workers = 4
	// jobTimeout is how long a job may run, and a chore without a Timeout.
	jobTimeout = time.Minute
)

// New returns the background work of a server, whose queue uses the connections of d.
func New(
	d *db.DB, subscriptions []history.Subscription, chores []Chore, newCall CallFunc, dailyTasks []DailyTask,
	log *slog.Logger,
) (*Jobs, error) {
	registry := river.NewWorkers()
	river.AddWorker(registry, &eventWorker{subscriptions: subscriptions, newCall: newCall})
	river.AddWorker(registry, &housekeeper{db: d, dailyTasks: dailyTasks})
	client, err := river.NewClient(riverpgxv5.New(d.Pool()), &river.Config{
		Schema:       Schema,
		Queues:       map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:      registry,
		PeriodicJobs: housekeeping(),
		JobTimeout:   jobTimeout,
		Logger:       slog.New(quiet{log.Handler()}),
	})
	return &Jobs{client: client, subscriptions: subscriptions, chores: chores, newCall: newCall, log: log}, err
}

// quiet drops the queue's log records below the level of a warning.
type quiet struct{ slog.Handler }

// Enabled implements slog.Handler.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup implements slog.Handler.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }

// Start starts jobs and chores. relay must be connected as db.RelayRole; two of its connections
// are used.
func (j *Jobs) Start(ctx context.Context, relay *db.DB) error {
	if err := j.client.Start(ctx); err != nil {
		return err
	}
	stop, stopChores := context.WithCancel(ctx)
	work, cancelChores := context.WithCancel(context.WithoutCancel(ctx))
	j.stopChores, j.cancelChores, j.choresStopped = stopChores, cancelChores, make(chan struct{})
	go func() {
		defer close(j.choresStopped)
		var dispatchers sync.WaitGroup
		for _, external := range []bool{false, true} {
			chores := j.choresThat(external)
			dispatchers.Go(func() { newDispatcher(relay, chores, j.newCall, j.log).run(stop, work) })
		}
		dispatchers.Wait()
	}()
	return nil
}

// choresThat returns the chores that are external, or all others.
func (j *Jobs) choresThat(external bool) (chores []Chore) {
	for _, c := range j.chores {
		if c.External == external {
			chores = append(chores, c)
		}
	}
	return chores
}

// Stop starts no more jobs and chores and waits for the running ones. When ctx ends, it
// interrupts the chores.
func (j *Jobs) Stop(ctx context.Context) error {
	j.stopChores()
	defer j.cancelChores()
	err := j.client.Stop(ctx)
	select {
	case <-j.choresStopped:
	case <-ctx.Done():
		j.cancelChores()
		<-j.choresStopped
	}
	return err
}
