package history

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Type is the type of an event: domain, record and verb in the past, such as
// `finance.vendor.updated`.
type Type string

// Subscription has a job made of each event, in which it is handled. Jobs run side by side,
// in no order.
type Subscription struct {
	// Name is unique and does not change: it is stored with the jobs.
	Name string
	// On are the types of events that are handled; none: all.
	On []Type
	// Handle handles one event, in a call of the event's organization. It may run again for
	// the same event; its unit of work, of which it has one, is stored once. An error is
	// tried again later.
	Handle func(ctx context.Context, o Occurrence) error
}

// Takes reports whether events of the type are handled.
func (s Subscription) Takes(t Type) bool { return takes(s.On, t) }

// Follower reads the events of all organizations page by page, in the order of position and
// sequence. Its place is its own, so that it holds no other follower up.
type Follower struct {
	// Name is unique and does not change: its place is stored by it.
	Name string
	// On are the types of events that are taken; none: all.
	On []Type
	// Take takes a page of events in the transaction that moves the follower's place, as the
	// relay's role. An error keeps the place, and the page comes again later.
	Take func(ctx context.Context, tx pgx.Tx, page []Occurrence) error
}

// pick returns the events of a page that the follower takes.
func (f Follower) pick(page []Occurrence) []Occurrence {
	if len(f.On) == 0 {
		return page
	}
	return slices.DeleteFunc(slices.Clone(page), func(o Occurrence) bool { return !takes(f.On, o.Type) })
}

func takes(on []Type, t Type) bool { return len(on) == 0 || slices.Contains(on, t) }
