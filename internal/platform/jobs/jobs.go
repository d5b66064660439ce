// Package jobs owns work that is done behind the requests: River's queue of jobs, one for
// each event and subscription; chores, which are rows that events make due; and the server's
// own housekeeping. It promises that a subscription meets each event at least once, in a
// call that is entered into the event's organization; that a chore which is due is done, by
// one server at a time; and that the organization that waits longest has the next turn. What
// subscriptions and chores do is left to their packages.
package jobs

import (
	"context"
	"log/slog"
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

// Upkeep is work of the server's own for all organizations, done daily. It may be run
// again.
type Upkeep func(ctx context.Context) error

// CallFunc makes the call in which an event's handlers work.
type CallFunc func(ctx context.Context, o history.Occurrence) (*call.Call, error)

// Jobs does the work behind the requests.
type Jobs struct {
	client        *river.Client[pgx.Tx]
	subscriptions []history.Subscription
	chores        []Chore
	enter         CallFunc
	log           *slog.Logger

	stopChores, cancelChores context.CancelFunc
	choresStopped            chan struct{}
}

// How many jobs, and how many chores, are done at a time, and how long one may take.
const (
	workers    = 4
	jobTimeout = time.Minute
)

// New makes the queue over the server's own connections.
func New(
	d *db.DB, subscriptions []history.Subscription, chores []Chore, enter CallFunc, upkeep []Upkeep, log *slog.Logger,
) (*Jobs, error) {
	registry := river.NewWorkers()
	river.AddWorker(registry, &eventWorker{subscriptions: subscriptions, enter: enter})
	river.AddWorker(registry, &housekeeper{db: d, upkeep: upkeep})
	client, err := river.NewClient(riverpgxv5.New(d.Pool()), &river.Config{
		Schema:       Schema,
		Queues:       map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:      registry,
		PeriodicJobs: housekeeping(),
		JobTimeout:   jobTimeout,
		Logger:       slog.New(quiet{log.Handler()}),
	})
	return &Jobs{client: client, subscriptions: subscriptions, chores: chores, enter: enter, log: log}, err
}

// quiet leaves out what the queue says of itself below a warning.
type quiet struct{ slog.Handler }

// Enabled implements slog.Handler.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup implements slog.Handler.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }

// Start begins to work. relay is connected as db.RelayRole, and lends one connection.
func (j *Jobs) Start(ctx context.Context, relay *db.DB) error {
	if err := j.client.Start(ctx); err != nil {
		return err
	}
	stop, stopChores := context.WithCancel(ctx)
	work, cancelChores := context.WithCancel(context.WithoutCancel(ctx))
	j.stopChores, j.cancelChores, j.choresStopped = stopChores, cancelChores, make(chan struct{})
	go func() {
		defer close(j.choresStopped)
		newDispatcher(relay, j.chores, j.enter, j.log).run(stop, work)
	}()
	return nil
}

// Stop finishes the jobs and chores under way and stops. It interrupts the chores when ctx
// ends.
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
