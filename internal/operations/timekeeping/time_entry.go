package timekeeping

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

var timeEntries = resource.New(table.New("operations.time_entries",
	table.Ref("person_id", "prs", func(e *pb.TimeEntry) *string { return &e.PersonId }).Filter().Usable(),
	table.Date("work_date", func(e *pb.TimeEntry) *string { return &e.WorkDate }).
		Filter().Sort("time_entries_by_work_date"),
	table.Int32("duration_seconds", func(e *pb.TimeEntry) *int32 { return &e.DurationSeconds }).Filter(),
	table.Timestamp("start_time", func(e *pb.TimeEntry) **timestamp { return &e.StartTime }),
	table.Ref("project_id", "prj", func(e *pb.TimeEntry) *string { return &e.ProjectId }).Filter().Usable(),
	table.Ref("task_id", "tsk", func(e *pb.TimeEntry) *string { return &e.TaskId }).Filter().Usable(),
	table.Text("note", func(e *pb.TimeEntry) *string { return &e.Note }),
	table.OptionalBool("billable", func(e *pb.TimeEntry) **bool { return &e.Billable }).Filter(),
	table.Enum("billing_state", func(e *pb.TimeEntry) *pb.TimeEntry_BillingState { return &e.BillingState }).Filter(),
	table.Ref("invoice_id", "inv", func(e *pb.TimeEntry) *string { return &e.InvoiceId }).Filter(),
	table.Ref("timesheet_id", "tsh", func(e *pb.TimeEntry) *string { return &e.TimesheetId }).Filter(),
).Rank(db.RankTimeEntry)).Owner("person_id").LockFirst(lockTimeOfEntry).LoadLater(loadInvoiceNumbers).
	DeclareEvents(drafted, billed, released).Searchable("note")

// createRules are the rules of a new time entry.
var createRules = []resource.Rule[*pb.TimeEntry]{
	setEntryPerson, timeEntries.WithinReach, lockNewEntry, setWork(given{}), setBillingState, assignTimesheet, checkDay,
}

// CreateTimeEntry creates a time entry.
func (s *Service) CreateTimeEntry(ctx context.Context, req *pb.CreateTimeEntryRequest) (*pb.TimeEntry, error) {
	return timeEntries.Create(ctx, s.db, req.GetTimeEntry(), createRules...)
}

// GetTimeEntry returns a time entry.
func (s *Service) GetTimeEntry(ctx context.Context, req *pb.GetTimeEntryRequest) (*pb.TimeEntry, error) {
	return timeEntries.Get(ctx, s.db, req.GetTimeEntryId())
}

// BatchGetTimeEntries returns several time entries.
func (s *Service) BatchGetTimeEntries(
	ctx context.Context, req *pb.BatchGetTimeEntriesRequest,
) (*pb.BatchGetTimeEntriesResponse, error) {
	list, err := timeEntries.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTimeEntriesResponse{TimeEntries: list}, err
}

// ListTimeEntries lists time entries.
func (s *Service) ListTimeEntries(
	ctx context.Context, req *pb.ListTimeEntriesRequest,
) (*pb.ListTimeEntriesResponse, error) {
	page, err := timeEntries.List(ctx, s.db, req, lookUpTime(req.GetCustomerId()))
	return &pb.ListTimeEntriesResponse{TimeEntries: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateTimeEntry updates a time entry.
func (s *Service) UpdateTimeEntry(ctx context.Context, req *pb.UpdateTimeEntryRequest) (*pb.TimeEntry, error) {
	return timeEntries.Update(ctx, s.db, req.GetTimeEntryId(), req.GetTimeEntry(), req.GetUpdateMask(),
		checkEditable, setWork(givenBy(req.GetUpdateMask())), setBillingState, assignTimesheet, checkDay)
}

// DeleteTimeEntry deletes a time entry.
func (s *Service) DeleteTimeEntry(ctx context.Context, req *pb.DeleteTimeEntryRequest) (*emptypb.Empty, error) {
	return timeEntries.Delete(ctx, s.db, req.GetTimeEntryId(), checkEditable)
}
