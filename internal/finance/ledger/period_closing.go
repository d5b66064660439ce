package ledger

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Closing is the closing or reopening of an accounting period or a fiscal year, as the event log
// has it.
type Closing struct {
	// SubjectID is the id of the period or year.
	SubjectID string
	// Closed is false if it was reopened.
	Closed bool
	Time   time.Time
	// ActorID is the person, empty for a service. ActorName is the person's display name.
	ActorID, ActorName string
	// Reason is the reason given, if any.
	Reason string
}

// Closings returns the closings and reopenings of accounting periods and fiscal years, the oldest
// first.
func Closings(ctx context.Context, tx *db.Tx, subjects []string) ([]Closing, error) {
	type row struct {
		SubjectID, Type string
		CreateTime      time.Time
		ActorID         *uuid.UUID
		ActorName       string
		Reason          string
	}
	rows, err := db.Collect[row](ctx, tx, `
select
  e.subject_id,
  e.type,
  e.create_time,
  e.actor_id,
  coalesce(p.display_name, '') as actor_name,
  coalesce(c.reason, '') as reason
from platform.events e
left join platform.persons p on p.org_id = $1 and p.id = e.actor_id
left join lateral (
  select max(f.value ->> 'after') as reason
  from jsonb_array_elements(e.changes) f
  where f.value ->> 'field' = case when e.type like '%.closed' then 'closeReason' else 'reopenReason' end
) c on true
where e.org_id = $1
and e.subject_id = any($2)
and e.type in (
  'finance.accountingPeriod.closed', 'finance.accountingPeriod.reopened', 'finance.fiscalYear.closed',
  'finance.fiscalYear.reopened'
)
order by e.id`, tx.Call().Organization.ID, subjects)
	out := make([]Closing, len(rows))
	for i, r := range rows {
		out[i] = Closing{
			SubjectID: r.SubjectID, Closed: strings.HasSuffix(r.Type, ".closed"), Time: r.CreateTime,
			ActorName: r.ActorName, Reason: r.Reason,
		}
		if r.ActorID != nil {
			out[i].ActorID = id.Format("prs", *r.ActorID)
		}
	}
	return out, err
}

// findChangesSinceClose reports the entries that were posted to a period after it was first closed,
// while it was reopened and by exception. Nothing keeps the period from being closed again.
func findChangesSinceClose(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	closings, err := Closings(ctx, tx, []string{p.Id})
	if err != nil || len(closings) == 0 {
		return nil, err
	}
	return BlockersFromQuery(ctx, tx, &pb.CloseBlocker{
		Kind: pb.CloseBlocker_CHANGED_SINCE_CLOSE, Severity: pb.CloseBlocker_NOTICE, Collection: "journalEntries",
		Message: "Entries were posted since the period was first closed: %d. The report of changes since the close " +
			"shows their effect.",
	}, "jrn", `
select id
from finance.journal_entries
where org_id = $1
and state = 'POSTED'
and date >= $2
and date <= $3
and source <> 'YEAR_END'
and (lock_exception_reason <> '' or post_time > $4)`, p.StartDate, p.EndDate, closings[0].Time)
}
