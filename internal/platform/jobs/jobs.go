// Package jobs owns work that is done behind the requests: River's workers and
// queue, what is done about events, and the server's own housekeeping. It promises
// that a subscriber meets each event at least once, in a call that is entered into
// the event's organization. What subscribers do is left to their packages.
package jobs

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
)

// Schema is the schema of the queue's tables.
const Schema = "river"

// Handler does something about an event. It may be run again for the same event.
type Handler func(ctx context.Context, o history.Occurrence) error

// Subscriptions are the handlers by the type of event they wait for, each under a
// name that does not change.
type Subscriptions map[string]map[string]Handler

// Add takes in the handlers of others.
func (s Subscriptions) Add(others Subscriptions) {
	for event, handlers := range others {
		if s[event] == nil {
			s[event] = map[string]Handler{}
		}
		maps.Copy(s[event], handlers)
	}
}

// Chore is work for an organization as a whole that is due after events of some types,
// done once for many of them. It does all that there is to do, and may be run again, also
// at the same time.
type Chore struct {
	// Name does not change.
	Name string
	// After are the types of events that make it due.
	After []string
	// Work may answer ErrAgain, to go on when others had their turn.
	Work func(ctx context.Context) error
	// Due answers the organizations for which it is due whatever the events say, since
	// work that was begun stands still; nil: none. It is asked six times a minute.
	Due func(ctx context.Context) ([]uuid.UUID, error)
}

// ErrAgain is answered by a chore that has more to do.
var ErrAgain = errors.New("jobs: there is more to do")

// Upkeep is work of the server's own for all organizations, done daily. It may be run
// again.
type Upkeep func(ctx context.Context) error

// Enter makes the call in which an event's handlers work.
type Enter func(ctx context.Context, o history.Occurrence) (*call.Call, error)

// Jobs runs the queue.
type Jobs struct {
	client *river.Client[pgx.Tx]
	subs   Subscriptions
	chores []Chore
	enter  Enter
}

// How much work is done at a time, and how long one job may take.
const (
	workers    = 4
	jobTimeout = time.Minute
)

// New makes the queue over the server's own connections.
func New(d *db.DB, subs Subscriptions, chores []Chore, enter Enter, upkeep []Upkeep, log *slog.Logger) (*Jobs, error) {
	registry := river.NewWorkers()
	river.AddWorker(registry, &eventWorker{subs: subs, enter: enter})
	river.AddWorker(registry, &choreWorker{chores: chores, enter: enter})
	river.AddWorker(registry, &watchman{chores: chores})
	river.AddWorker(registry, &housekeeper{db: d, upkeep: upkeep})
	client, err := river.NewClient(riverpgxv5.New(d.Pool()), &river.Config{
		Schema:       Schema,
		Queues:       map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:      registry,
		PeriodicJobs: append(housekeeping(), watch()),
		JobTimeout:   jobTimeout,
		Logger:       slog.New(quiet{log.Handler()}),
	})
	return &Jobs{client: client, subs: subs, chores: chores, enter: enter}, err
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

// Start begins to work.
func (j *Jobs) Start(ctx context.Context) error { return j.client.Start(ctx) }

// Stop finishes the jobs under way and stops.
func (j *Jobs) Stop(ctx context.Context) error { return j.client.Stop(ctx) }
