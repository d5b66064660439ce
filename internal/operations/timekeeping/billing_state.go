package timekeeping

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// drafted, billed and released are the events of time that came on a draft, whose invoice was
// issued, and that left its invoice.
const (
	drafted  = "addedToDraft"
	billed   = "billed"
	released = "released"
)

// LockSources locks the time among the sources of lines, and returns what is billed of each entry:
// who worked when, how long and on what. It leaves out time that was deleted.
func LockSources(ctx context.Context, tx *db.Tx, sources []string) (map[string]string, error) {
	locked, err := timeEntries.Table().LockExisting(ctx, tx, timeAmong(sources))
	work := make(map[string]string, len(locked))
	for _, e := range locked {
		work[e.Id] = strings.Join([]string{e.PersonId, e.ProjectId, e.TaskId, e.WorkDate,
			strconv.Itoa(int(e.DurationSeconds)), strconv.FormatBool(e.GetBillable())}, " ")
	}
	return work, err
}

// timeAmong returns the time among the sources of lines.
func timeAmong(sources []string) (ids []string) {
	for _, s := range sources {
		if strings.HasPrefix(s, "tim_") {
			ids = append(ids, s)
		}
	}
	return ids
}

// MarkOnDraft marks locked, unbilled time as being on the draft of an invoice.
func MarkOnDraft(ctx context.Context, tx *db.Tx, entries []*pb.TimeEntry, invoiceID string) error {
	ids := make([]string, len(entries))
	for i, e := range entries {
		ids[i] = e.Id
	}
	_, err := move(ctx, tx, ids, `
update operations.time_entries
set billing_state = 'ON_DRAFT',
  invoice_id = $3,
  version = version + 1,
  update_time = $4
where org_id = $1
and id = any($2)
and billing_state = 'UNBILLED'
returning id`, invoiceID, drafted)
	return err
}

// MarkBilled marks the locked time among the sources of an issued invoice as billed.
func MarkBilled(ctx context.Context, tx *db.Tx, sources []string, invoiceID string) error {
	_, err := move(ctx, tx, sources, `
update operations.time_entries
set billing_state = 'BILLED',
  version = version + 1,
  update_time = $4
where org_id = $1
and id = any($2)
and invoice_id = $3
and billing_state = 'ON_DRAFT'
returning id`, invoiceID, billed)
	return err
}

// Release makes the locked time among the sources of an invoice UNBILLED.
func Release(ctx context.Context, tx *db.Tx, sources []string, invoiceID string) error {
	_, err := move(ctx, tx, sources, `
update operations.time_entries
set billing_state = 'UNBILLED',
  invoice_id = null,
  version = version + 1,
  update_time = $4
where org_id = $1
and id = any($2)
and invoice_id = $3
returning id`, invoiceID, released)
	return err
}

// Restore marks locked, released time as billed by its invoice again. It returns the time that is
// no longer UNBILLED, and was left as it is.
func Restore(ctx context.Context, tx *db.Tx, sources []string, invoiceID string) (left []string, err error) {
	return move(ctx, tx, sources, `
update operations.time_entries
set billing_state = 'BILLED',
  invoice_id = $3,
  version = version + 1,
  update_time = $4
where org_id = $1
and id = any($2)
and billing_state = 'UNBILLED'
returning id`, invoiceID, billed)
}

// move runs a statement that changes the billing state of the time among sources, and records an
// event for each. It returns the time that the statement did not change. The time is locked.
func move(
	ctx context.Context, tx *db.Tx, sources []string, sql, invoiceID, event string,
) (left []string, err error) {
	invoice, err := id.Parse("inv", invoiceID)
	if err != nil {
		return nil, err
	}
	keys, err := parseAll("tim", timeAmong(sources))
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, sql, tx.Call().Organization.ID, keys, invoice, tx.Call().Now())
	if err != nil {
		return nil, err
	}
	changed := map[uuid.UUID]bool{}
	ids := make([]string, len(found))
	for i, key := range found {
		changed[key], ids[i] = true, id.Format("tim", key)
	}
	for _, key := range keys {
		if !changed[key] {
			left = append(left, id.Format("tim", key))
		}
	}
	return left, timeEntries.RecordEach(ctx, tx, event, ids)
}
