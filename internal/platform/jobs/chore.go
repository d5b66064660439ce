package jobs

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
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

// choresDue are the chores that a page of events makes due, each once for an
// organization. One that is due again while another does its work finds little to do.
func (j *Jobs) choresDue(page []history.Occurrence) (params []river.InsertManyParams) {
	due := map[choreArgs]bool{}
	for _, o := range page {
		for _, c := range j.chores {
			args := choreArgs{c.Name, o.Organization}
			if slices.Contains(c.After, o.Type) && !due[args] {
				due[args] = true
				params = append(params, river.InsertManyParams{Args: args})
			}
		}
	}
	return params
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
	c, err := w.enter(ctx, history.Occurrence{Organization: job.Args.Organization})
	if err != nil {
		return err
	}
	c.Method = "chore/" + job.Args.Chore
	c.RequestID = fmt.Sprintf("job_%d", job.ID)
	return w.chores[at].Work(call.With(ctx, c))
}
