package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

const (
	// pollInterval is how long a server waits before it looks for due chores again.
	pollInterval = 200 * time.Millisecond
	// timeInterval is how often a server looks for chores that are due because of the time.
	timeInterval = time.Second
	// maxPause is the longest pause after a failure of the database.
	maxPause = 10 * time.Second
)

// dispatcher runs due chores, a few at a time. The organization that has waited longest is served
// first. To serve many organizations, it claims as many chores at once as it can start, and stores
// the results of all that finished in the meantime at once. It uses one connection, which holds the
// locks of the chores it is running. When the server or the connection is lost, other servers take
// the chores over.
type dispatcher struct {
	db      *db.DB // connected as db.RelayRole
	chores  map[string]Chore
	names   []string
	newCall CallFunc
	log     *slog.Logger

	conn *pgxpool.Conn
	// running holds the chores that were claimed and whose results are not stored yet. working is the
	// number of those that have not finished.
	running  map[dueChore]bool
	working  int
	finished chan choreRun
	// unsaved holds the finished runs whose results are not stored yet.
	unsaved []choreRun
	// pause is how long to wait next; it doubles with each failure of the database.
	pause time.Duration
	// nextTimeCheck is when to look next for chores that are due because of the time.
	nextTimeCheck time.Time
}

// choreRun is a finished run of a chore. count is the number of times that the chore had become due
// when the run began.
type choreRun struct {
	chore  dueChore
	count  int64
	result error
}

func newDispatcher(relay *db.DB, chores []Chore, newCall CallFunc, log *slog.Logger) *dispatcher {
	d := &dispatcher{
		db: relay, chores: map[string]Chore{}, newCall: newCall, log: log,
		running: map[dueChore]bool{}, finished: make(chan choreRun, workers), pause: pollInterval,
	}
	for _, c := range chores {
		d.chores[c.Name] = c
		d.names = append(d.names, c.Name)
	}
	return d
}

// run starts chores until stop ends, and then waits for the running ones. Chores run in the
// context work.
func (d *dispatcher) run(stop, work context.Context) {
	defer d.disconnect()
	for stop.Err() == nil || d.working > 0 {
		if err := d.saveResults(); err != nil {
			d.handleFailure(err)
		}
		if err := d.markDueByTime(stop); err != nil {
			d.handleFailure(err)
		}
		if err := d.startNext(stop, work); err != nil {
			d.handleFailure(err)
		}
		d.wait(stop)
	}
	_ = d.saveResults()
}

// markDueByTime makes the chores due whose DueOrganizations returns organizations.
func (d *dispatcher) markDueByTime(ctx context.Context) error {
	now := calendar.System().Now()
	if ctx.Err() != nil || now.Before(d.nextTimeCheck) {
		return nil
	}
	d.nextTimeCheck = now.Add(timeInterval)
	for _, c := range d.chores {
		if c.DueOrganizations == "" {
			continue
		}
		if err := d.connect(ctx); err != nil {
			return err
		}
		if err := markDueIn(ctx, d.conn, c); err != nil {
			return err
		}
	}
	return nil
}

// wait waits until a chore finishes, the pause is over, or stop ends.
func (d *dispatcher) wait(stop context.Context) {
	stopped := stop.Done()
	if stop.Err() != nil {
		if d.working == 0 {
			return
		}
		stopped = nil // wait only for chores to finish
	}
	select {
	case r := <-d.finished:
		d.finish(r)
	case <-time.After(d.pause):
	case <-stopped:
	}
	for len(d.finished) > 0 {
		d.finish(<-d.finished)
	}
}

// finish notes a finished run.
func (d *dispatcher) finish(r choreRun) {
	d.working--
	d.unsaved = append(d.unsaved, r)
}

// startNext claims due chores and starts them, as many as there are free workers.
func (d *dispatcher) startNext(stop, work context.Context) error {
	free := workers - d.working
	if free == 0 || stop.Err() != nil {
		return nil
	}
	if err := d.connect(stop); err != nil {
		return err
	}
	claimed, err := claim(stop, d.conn, d.names, d.running, free)
	if err != nil {
		return err
	}
	d.pause = pollInterval
	for _, c := range claimed {
		d.running[c.chore] = true
		d.working++
		go func() { d.finished <- choreRun{c.chore, c.count, d.runChore(work, c.chore)} }()
	}
	return nil
}

// runChore runs a chore within its timeout. It returns a panic as an error.
func (d *dispatcher) runChore(work context.Context, c dueChore) (err error) {
	ctx, cancel := context.WithTimeout(work, cmp.Or(d.chores[c.name].Timeout, jobTimeout))
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		switch {
		case err == nil || errors.Is(err, ErrAgain) || errors.As(err, new(After)):
		case work.Err() != nil:
			err = ErrAgain // the server is stopping
		default:
			d.log.LogAttrs(work, slog.LevelError, "chore", slog.String("chore", c.name),
				slog.String("organization", c.organization.String()), slog.String("error", err.Error()))
		}
	}()
	return d.chores[c.name].run(ctx, d.newCall, c.organization)
}

// saveTimeout limits how long storing results may take.
const saveTimeout = 5 * time.Second

// saveResults stores the results of finished chores, also while the server is stopping.
func (d *dispatcher) saveResults() error {
	if len(d.unsaved) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), saveTimeout)
	defer cancel()
	if err := d.connect(ctx); err != nil {
		return err
	}
	if err := saveResults(ctx, d.conn, d.unsaved); err != nil {
		return err
	}
	for _, r := range d.unsaved {
		delete(d.running, r.chore)
	}
	d.unsaved = nil
	return nil
}

// keepAlive lets PostgreSQL notice a lost machine within half a minute instead of hours.
const keepAlive = "set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3"

func (d *dispatcher) connect(ctx context.Context) (err error) {
	if d.conn != nil {
		return nil
	}
	if d.conn, err = d.db.Pool().Acquire(ctx); err != nil {
		return err
	}
	_, err = d.conn.Exec(ctx, keepAlive)
	return err
}

// handleFailure logs a database error and closes the connection, which releases its locks. Other
// servers may then run the chores that are running here; chores tolerate that.
func (d *dispatcher) handleFailure(err error) {
	if !errors.Is(err, context.Canceled) {
		d.log.LogAttrs(context.Background(), slog.LevelError, "chores", slog.String("error", err.Error()))
	}
	d.disconnect()
	d.pause = min(2*d.pause, maxPause)
}

func (d *dispatcher) disconnect() {
	if d.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), saveTimeout)
	defer cancel()
	_ = d.conn.Conn().Close(ctx)
	d.conn.Release()
	d.conn = nil
}
