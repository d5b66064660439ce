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

// eventArgs are the arguments of the job that passes an event to a subscription.
type eventArgs struct {
	Subscriber string             `json:"subscriber"`
	Event      history.Occurrence `json:"event"`
}

// Kind implements river.JobArgs.
func (eventArgs) Kind() string { return "event" }

// Follower returns the follower that creates jobs and marks chores due.
func (j *Jobs) Follower() history.Follower { return history.Follower{Name: "jobs", Take: j.Deliver} }

// Deliver creates a job for each event and subscription and marks chores due, in the relay's
// transaction.
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
	return j.markChoresDue(ctx, tx, page)
}

// eventWorker passes events to subscriptions.
type eventWorker struct {
	river.WorkerDefaults[eventArgs]
	subscriptions []history.Subscription
	newCall       CallFunc
}

// Work implements river.Worker.
func (w *eventWorker) Work(ctx context.Context, job *river.Job[eventArgs]) error {
	at := slices.IndexFunc(w.subscriptions, func(s history.Subscription) bool { return s.Name == job.Args.Subscriber })
	if at < 0 {
		// The job is retried, because a server of another version may have the subscription.
		return fmt.Errorf("subscription %q does not exist", job.Args.Subscriber)
	}
	c, err := w.newCall(ctx, job.Args.Event)
	if err != nil {
		return err
	}
	c.Method = "event/" + job.Args.Subscriber
	c.RequestID = fmt.Sprintf("job_%d", job.ID)
	c.Cause = job.Args.Event.Cause()
	// A job may run more than once. The event's id as the idempotency key makes the handler's
	// unit of work take effect only once.
	c.IdempotencyKey = job.Args.Event.ID.String()
	c.Fingerprint = []byte(job.Args.Event.ID.String())
	err = w.subscriptions[at].Handle(call.With(ctx, c), job.Args.Event)
	if err != nil && fault.From(err).Reason == optionsv1.Reason_CAUSATION_TOO_DEEP {
		return river.JobCancel(err) // a retry would be as deep
	}
	return err
}
