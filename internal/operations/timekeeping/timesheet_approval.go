package timekeeping

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
)

var timesheetLifecycle = state.New(
	func(t *pb.Timesheet) *pb.Timesheet_State { return &t.State },
	[]state.Step[pb.Timesheet_State]{
		{Verb: "submit", Event: "submitted", From: []pb.Timesheet_State{pb.Timesheet_OPEN, pb.Timesheet_REJECTED},
			To: pb.Timesheet_SUBMITTED},
		{Verb: "recall", Event: "recalled", From: []pb.Timesheet_State{pb.Timesheet_SUBMITTED}, To: pb.Timesheet_OPEN},
		{Verb: "approve", Event: "approved", From: []pb.Timesheet_State{pb.Timesheet_SUBMITTED},
			To: pb.Timesheet_APPROVED},
		{Verb: "reject", Event: "rejected", From: []pb.Timesheet_State{pb.Timesheet_SUBMITTED},
			To: pb.Timesheet_REJECTED},
		{Verb: "reopen", Event: "reopened", From: []pb.Timesheet_State{pb.Timesheet_APPROVED}, To: pb.Timesheet_OPEN},
	},
)

// SubmitTimesheet submits a timesheet.
func (s *Service) SubmitTimesheet(ctx context.Context, req *pb.SubmitTimesheetRequest) (*pb.Timesheet, error) {
	return timesheets.Step(ctx, s.db, req.GetTimesheetId(), "submit", setDecision(""), setTarget)
}

// RecallTimesheet recalls a timesheet.
func (s *Service) RecallTimesheet(ctx context.Context, req *pb.RecallTimesheetRequest) (*pb.Timesheet, error) {
	return timesheets.Step(ctx, s.db, req.GetTimesheetId(), "recall", setDecision(""))
}

// ApproveTimesheet approves a timesheet.
func (s *Service) ApproveTimesheet(ctx context.Context, req *pb.ApproveTimesheetRequest) (*pb.Timesheet, error) {
	return timesheets.Step(ctx, s.db, req.GetTimesheetId(), "approve", setDecision(""))
}

// RejectTimesheet rejects a timesheet.
func (s *Service) RejectTimesheet(ctx context.Context, req *pb.RejectTimesheetRequest) (*pb.Timesheet, error) {
	return timesheets.Step(ctx, s.db, req.GetTimesheetId(), "reject", setDecision(req.GetReason()))
}

// ReopenTimesheet reopens a timesheet.
func (s *Service) ReopenTimesheet(ctx context.Context, req *pb.ReopenTimesheetRequest) (*pb.Timesheet, error) {
	return timesheets.Step(ctx, s.db, req.GetTimesheetId(), "reopen", setDecision(req.GetReason()))
}

// BatchApproveTimesheets approves several timesheets, all or none.
func (s *Service) BatchApproveTimesheets(
	ctx context.Context, req *pb.BatchApproveTimesheetsRequest,
) (*pb.BatchApproveTimesheetsResponse, error) {
	var violations fault.List
	parseIDs(&violations, "ids", timesheetPrefix, req.GetIds())
	if err := violations.Err(); err != nil {
		return nil, err
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BatchApproveTimesheetsResponse, error) {
		if err := lockTimeOfAll(ctx, tx, req.GetIds()); err != nil {
			return nil, err
		}
		approved := map[string]*pb.Timesheet{}
		for _, key := range slices.Sorted(slices.Values(req.GetIds())) { // rows are locked sorted
			var err error
			if approved[key], err = timesheets.StepByCaller(ctx, tx, key, "approve", setDecision("")); err != nil {
				return nil, err
			}
		}
		out := &pb.BatchApproveTimesheetsResponse{}
		for _, key := range req.GetIds() {
			out.Timesheets = append(out.Timesheets, approved[key])
		}
		return out, nil
	})
}

// lockTimeOfAll locks the time of the persons of timesheets, sorted by person. The reach is checked
// when each timesheet is approved.
func lockTimeOfAll(ctx context.Context, tx *db.Tx, ids []string) error {
	found, err := timesheets.Table().GetExisting(ctx, tx, ids)
	if err != nil {
		return err
	}
	var persons []string
	for _, t := range found {
		persons = append(persons, t.PersonId)
	}
	slices.Sort(persons)
	for _, person := range slices.Compact(persons) {
		if err := lockTime(ctx, tx, person); err != nil {
			return err
		}
	}
	return nil
}

// setDecision returns the rule that notes when and by whom the state was reached, and why.
func setDecision(reason string) resource.Rule[*pb.Timesheet] {
	return func(_ context.Context, tx *db.Tx, _, t *pb.Timesheet) error {
		now := timestamppb.New(tx.Call().Now())
		t.Reason, t.ApproveTime, t.ApproverId = reason, nil, ""
		switch t.State {
		case pb.Timesheet_SUBMITTED:
			t.SubmitTime = now
		case pb.Timesheet_APPROVED:
			t.ApproveTime, t.ApproverId = now, id.Format("prs", tx.Call().PersonID)
		case pb.Timesheet_OPEN:
			t.SubmitTime = nil
		}
		return nil
	}
}

// refuseOwn refuses a decision on the caller's own timesheet, whatever the caller's role.
func refuseOwn(tx *db.Tx, t *pb.Timesheet) error {
	if t.PersonId != id.Format("prs", tx.Call().PersonID) {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_TIMESHEET_OWN,
		"The timesheet is the caller's own. Someone else must decide on it, or the settings for time no longer "+
			"require approval.").WithSubject(t.Id)
}

// refuseBilled refuses timesheets with time on invoices.
func refuseBilled(ctx context.Context, tx *db.Tx, list []*pb.Timesheet) ([]error, error) {
	keys, err := id.ParseEach(timesheetPrefix, list, (*pb.Timesheet).GetId)
	if err != nil {
		return nil, err
	}
	type row struct {
		TimesheetID, InvoiceID uuid.UUID
		Number                 string
	}
	rows, err := db.Collect[row](ctx, tx, `
select distinct e.timesheet_id, e.invoice_id, i.number
from operations.time_entries e
join finance.invoices i on i.org_id = $1 and i.id = e.invoice_id
where e.org_id = $1
and e.timesheet_id = any($2)
order by i.number, e.invoice_id`, tx.Call().Organization.ID, keys)
	refusals := make([]error, len(list))
	for i, key := range keys {
		var names []string
		for _, r := range rows {
			switch {
			case r.TimesheetID != key:
			case r.Number != "":
				names = append(names, "the invoice "+r.Number)
			default:
				names = append(names, "the draft "+id.Format("inv", r.InvoiceID))
			}
		}
		if len(names) > 0 {
			refusals[i] = fault.Refuse(optionsv1.Reason_TIMESHEET_BILLED, "Time of the timesheet is on %s.",
				strings.Join(names, ", ")).WithSubject(list[i].Id)
		}
	}
	return refusals, err
}

// loadTotals sets the time of timesheets.
func loadTotals(ctx context.Context, tx *db.Tx, list []*pb.Timesheet) error {
	keys, err := id.ParseEach(timesheetPrefix, list, (*pb.Timesheet).GetId)
	if err != nil {
		return err
	}
	type row struct {
		TimesheetID        uuid.UUID
		Duration, Billable int64
	}
	rows, err := db.Collect[row](ctx, tx, `
select e.timesheet_id,
  sum(e.duration_seconds) as duration,
  coalesce(sum(e.duration_seconds) filter (where e.billable), 0) as billable
from operations.time_entries e
where e.org_id = $1
and e.timesheet_id = any($2)
group by e.timesheet_id`, tx.Call().Organization.ID, keys)
	sums := map[uuid.UUID]row{}
	for _, r := range rows {
		sums[r.TimesheetID] = r
	}
	for i, t := range list {
		t.DurationSeconds, t.BillableSeconds = sums[keys[i]].Duration, sums[keys[i]].Billable
	}
	return err
}
