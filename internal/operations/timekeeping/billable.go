package timekeeping

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Billable selects time to bill.
type Billable struct {
	// Projects are the projects of the time.
	Projects []string
	// Start and End are the first and the last day, "" if they are open.
	Start, End string
	// Entries are the only entries to bill; nil selects all.
	Entries []string
	// ApprovedOnly leaves out time whose timesheet is not approved.
	ApprovedOnly bool
	// Limit is the most entries to return.
	Limit int
}

// Candidate is time that can be billed unless it changes before it is locked.
type Candidate struct {
	ID, ProjectID, TimesheetID uuid.UUID
}

// FindBillable returns unbilled time within the caller's reach, sorted by day, without locking it.
func FindBillable(ctx context.Context, tx *db.Tx, b Billable) ([]Candidate, error) {
	persons, all, err := ReachedPersons(ctx, tx, nil)
	if err != nil {
		return nil, err
	}
	if !all && persons == nil {
		persons = []uuid.UUID{}
	}
	projects, err := parseAll("prj", b.Projects)
	if err != nil {
		return nil, err
	}
	entries, err := parseAll("tim", b.Entries)
	if err != nil {
		return nil, err
	}
	return db.Collect[Candidate](ctx, tx, `
select e.id, e.project_id, e.timesheet_id
from operations.time_entries e
join operations.timesheets s on s.org_id = $1 and s.id = e.timesheet_id
where e.org_id = $1
and e.project_id = any($2)
and e.billing_state = 'UNBILLED'
and ($3::uuid[] is null or e.id = any($3))
and ($4::uuid[] is null or e.person_id = any($4))
and ($5::text = '' or e.work_date >= nullif($5, '')::date)
and ($6::text = '' or e.work_date <= nullif($6, '')::date)
and (not $7::boolean or s.state = 'APPROVED')
order by e.work_date, e.id
limit $8`, tx.Call().Organization.ID, projects, entries, persons, b.Start, b.End, b.ApprovedOnly, b.Limit)
}

// parseAll returns the keys of identifiers, nil if there are none.
func parseAll(prefix string, ids []string) (keys []uuid.UUID, err error) {
	for _, s := range ids {
		key, err := id.Parse(prefix, s)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// LockTimesheets keeps the timesheets of candidates as they are. With ApprovedOnly, it returns the
// candidates whose timesheets are approved, otherwise all of them.
func LockTimesheets(ctx context.Context, tx *db.Tx, b Billable, candidates []Candidate) ([]Candidate, error) {
	if !b.ApprovedOnly {
		return candidates, nil
	}
	var ids []string
	for _, c := range candidates {
		ids = append(ids, id.Format(timesheetPrefix, c.TimesheetID))
	}
	slices.Sort(ids)
	locked, err := timesheets.Table().LockMany(ctx, tx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	approved := map[string]bool{}
	for _, t := range locked {
		approved[t.Id] = t.State == pb.Timesheet_APPROVED
	}
	return slices.DeleteFunc(candidates, func(c Candidate) bool {
		return !approved[id.Format(timesheetPrefix, c.TimesheetID)]
	}), nil
}

// LockBillable locks candidates, and returns those that still exist and can still be billed, sorted
// by day.
func LockBillable(ctx context.Context, tx *db.Tx, b Billable, candidates []Candidate) ([]*pb.TimeEntry, error) {
	ids := make([]string, len(candidates))
	sheets := map[string]string{}
	for i, c := range candidates {
		ids[i] = id.Format("tim", c.ID)
		sheets[ids[i]] = id.Format(timesheetPrefix, c.TimesheetID)
	}
	slices.Sort(ids)
	locked, err := timeEntries.Table().LockExisting(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	entries := slices.DeleteFunc(locked, func(e *pb.TimeEntry) bool {
		return e.BillingState != pb.TimeEntry_UNBILLED || !slices.Contains(b.Projects, e.ProjectId) ||
			b.Start != "" && e.WorkDate < b.Start || b.End != "" && e.WorkDate > b.End || sheets[e.Id] != e.TimesheetId
	})
	slices.SortStableFunc(entries, compareDays)
	return entries, nil
}

func compareDays(a, b *pb.TimeEntry) int {
	switch {
	case a.WorkDate < b.WorkDate:
		return -1
	case a.WorkDate > b.WorkDate:
		return 1
	}
	return 0
}
