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

// Occurrence is an event as followers and subscriptions receive it.
type Occurrence struct {
	Organization uuid.UUID `json:"organization"`
	ID           uuid.UUID `json:"id"`
	Type         Type      `json:"type"`
	SubjectID    string    `json:"subject_id"`
	RecordID     string    `json:"record_id,omitempty"`
	// Correlation identifies the event's causal chain; Depth is the event's depth in it.
	Correlation uuid.UUID `json:"correlation"`
	Depth       int32     `json:"depth"`
}

// Cause returns the cause to set in calls that handle the event.
func (o Occurrence) Cause() call.Cause {
	return call.Cause{Correlation: o.Correlation, Causation: o.ID, Depth: o.Depth + 1}
}

// Relay reads the event log of all organizations and passes the events to its followers.
type Relay struct {
	db        *db.DB
	followers []Follower
	log       *slog.Logger
}

const (
	// pageSize is the number of events that are read at a time.
	pageSize = 500
	// pollInterval is how long a follower waits when there are no new events. The relay polls,
	// so that no event depends on a notification that may be lost.
	pollInterval = 200 * time.Millisecond
	// maxPause is the longest pause after a failure.
	maxPause = time.Minute
)

// NewRelay returns a relay. d must be connected as db.RelayRole.
func NewRelay(d *db.DB, log *slog.Logger, followers ...Follower) *Relay {
	return &Relay{db: d, followers: followers, log: log}
}

// Run feeds the followers concurrently until the context ends.
func (r *Relay) Run(ctx context.Context) {
	var group sync.WaitGroup
	for _, f := range r.followers {
		group.Go(func() { r.feed(ctx, f) })
	}
	group.Wait()
}

// feed feeds one follower until the context ends. After a failure it retries after a pause,
// which doubles with each failure.
func (r *Relay) feed(ctx context.Context, f Follower) {
	pause := pollInterval
	for ctx.Err() == nil {
		n, err := r.feedPage(ctx, f)
		switch {
		case err == nil && n == pageSize:
			pause = pollInterval
			continue
		case err == nil:
			pause = pollInterval
		case ctx.Err() == nil:
			r.log.LogAttrs(ctx, slog.LevelError, "relay", slog.String("follower", f.Name),
				slog.String("error", err.Error()), slog.Duration("retry", pause))
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		if err != nil {
			pause = min(2*pause, maxPause)
		}
	}
}

// Step feeds each follower one page of new events. It returns the size of the largest page.
func (r *Relay) Step(ctx context.Context) (read int, err error) {
	for _, f := range r.followers {
		n, failure := r.feedPage(ctx, f)
		read, err = max(read, n), errors.Join(err, failure)
	}
	return read, err
}

// cursor is the last event that a follower has taken.
type cursor struct{ position, seq int64 }

// feedPage reads the next page and passes it to a follower. Only one server at a time feeds a
// follower; on the others feedPage returns 0.
func (r *Relay) feedPage(ctx context.Context, f Follower) (n int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	err = r.db.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		at, err := lockCursor(ctx, tx, f.Name)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // another server is feeding the follower
		}
		if err != nil {
			return err
		}
		page, last, err := readPage(ctx, tx, at)
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

// lockCursor locks a follower's cursor. It returns pgx.ErrNoRows if another server has locked
// it. A new follower starts at the current horizon, so it receives no earlier events.
func lockCursor(ctx context.Context, tx pgx.Tx, name string) (cursor, error) {
	at, err := lockStoredCursor(ctx, tx, name)
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
	return lockStoredCursor(ctx, tx, name)
}

func lockStoredCursor(ctx context.Context, tx pgx.Tx, name string) (at cursor, err error) {
	return at, tx.QueryRow(ctx, `
select position, seq
from platform.relay_cursors
where name = $1
for update skip locked`, name).Scan(&at.position, &at.seq)
}

// horizon returns the position below which the log is complete: no open transaction can still
// add an event there. It is queried separately because it is the same for all organizations.
func horizon(ctx context.Context, tx pgx.Tx) (position int64, err error) {
	err = tx.QueryRow(ctx, "select platform.horizon()").Scan(&position)
	return position, err
}

// readPage reads the next events after a cursor and below the horizon.
func readPage(ctx context.Context, tx pgx.Tx, at cursor) (page []Occurrence, last cursor, err error) {
	complete, err := horizon(ctx, tx)
	if err != nil {
		return nil, last, err
	}
	rows, err := tx.Query(ctx, `
select position, seq, org_id, id, type, subject_id, record_id, correlation_id, depth
from platform.events
where (position, seq) > ($1, $2)
and position < $3
order by position, seq
limit $4`, at.position, at.seq, complete, pageSize)
	if err != nil {
		return nil, last, err
	}
	page, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Occurrence, err error) {
		return o, row.Scan(&last.position, &last.seq,
			&o.Organization, &o.ID, &o.Type, &o.SubjectID, &o.RecordID, &o.Correlation, &o.Depth)
	})
	return page, last, err
}
