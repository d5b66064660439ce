package history

import (
	"context"
	"errors"
	"log/slog"
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
	Type         string    `json:"type"`
	SubjectID    string    `json:"subject_id"`
	// Correlation and Depth are the event's own; what a follower does carries them on.
	Correlation uuid.UUID `json:"correlation"`
	Depth       int32     `json:"depth"`
}

// Cause is what led to a call that a follower makes because of the event.
func (o Occurrence) Cause() call.Cause {
	return call.Cause{Correlation: o.Correlation, Causation: o.ID, Depth: o.Depth + 1}
}

// Deliver takes a page of events in the relay's own transaction, so that the relay's
// place and what was made of the events are stored together.
type Deliver func(ctx context.Context, tx pgx.Tx, page []Occurrence) error

// Relay follows the log of all organizations.
type Relay struct {
	db      *db.DB
	name    string
	deliver Deliver
	log     *slog.Logger
}

// How many events are taken at a time, and how long the relay rests when there are
// none. Events are found by looking, so that a lost notification loses nothing.
const (
	pageSize = 500
	rest     = 200 * time.Millisecond
)

// NewRelay makes a relay with a place of its own by its name. d is connected as
// db.RelayRole.
func NewRelay(d *db.DB, name string, deliver Deliver, log *slog.Logger) *Relay {
	return &Relay{db: d, name: name, deliver: deliver, log: log}
}

// Run follows the log until the context ends.
func (r *Relay) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := r.Step(ctx)
		if err != nil && !errors.Is(err, context.Canceled) {
			r.log.LogAttrs(ctx, slog.LevelError, "relay", slog.String("name", r.name), slog.String("error", err.Error()))
		}
		if n == pageSize {
			continue
		}
		select {
		case <-time.After(rest):
		case <-ctx.Done():
		}
	}
}

// place is how far the relay has come.
type place struct{ position, seq int64 }

// Step delivers one page of what is new and complete, and tells how many events that
// were. Of several servers one delivers and the others wait for it.
func (r *Relay) Step(ctx context.Context) (delivered int, err error) {
	err = r.db.Across(ctx, func(ctx context.Context, tx pgx.Tx) error {
		at, err := r.lock(ctx, tx)
		if err != nil {
			return err
		}
		page, last, err := read(ctx, tx, at)
		if err != nil || len(page) == 0 {
			return err
		}
		delivered = len(page)
		if err := r.deliver(ctx, tx, page); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
update platform.relay_cursors
set position = $2,
  seq = $3
where name = $1`, r.name, last.position, last.seq)
		return err
	})
	return delivered, err
}

// lock finds the relay's place; a new relay begins where the log is complete now.
func (r *Relay) lock(ctx context.Context, tx pgx.Tx) (at place, err error) {
	if _, err = tx.Exec(ctx, `
insert into platform.relay_cursors (name, position, seq)
values ($1, platform.horizon() - 1, 0)
on conflict (name) do nothing`, r.name); err != nil {
		return at, err
	}
	err = tx.QueryRow(ctx, `
select position, seq
from platform.relay_cursors
where name = $1
for update`, r.name).Scan(&at.position, &at.seq)
	return at, err
}

// read takes the next events below the horizon.
func read(ctx context.Context, tx pgx.Tx, at place) (page []Occurrence, last place, err error) {
	rows, err := tx.Query(ctx, `
select position, seq, org_id, id, type, subject_id, correlation_id, depth
from platform.events
where (position, seq) > ($1, $2)
and position < (select platform.horizon())
order by position, seq
limit $3`, at.position, at.seq, pageSize)
	if err != nil {
		return nil, last, err
	}
	page, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Occurrence, err error) {
		return o, row.Scan(&last.position, &last.seq, &o.Organization, &o.ID, &o.Type, &o.SubjectID, &o.Correlation, &o.Depth)
	})
	return page, last, err
}
