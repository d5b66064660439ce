package history

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
)

// Occurrence is an event as a follower meets it.
type Occurrence struct {
	Organization uuid.UUID `json:"organization"`
	ID           uuid.UUID `json:"id"`
	Type         Type      `json:"type"`
	SubjectID    string    `json:"subject_id"`
	// Correlation and Depth are the event's own; what a follower does carries them on.
	Correlation uuid.UUID `json:"correlation"`
	Depth       int32     `json:"depth"`
}

// Cause is what led to a call that a follower makes because of the event.
func (o Occurrence) Cause() call.Cause {
	return call.Cause{Correlation: o.Correlation, Causation: o.ID, Depth: o.Depth + 1}
}

// Relay reads the log of all organizations for its followers.
type Relay struct {
	db        *db.DB
	followers []Follower
	log       *slog.Logger
}

// How many events are taken at a time, how long a follower rests when there are none, and
// the longest pause after a failure. Events are found by looking, so that a lost
// notification loses nothing.
const (
	pageSize     = 500
	rest         = 200 * time.Millisecond
	longestPause = time.Minute
)

// NewRelay makes a relay. d is connected as db.RelayRole.
func NewRelay(d *db.DB, log *slog.Logger, followers ...Follower) *Relay {
	return &Relay{db: d, followers: followers, log: log}
}

// Run feeds the followers side by side until the context ends.
func (r *Relay) Run(ctx context.Context) {
	var group sync.WaitGroup
	for _, f := range r.followers {
		group.Go(func() { r.feed(ctx, f) })
	}
	group.Wait()
}

// feed feeds one follower until the context ends. One that fails is tried again after a
// pause that doubles with each failure.
func (r *Relay) feed(ctx context.Context, f Follower) {
	pause := rest
	for ctx.Err() == nil {
		n, err := r.step(ctx, f)
		switch {
		case err == nil && n == pageSize:
			pause = rest
			continue
		case err == nil:
			pause = rest
		case ctx.Err() == nil:
			r.log.LogAttrs(ctx, slog.LevelError, "relay", slog.String("follower", f.Name),
				slog.String("error", err.Error()), slog.Duration("retry", pause))
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		if err != nil {
			pause = min(2*pause, longestPause)
		}
	}
}

// Step feeds each follower one page of what is new and complete. It returns the size of
// the largest page.
func (r *Relay) Step(ctx context.Context) (read int, err error) {
	for _, f := range r.followers {
		n, failure := r.step(ctx, f)
		read, err = max(read, n), errors.Join(err, failure)
	}
	return read, err
}

// place is how far a follower has come.
type place struct{ position, seq int64 }

// step reads the next page for a follower. Of several servers one does at a time.
func (r *Relay) step(ctx context.Context, f Follower) (n int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	err = r.db.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		at, err := lock(ctx, tx, f.Name)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // another server is at it
		}
		if err != nil {
			return err
		}
		page, last, err := read(ctx, tx, at)
		if err != nil || len(page) == 0 {
			return err
		}
		n = len(page)
		if page = f.pick(page); len(page) > 0 {
			if err := f.Take(ctx, tx, page); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `
update platform.relay_cursors
set position = $2,
  seq = $3
where name = $1`, f.Name, last.position, last.seq)
		return err
	})
	return n, err
}

// lock locks a follower's place; pgx.ErrNoRows: another server has it. A new follower begins
// where the log is complete now.
func lock(ctx context.Context, tx pgx.Tx, name string) (place, error) {
	at, err := lockPlace(ctx, tx, name)
	if !errors.Is(err, pgx.ErrNoRows) {
		return at, err
	}
	complete, err := horizon(ctx, tx)
	if err != nil {
		return at, err
	}
	if _, err := tx.Exec(ctx, `
insert into platform.relay_cursors (name, position, seq)
values ($1, $2, 0)
on conflict (name) do nothing`, name, complete-1); err != nil {
		return at, err
	}
	return lockPlace(ctx, tx, name)
}

func lockPlace(ctx context.Context, tx pgx.Tx, name string) (at place, err error) {
	return at, tx.QueryRow(ctx, `
select position, seq
from platform.relay_cursors
where name = $1
for update skip locked`, name).Scan(&at.position, &at.seq)
}

// horizon returns the position below which the log is complete. It has a statement of its
// own: it is the same for the events of all organizations, wherever they are.
func horizon(ctx context.Context, tx pgx.Tx) (position int64, err error) {
	err = tx.QueryRow(ctx, "select platform.horizon()").Scan(&position)
	return position, err
}

// read takes the next events below the horizon.
func read(ctx context.Context, tx pgx.Tx, at place) (page []Occurrence, last place, err error) {
	complete, err := horizon(ctx, tx)
	if err != nil {
		return nil, last, err
	}
	rows, err := tx.Query(ctx, `
select position, seq, org_id, id, type, subject_id, correlation_id, depth
from platform.events
where (position, seq) > ($1, $2)
and position < $3
order by position, seq
limit $4`, at.position, at.seq, complete, pageSize)
	if err != nil {
		return nil, last, err
	}
	page, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Occurrence, err error) {
		return o, row.Scan(&last.position, &last.seq, &o.Organization, &o.ID, &o.Type, &o.SubjectID, &o.Correlation, &o.Depth)
	})
	return page, last, err
}
