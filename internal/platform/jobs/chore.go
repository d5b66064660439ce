package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/history"
)

// choreArgs is a chore that is due for an organization.
type choreArgs struct {
	Chore        string    `json:"chore"`
	Organization uuid.UUID `json:"organization"`
}

// Kind implements river.JobArgs.
func (choreArgs) Kind() string { return "chore" }

// waitingChores are the chores of some organizations that nobody has begun.
const waitingChores = `
select args
from river.river_job
where state = 'available'
and kind = 'chore'
and (args ->> 'organization')::uuid = any($1)`

// choresDue are the chores that a page of events makes due, each once for an
// organization. One that waits already will find what this page is about; one that is
// due again while another does its work finds little to do.
func (j *Jobs) choresDue(ctx context.Context, tx pgx.Tx, page []history.Occurrence) (params []river.InsertManyParams, err error) {
	due := map[choreArgs]bool{}
	var organizations []uuid.UUID
	for _, o := range page {
		for _, c := range j.chores {
			if slices.Contains(c.After, o.Type) {
				due[choreArgs{c.Name, o.Organization}] = true
				organizations = append(organizations, o.Organization)
			}
		}
	}
	if len(due) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, waitingChores, organizations)
	if err != nil {
		return nil, err
	}
	waiting, err := pgx.CollectRows(rows, pgx.RowTo[choreArgs])
	for _, args := range waiting {
		delete(due, args)
	}
	for args := range due {
		params = append(params, river.InsertManyParams{Args: args})
	}
	return params, err
}

type choreWorker struct {
	river.WorkerDefaults[choreArgs]
	chores []Chore
	enter  Enter
}

// Work implements river.Worker.
func (w *choreWorker) Work(ctx context.Context, job *river.Job[choreArgs]) error {
	at := slices.IndexFunc(w.chores, func(c Chore) bool { return c.Name == job.Args.Chore })
	if at < 0 {
		return river.JobCancel(fmt.Errorf("there is no chore %q any more", job.Args.Chore))
	}
	err := w.chores[at].in(ctx, w.enter, job.Args.Organization, fmt.Sprintf("job_%d", job.ID))
	if errors.Is(err, ErrAgain) {
		return river.JobSnooze(0)
	}
	return err
}

// in does the chore once in an organization.
func (c Chore) in(ctx context.Context, enter Enter, organization uuid.UUID, request string) error {
	entered, err := enter(ctx, history.Occurrence{Organization: organization})
	if err != nil {
		return err
	}
	entered.Method, entered.RequestID = "chore/"+c.Name, request
	return c.Work(call.With(ctx, entered))
}

// Drain does all chores of an organization, until each has nothing to do: what the queue
// does in its own time.
func (j *Jobs) Drain(ctx context.Context, organization uuid.UUID) error {
	for _, c := range j.chores {
		err := ErrAgain
		for errors.Is(err, ErrAgain) {
			err = c.in(ctx, j.enter, organization, "drain")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
