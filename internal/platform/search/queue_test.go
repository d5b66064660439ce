package search_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/app/apptest"
)

// TestQueuedRecordsMakeTheChoreDue queues records of an organization as a change without an event
// does.
func TestQueuedRecordsMakeTheChoreDue(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.index(t)
	_, relayDB := apptest.Databases(t)
	isDue := func() bool {
		due := must(pgx.CollectRows(must(relayDB.Pool().Query(t.Context(), o.App.Search.Chore().DueOrganizations))(t),
			pgx.RowTo[uuid.UUID]))(t)
		return slices.Contains(due, o.key(t))
	}
	if isDue() {
		t.Error("the chore is due before anything is queued")
	}
	must(connect(t).Exec(t.Context(), `
insert into platform.search_queue (org_id, id, kind, record_key)
select $1, gen_random_uuid(), 'ven', gen_random_uuid()
from generate_series(1, 3)`, o.key(t)))(t)
	if !isDue() {
		t.Error("the chore is not due although records are queued")
	}
	o.RunJobs(t)
	if isDue() {
		t.Error("the chore is due after it indexed what was queued")
	}
}
