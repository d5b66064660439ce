package timekeeping

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

//go:embed time_summary.sql
var selectTime string

// maxSummaryRows is the most rows of a summary. The statement reads one more.
const maxSummaryRows = 10000

// summarized is a row of the statement.
type summarized struct {
	PersonID, ProjectID, TaskID, CustomerID      uuid.NullUUID
	StartDate                                    *calendar.Date
	Duration, Unbilled, OnDraft, Billed, Entries int64
}

// SummarizeTimeEntries adds up time within the caller's reach.
func (s *Service) SummarizeTimeEntries(
	ctx context.Context, req *pb.SummarizeTimeEntriesRequest,
) (*pb.TimeSummary, error) {
	q, err := newSummaryQuery(req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TimeSummary, error) {
		settings, err := ReadSettings(ctx, tx)
		if err != nil {
			return nil, err
		}
		persons, all, err := ReachedPersons(ctx, tx, q.persons)
		if err != nil {
			return nil, err
		}
		if !all && persons == nil {
			persons = []uuid.UUID{}
		}
		if err := q.chooseProjects(ctx, tx); err != nil {
			return nil, err
		}
		by := func(g pb.TimeSummary_GroupBy) bool { return slices.Contains(req.GetGroupBy(), g) }
		rows, err := tx.QueryReplanned(ctx, selectTime, tx.Call().Organization.ID, by(pb.TimeSummary_PERSON),
			by(pb.TimeSummary_PROJECT), by(pb.TimeSummary_TASK), by(pb.TimeSummary_CUSTOMER), q.period, q.start, q.end,
			persons, q.projects, q.tasks, req.Billable, int32(settings.WeekStart))
		if err != nil {
			return nil, err
		}
		found, err := pgx.CollectRows(rows, pgx.RowToStructByName[summarized])
		if err != nil {
			return nil, err
		}
		return newSummary(found, len(req.GetGroupBy()) > 0)
	})
}

// newSummary returns a summary of the rows of the statement. Without groups it has only the total.
func newSummary(found []summarized, grouped bool) (*pb.TimeSummary, error) {
	if len(found) > maxSummaryRows {
		return nil, fault.Invalid(fault.At("groupBy", "gives more than %d rows; choose fewer days or groups",
			maxSummaryRows))
	}
	out := &pb.TimeSummary{Total: &pb.TimeSummary_Row{}}
	for _, f := range found {
		row := &pb.TimeSummary_Row{PersonId: id.Format("prs", f.PersonID.UUID),
			ProjectId: id.Format("prj", f.ProjectID.UUID), TaskId: id.Format("tsk", f.TaskID.UUID),
			CustomerId: id.Format("cus", f.CustomerID.UUID), DurationSeconds: f.Duration,
			BillableSeconds: f.Unbilled + f.OnDraft + f.Billed, UnbilledSeconds: f.Unbilled, OnDraftSeconds: f.OnDraft,
			BilledSeconds: f.Billed, EntryCount: f.Entries}
		if f.StartDate != nil {
			row.StartDate = f.StartDate.String()
		}
		if grouped {
			out.Rows = append(out.Rows, row)
		}
		t := out.Total
		t.DurationSeconds += row.DurationSeconds
		t.BillableSeconds += row.BillableSeconds
		t.UnbilledSeconds += row.UnbilledSeconds
		t.OnDraftSeconds += row.OnDraftSeconds
		t.BilledSeconds += row.BilledSeconds
		t.EntryCount += row.EntryCount
	}
	return out, nil
}

// summaryQuery is what selects the time of a summary. Empty lists and dates are nil.
type summaryQuery struct {
	persons, projects, tasks, customers []uuid.UUID
	start, end                          *string
	// period is DAY, WEEK, MONTH or empty.
	period string
}

// chooseProjects limits the projects to those of the customers, if there are any. Projects have an
// index on their time, customers have none.
func (q *summaryQuery) chooseProjects(ctx context.Context, tx *db.Tx) error {
	if q.customers == nil {
		return nil
	}
	found, err := projects.FindProjectsOfCustomers(ctx, tx, q.customers)
	if q.projects != nil {
		found = slices.DeleteFunc(found, func(p uuid.UUID) bool { return !slices.Contains(q.projects, p) })
	}
	q.projects = append([]uuid.UUID{}, found...)
	return err
}

func newSummaryQuery(req *pb.SummarizeTimeEntriesRequest) (q summaryQuery, err error) {
	var violations fault.List
	q.persons = parseIDs(&violations, "personIds", "prs", req.GetPersonIds())
	q.projects = parseIDs(&violations, "projectIds", "prj", req.GetProjectIds())
	q.tasks = parseIDs(&violations, "taskIds", "tsk", req.GetTaskIds())
	q.customers = parseIDs(&violations, "customerIds", "cus", req.GetCustomerIds())
	if req.GetStartDate() != "" {
		q.start = &req.StartDate
	}
	if req.GetEndDate() != "" {
		q.end = &req.EndDate
	}
	if q.start != nil && q.end != nil && *q.end < *q.start {
		violations.Append(fault.At("endDate", "must not be before startDate, %s", *q.start))
	}
	for i, g := range req.GetGroupBy() {
		switch g {
		case pb.TimeSummary_GROUP_BY_UNSPECIFIED:
			violations.Append(fault.At(fmt.Sprintf("groupBy[%d]", i), "must not be GROUP_BY_UNSPECIFIED"))
		case pb.TimeSummary_DAY, pb.TimeSummary_WEEK, pb.TimeSummary_MONTH:
			if q.period != "" {
				violations.Append(fault.At(fmt.Sprintf("groupBy[%d]", i), "cannot be combined with %s", q.period))
			}
			q.period = g.String()
		}
	}
	return q, violations.Err()
}

// parseIDs returns the keys of identifiers in a field of a request, nil if there are none.
func parseIDs(violations *fault.List, field, prefix string, ids []string) (keys []uuid.UUID) {
	for i, s := range ids {
		key, err := id.Parse(prefix, s)
		if err != nil {
			violations.Append(fault.At(fmt.Sprintf("%s[%d]", field, i), "%s", err))
		}
		keys = append(keys, key)
	}
	return keys
}
