package jobs

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/history"
)

// eventArgs is one event for one subscription.
type eventArgs struct {
	Subscriber string             `json:"subscriber"`
	Event      history.Occurrence `json:"event"`
}

// Kind implements river.JobArgs.
func (eventArgs) Kind() string { return "event" }

// Follower follows the history for the subscriptions and the chores.
func (j *Jobs) Follower() history.Follower { return history.Follower{Name: "jobs", Take: j.Deliver} }

// Deliver makes a job of each event and subscription, and notes the chores that are due, in
// the relay's transaction.
func (j *Jobs) Deliver(ctx context.Context, tx pgx.Tx, page []history.Occurrence) error {
	var params []river.InsertManyParams
	for _, o := range page {
		for _, s := range j.subscriptions {
			if s.Takes(o.Type) {
				params = append(params, river.InsertManyParams{Args: eventArgs{s.Name, o}})
			}
		}
	}
	if len(params) > 0 {
		if _, err := j.client.InsertManyFastTx(ctx, tx, params); err != nil {
			return err
		}
	}
	return j.makeChoresDue(ctx, tx, page)
}

type eventWorker struct {
	river.WorkerDefaults[eventArgs]
	subscriptions []history.Subscription
	enter         CallFunc
}

// Work implements river.Worker.
func (w *eventWorker) Work(ctx context.Context, job *river.Job[eventArgs]) error {
	at := slices.IndexFunc(w.subscriptions, func(s history.Subscription) bool { return s.Name == job.Args.Subscriber })
	if at < 0 {
		// A server of another version may know it, so that the job is not canceled at once.
		return fmt.Errorf("there is no subscription %q", job.Args.Subscriber)
	}
	c, err := w.enter(ctx, job.Args.Event)
	if err != nil {
		return err
	}
	c.Method = "event/" + job.Args.Subscriber
	c.RequestID = fmt.Sprintf("job_%d", job.ID)
	c.Cause = job.Args.Event.Cause()
	// At least once is made once where the handler writes: its own transaction keeps
	// the answer under the event's id.
	c.IdempotencyKey = job.Args.Event.ID.String()
	c.Fingerprint = []byte(job.Args.Event.ID.String())
	err = w.subscriptions[at].Handle(call.With(ctx, c), job.Args.Event)
	if err != nil && fault.From(err).Reason == optionsv1.Reason_CAUSATION_TOO_DEEP {
		return river.JobCancel(err) // it would be as deep when tried again
	}
	return err
}
