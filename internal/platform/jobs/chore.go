package jobs

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
)

// Chore is work for an organization as a whole that is due after events of some types,
// done once for many of them. It does all that there is to do, and may be run again, also
// at the same time.
type Chore struct {
	// Name is unique and does not change: it is stored with what is due.
	Name string
	// After are the types of events that make it due.
	After []history.Type
	// Work may return ErrAgain, to go on when others had their turn. After any other error
	// it is tried again later.
	Work func(ctx context.Context) error
}

// ErrAgain is returned by a chore that has more to do.
var ErrAgain = errors.New("jobs: there is more to do")

// in does the chore once in an organization.
func (c Chore) in(ctx context.Context, enter CallFunc, organization uuid.UUID) error {
	entered, err := enter(ctx, history.Occurrence{Organization: organization})
	if err != nil {
		return err
	}
	entered.Method, entered.RequestID = "chore/"+c.Name, id.Format("chore", id.New())
	return c.Work(call.With(ctx, entered))
}

// Drain does all chores of an organization, until each has nothing to do: what a server
// does in its own time.
func (j *Jobs) Drain(ctx context.Context, organization uuid.UUID) error {
	for _, c := range j.chores {
		err := ErrAgain
		for errors.Is(err, ErrAgain) {
			err = c.in(ctx, j.enter, organization)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
