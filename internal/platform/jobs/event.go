package jobs

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/history"
)

// eventArgs is one event for one subscriber.
type eventArgs struct {
	Subscriber string             `json:"subscriber"`
	Event      history.Occurrence `json:"event"`
}

// Kind implements river.JobArgs.
func (eventArgs) Kind() string { return "event" }

// Deliver makes a job of each event and subscriber, and of each chore that is due, in
// the relay's transaction.
func (j *Jobs) Deliver(ctx context.Context, tx pgx.Tx, page []history.Occurrence) error {
	var params []river.InsertManyParams
	for _, o := range page {
		for subscriber := range j.subs[o.Type] {
			params = append(params, river.InsertManyParams{Args: eventArgs{subscriber, o}})
		}
	}
	due, err := j.choresDue(ctx, tx, page)
	if err != nil {
		return err
	}
	if params = append(params, due...); len(params) == 0 {
		return nil
	}
	_, err = j.client.InsertManyFastTx(ctx, tx, params)
	return err
}

type eventWorker struct {
	river.WorkerDefaults[eventArgs]
	subs  Subscriptions
	enter Enter
}

// Work implements river.Worker.
func (w *eventWorker) Work(ctx context.Context, job *river.Job[eventArgs]) error {
	handler, ok := w.subs[job.Args.Event.Type][job.Args.Subscriber]
	if !ok {
		return river.JobCancel(fmt.Errorf("nobody is called %q any more", job.Args.Subscriber))
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
	return handler(call.With(ctx, c), job.Args.Event)
}
