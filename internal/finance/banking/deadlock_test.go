package banking_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/secret"
)

// stressTime is how long all pairs of verbs run together.
const stressTime = 8 * time.Second

// deadlockDetected is the SQLSTATE of a transaction that was ended to break a deadlock.
const deadlockDetected = "40P01"

// deadlocks counts the deadlocks of a pool of connections by the verbs that were running.
// A transaction is retried after a deadlock, so callers do not see it.
type deadlocks struct {
	mu      sync.Mutex
	running string
	count   int
	pairs   map[string]int
}

// watch is a db.Option that counts deadlocks.
func (d *deadlocks) watch(config *pgxpool.Config) {
	usual := config.ConnConfig.OnPgError
	config.ConnConfig.OnPgError = func(conn *pgconn.PgConn, e *pgconn.PgError) bool {
		if e.Code == deadlockDetected {
			d.mu.Lock()
			d.count++
			d.pairs[d.running]++
			d.mu.Unlock()
		}
		return usual(conn, e)
	}
}

func (d *deadlocks) run(pair string) {
	d.mu.Lock()
	d.running = pair
	d.mu.Unlock()
}

// TestActionsDoNotDeadlock runs every pair of verbs against each other on few records: those of
// banking, and those of the ledger that lock the same rows. None of them may deadlock.
func TestActionsDoNotDeadlock(t *testing.T) {
	t.Parallel()
	seen := &deadlocks{pairs: map[string]int{}}
	w := newWorld(t, openBankFor(t, signUpWatched(t, seen)))
	verbs := w.verbs()
	each := stressTime / time.Duration(len(verbs)*(len(verbs)+1)/2)
	for i, one := range verbs {
		for _, other := range verbs[i:] {
			seen.run(one.name + " with " + other.name)
			w.runTogether(t, each, one, other)
		}
	}
	for pair, n := range seen.pairs {
		t.Errorf("%s: %d deadlocks", pair, n)
	}
	t.Logf("%d calls, %d accepted, %d deadlocks, the slowest call %v",
		w.calls.Load(), w.accepted.Load(), seen.count, time.Duration(w.slowest.Load()))
	for _, v := range verbs {
		if w.done(v.name) == 0 {
			t.Errorf("%s was never accepted: %s", v.name, w.refusals(v.name))
		}
	}
}

// signUpWatched signs up to an app that has its own connections.
func signUpWatched(t *testing.T, seen *deadlocks) *apptest.Organization {
	t.Helper()
	keys, err := secret.New(make([]byte, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	const connections = 8
	quiet := slog.New(slog.DiscardHandler)
	d, err := db.Open(t.Context(), apptest.URL(t), db.AppRole, connections, keys, quiet, seen.watch)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	a, err := module.New(t.Context(), d, module.Options{
		Modules: app.Modules(),
		Clock:   calendar.System(), Log: quiet, Files: files.Folder(apptest.FilesFolder(t)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return apptest.SignUpTo(t, a)
}

// outcomes counts the accepted and refused calls of a verb.
type outcomes struct {
	accepted int
	refused  map[string]int
}

// tally counts the calls of all verbs.
type tally struct {
	calls, accepted, slowest atomic.Int64
	mu                       sync.Mutex
	byVerb                   map[string]*outcomes
}

func (c *tally) note(verb string, took time.Duration, err error) {
	c.calls.Add(1)
	for slowest := c.slowest.Load(); int64(took) > slowest && !c.slowest.CompareAndSwap(slowest, int64(took)); {
		slowest = c.slowest.Load()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.byVerb[verb]
	if o == nil {
		o = &outcomes{refused: map[string]int{}}
		c.byVerb[verb] = o
	}
	if err == nil {
		o.accepted++
		c.accepted.Add(1)
	} else {
		o.refused[err.Error()]++
	}
}

func (c *tally) done(verb string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o := c.byVerb[verb]; o != nil {
		return o.accepted
	}
	return 0
}

func (c *tally) refusals(verb string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o := c.byVerb[verb]; o != nil {
		return fmt.Sprint(o.refused)
	}
	return "it was not called"
}

// refusalCodes are the codes that a verb may return after another verb changed its record.
var refusalCodes = []codes.Code{
	codes.FailedPrecondition, codes.InvalidArgument, codes.Aborted, codes.AlreadyExists, codes.NotFound,
}

// runTogether runs verbs concurrently for the given time.
func (w *world) runTogether(t *testing.T, during time.Duration, verbs ...stressVerb) {
	ctx, cancel := context.WithTimeout(t.Context(), during)
	defer cancel()
	var group sync.WaitGroup
	for side, v := range verbs {
		group.Go(func() {
			for n := 0; n == 0 || ctx.Err() == nil; n++ {
				began := time.Now()
				err := v.do(t.Context(), side)
				w.note(v.name, time.Since(began), err)
				if err != nil && !slices.Contains(refusalCodes, status.Code(err)) {
					t.Errorf("%s: got %v, want a refusal", v.name, err)
					return
				}
			}
		})
	}
	group.Wait()
}
