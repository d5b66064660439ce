package timekeeping

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// timesheetPrefix is the prefix of the identifiers of timesheets.
const timesheetPrefix = "tsh"

var timesheets = resource.New(table.New("operations.timesheets",
	table.Ref("person_id", "prs", func(t *pb.Timesheet) *string { return &t.PersonId }).Filter().Usable(),
	table.Date("start_date", func(t *pb.Timesheet) *string { return &t.StartDate }).
		Filter().Sort("timesheets_by_start_date"),
	table.Date("end_date", func(t *pb.Timesheet) *string { return &t.EndDate }).Filter(),
	table.Int32("target_seconds", func(t *pb.Timesheet) *int32 { return &t.TargetSeconds }),
	table.Text("reason", func(t *pb.Timesheet) *string { return &t.Reason }),
	table.Enum("state", func(t *pb.Timesheet) *pb.Timesheet_State { return &t.State }).Filter(),
	table.Timestamp("submit_time", func(t *pb.Timesheet) **timestamp { return &t.SubmitTime }),
	table.Timestamp("approve_time", func(t *pb.Timesheet) **timestamp { return &t.ApproveTime }),
	table.Ref("approver_id", "prs", func(t *pb.Timesheet) *string { return &t.ApproverId }).Filter(),
).Rank(db.RankTimesheet)).Owner("person_id").LockFirst(lockTimeOfTimesheet).Lifecycle(timesheetLifecycle).
	LoadLater(loadTotals).
	GuardEach(refuseOwn, "approve", "reject", "reopen").
	GuardExisting("reopen", refuseBilled).
	WaitsFor(waitingTimesheets...)

// CreateTimesheet creates a timesheet.
func (s *Service) CreateTimesheet(ctx context.Context, req *pb.CreateTimesheetRequest) (*pb.Timesheet, error) {
	return timesheets.Create(ctx, s.db, req.GetTimesheet(), setTimesheetPerson, timesheets.WithinReach, setNewWeek,
		setTarget)
}

// GetTimesheet returns a timesheet.
func (s *Service) GetTimesheet(ctx context.Context, req *pb.GetTimesheetRequest) (*pb.Timesheet, error) {
	return timesheets.Get(ctx, s.db, req.GetTimesheetId())
}

// BatchGetTimesheets returns several timesheets.
func (s *Service) BatchGetTimesheets(
	ctx context.Context, req *pb.BatchGetTimesheetsRequest,
) (*pb.BatchGetTimesheetsResponse, error) {
	list, err := timesheets.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTimesheetsResponse{Timesheets: list}, err
}

// ListTimesheets lists timesheets.
func (s *Service) ListTimesheets(
	ctx context.Context, req *pb.ListTimesheetsRequest,
) (*pb.ListTimesheetsResponse, error) {
	page, err := timesheets.List(ctx, s.db, req)
	return &pb.ListTimesheetsResponse{Timesheets: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateTimesheet updates the annotations of a timesheet.
func (s *Service) UpdateTimesheet(ctx context.Context, req *pb.UpdateTimesheetRequest) (*pb.Timesheet, error) {
	return timesheets.Update(ctx, s.db, req.GetTimesheetId(), req.GetTimesheet(), req.GetUpdateMask())
}

// DeleteTimesheet deletes a timesheet without time.
func (s *Service) DeleteTimesheet(ctx context.Context, req *pb.DeleteTimesheetRequest) (*emptypb.Empty, error) {
	return timesheets.Delete(ctx, s.db, req.GetTimesheetId(),
		func(_ context.Context, _ *db.Tx, _, t *pb.Timesheet) error { return checkUnlocked(t) })
}

func setTimesheetPerson(_ context.Context, tx *db.Tx, _, t *pb.Timesheet) error {
	return setPerson(tx, &t.PersonId)
}

// setNewWeek is the rule that a new timesheet is OPEN and for a whole week. It refuses a week for
// which the person has one.
func setNewWeek(ctx context.Context, tx *db.Tx, _, t *pb.Timesheet) error {
	if err := lockTime(ctx, tx, t.PersonId); err != nil {
		return err
	}
	day, err := calendar.ParseBusinessDate(t.StartDate)
	if err != nil {
		return fault.Invalid(fault.At("startDate", "%s", err))
	}
	near, err := timesheetsNear(ctx, tx, t.PersonId, day)
	if err != nil {
		return err
	}
	if taken := near.on(day); taken != nil {
		return fault.Taken(optionsv1.Reason_TIMESHEETS_WEEK_TAKEN,
			"The person has a timesheet from %s to %s.", taken.start, taken.end).WithSubject(taken.id)
	}
	settings, err := ReadSettings(ctx, tx)
	if err != nil {
		return err
	}
	week := near.fit(weekOf(day, settings.WeekStart), day)
	t.StartDate, t.EndDate, t.State = week.start.String(), week.end.String(), pb.Timesheet_OPEN
	return nil
}

// timesheetOn returns the timesheet of a person for a day, a new one if there is none.
func timesheetOn(ctx context.Context, tx *db.Tx, person, date string) (*pb.Timesheet, error) {
	day, err := calendar.ParseBusinessDate(date)
	if err != nil {
		return nil, fault.Invalid(fault.At("workDate", "%s", err))
	}
	near, err := timesheetsNear(ctx, tx, person, day)
	if err != nil {
		return nil, err
	}
	if found := near.on(day); found != nil {
		return timesheets.Table().Get(ctx, tx, found.id)
	}
	t := &pb.Timesheet{PersonId: person, StartDate: date}
	return t, timesheets.Insert(ctx, tx, t, setNewWeek, setTarget)
}

// setTarget is the rule that sets the time that the person is to work in the week.
func setTarget(ctx context.Context, tx *db.Tx, _, t *pb.Timesheet) error {
	settings, err := ReadSettings(ctx, tx)
	if err != nil {
		return err
	}
	week, err := parseSpan(t.StartDate, t.EndDate)
	if err != nil {
		return err
	}
	t.TargetSeconds = targetOf(settings, t.PersonId, week)
	return nil
}

// targetOf returns the time that a person is to work in a week, in proportion to its days.
func targetOf(settings *pb.TimeSettings, person string, week span) int32 {
	return int32(int64(WeeklyTarget(settings, person)) * int64(week.days()) / daysOfWeek)
}

// WeeklyTarget returns the time that a person is to work in a week, in seconds.
func WeeklyTarget(settings *pb.TimeSettings, person string) int32 {
	for _, p := range settings.GetPersonTargets() {
		if p.PersonId == person {
			return p.WeeklyTargetSeconds
		}
	}
	return settings.GetWeeklyTargetSeconds()
}
