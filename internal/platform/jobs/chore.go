package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
)

// Chore is work for an organization as a whole that becomes due after certain events or at certain
// times. Many events make it due only once. Each run does all pending work. A chore must tolerate
// being run again, also concurrently.
type Chore struct {
	// Name is unique. It must not change, because it is stored with the due chore.
	Name string
	// After lists the types of events that make the chore due.
	After []history.Type
	// DueOrganizations is a query for the organizations in which the chore is due because of the
	// time; "" if there are none. A server runs it every second as db.RelayRole.
	DueOrganizations string
	// External is true for a chore that waits for other servers. It runs apart from the others, so
	// that a slow server does not delay them.
	External bool
	// Timeout is how long a run may take; 0 means a minute.
	Timeout time.Duration
	// Work does the chore in a call of the organization. It may return ErrAgain to continue
	// after other organizations had a turn, or After to continue later. After any other error it
	// is retried later.
	Work func(ctx context.Context) error
}

// After is returned by a chore that has no work left until a time has passed, or until an event
// makes it due.
type After time.Duration

// Error implements error.
func (a After) Error() string { return "jobs: the chore has more work in " + time.Duration(a).String() }

// ErrAgain is returned by a chore that has more work to do.
var ErrAgain = errors.New("jobs: the chore has more work to do")

// run runs the chore once in an organization.
func (c Chore) run(ctx context.Context, newCall CallFunc, organization uuid.UUID) error {
	choreCall, err := newCall(ctx, history.Occurrence{Organization: organization})
	if err != nil {
		return err
	}
	choreCall.Method, choreCall.RequestID = "chore/"+c.Name, id.Format("chore", id.New())
	return c.Work(call.With(ctx, choreCall))
}

// RunChores runs all chores of an organization at once, due or not, until none has work left for
// now. A server runs them when they are due.
func (j *Jobs) RunChores(ctx context.Context, organization uuid.UUID) error {
	for _, c := range j.chores {
		err := ErrAgain
		for errors.Is(err, ErrAgain) {
			err = c.run(ctx, j.newCall, organization)
		}
		if err != nil && !errors.As(err, new(After)) {
			return err
		}
	}
	return nil
}
