package history

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Type is the type of an event: domain, record and past-tense verb, such as
// `finance.vendor.updated`.
type Type string

// Subscription handles events in jobs, one job for each event. Jobs run concurrently and in no
// particular order.
type Subscription struct {
	// Name is unique. It must not change, because it is stored with the jobs.
	Name string
	// On lists the types of events to handle; empty means all.
	On []Type
	// Handle handles one event, in a call of the event's organization. It may run again for
	// the same event, so it must have at most one unit of work, which is stored only once.
	// After an error the job is retried later.
	Handle func(ctx context.Context, o Occurrence) error
}

// Takes reports whether the subscription handles events of the type.
func (s Subscription) Takes(t Type) bool { return includesType(s.On, t) }

// Follower receives the events of all organizations page by page, ordered by position and
// sequence. Each follower has a separate cursor, so a slow one does not delay the others.
type Follower struct {
	// Name is unique. It must not change, because the cursor is stored under it.
	Name string
	// On lists the types of events to receive; empty means all.
	On []Type
	// Take processes a page of events. It runs as the relay's role, in the transaction that
	// moves the cursor. After an error the cursor stays and the page is passed again later.
	Take func(ctx context.Context, tx pgx.Tx, page []Occurrence) error
}

// pick returns the events of a page whose types the follower receives.
func (f Follower) pick(page []Occurrence) []Occurrence {
	if len(f.On) == 0 {
		return page
	}
	return slices.DeleteFunc(slices.Clone(page), func(o Occurrence) bool { return !includesType(f.On, o.Type) })
}

// includesType reports whether a list of types includes t. An empty list includes every type.
func includesType(types []Type, t Type) bool { return len(types) == 0 || slices.Contains(types, t) }
