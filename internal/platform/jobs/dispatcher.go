package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"backoffice/internal/platform/db"
)

// How long a server waits before it looks again for chores that are due, and at most after
// the database failed.
const (
	rest         = 200 * time.Millisecond
	longestPause = 10 * time.Second
)

// dispatcher does chores: the one whose organization waits longest first, a few at a time.
// It holds one connection, whose locks tell other servers what it does; when the server or
// the connection is gone, they take over.
type dispatcher struct {
	db     *db.DB // as db.RelayRole
	chores map[string]Chore
	names  []string
	enter  CallFunc
	log    *slog.Logger

	conn *pgxpool.Conn
	busy map[dueChore]bool
	done chan ended
	// ends are of chores whose end is not stored yet.
	ends []ended
	// pause is how long to wait next; it doubles with each failure of the database.
	pause time.Duration
}

// ended is a chore that was done, or failed.
type ended struct {
	chore  dueChore
	count  int64
	result error
}

func newDispatcher(relay *db.DB, chores []Chore, enter CallFunc, log *slog.Logger) *dispatcher {
	d := &dispatcher{
		db: relay, chores: map[string]Chore{}, enter: enter, log: log,
		busy: map[dueChore]bool{}, done: make(chan ended, workers), pause: rest,
	}
	for _, c := range chores {
		d.chores[c.Name] = c
		d.names = append(d.names, c.Name)
	}
	return d
}

// run does chores until stop ends, and those under way until work does.
func (d *dispatcher) run(stop, work context.Context) {
	defer d.disconnect()
	for stop.Err() == nil || len(d.busy) > 0 {
		if err := d.store(); err != nil {
			d.fail(err)
		}
		for stop.Err() == nil && len(d.busy) < workers {
			more, err := d.next(stop, work)
			if err != nil {
				d.fail(err)
			}
			if !more {
				break
			}
		}
		d.wait(stop)
	}
	_ = d.store()
}

// wait waits for a chore to end, for the time to look again, or for the end of stop.
func (d *dispatcher) wait(stop context.Context) {
	over := stop.Done()
	if stop.Err() != nil {
		if len(d.busy) == 0 {
			return
		}
		over = nil // only for chores to end
	}
	select {
	case e := <-d.done:
		delete(d.busy, e.chore)
		d.ends = append(d.ends, e)
	case <-time.After(d.pause):
	case <-over:
	}
}

// next claims a chore and begins it, and tells whether there was one.
func (d *dispatcher) next(ctx, work context.Context) (bool, error) {
	if err := d.connect(ctx); err != nil {
		return false, err
	}
	c, count, found, err := claim(ctx, d.conn, d.names, d.busy)
	if err != nil {
		return false, err
	}
	d.pause = rest
	if !found {
		return false, nil
	}
	d.busy[c] = true
	go func() { d.done <- ended{c, count, d.do(work, c)} }()
	return true, nil
}

// do does a chore within its time.
func (d *dispatcher) do(work context.Context, c dueChore) (err error) {
	ctx, cancel := context.WithTimeout(work, jobTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		switch {
		case err == nil || errors.Is(err, ErrAgain):
		case work.Err() != nil:
			err = ErrAgain // the server stops
		default:
			d.log.LogAttrs(work, slog.LevelError, "chore", slog.String("chore", c.name),
				slog.String("organization", c.organization.String()), slog.String("error", err.Error()))
		}
	}()
	return d.chores[c.name].in(ctx, d.enter, c.organization)
}

// storeTimeout bounds how long the end of a chore may take to store.
const storeTimeout = 5 * time.Second

// store stores the ends of chores, also while the server stops.
func (d *dispatcher) store() error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	for len(d.ends) > 0 {
		if err := d.connect(ctx); err != nil {
			return err
		}
		e := d.ends[0]
		if err := end(ctx, d.conn, e.chore, e.count, e.result); err != nil {
			return err
		}
		d.ends = d.ends[1:]
	}
	return nil
}

// A server whose machine is gone is noticed in half a minute and not in hours.
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

// fail gives the connection up, and with it its locks: other servers may do again what is
// under way here, which chores bear.
func (d *dispatcher) fail(err error) {
	if !errors.Is(err, context.Canceled) {
		d.log.LogAttrs(context.Background(), slog.LevelError, "chores", slog.String("error", err.Error()))
	}
	d.disconnect()
	d.pause = min(2*d.pause, longestPause)
}

func (d *dispatcher) disconnect() {
	if d.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	_ = d.conn.Conn().Close(ctx)
	d.conn.Release()
	d.conn = nil
}
