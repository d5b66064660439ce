package timekeeping

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// secondsOfDay is the most time that a person can work in a day, also in one of 25 hours.
const secondsOfDay = 86400

func setEntryPerson(_ context.Context, tx *db.Tx, _, e *pb.TimeEntry) error {
	return setPerson(tx, &e.PersonId)
}

func lockNewEntry(ctx context.Context, tx *db.Tx, _, e *pb.TimeEntry) error {
	return lockTime(ctx, tx, e.PersonId)
}

// given says which of the fields that have defaults an update gives, whatever their values.
type given struct{ project, billable bool }

func givenBy(mask *fieldmaskpb.FieldMask) given {
	return given{resource.Names(mask, &pb.TimeEntry{}, "project_id"), resource.Names(mask, &pb.TimeEntry{}, "billable")}
}

// setWork returns the rule that sets the day, the project and whether the time is billable, where
// the caller did not say, and refuses what does not fit together. It does not judge again what an
// update leaves as it is.
func setWork(g given) resource.Rule[*pb.TimeEntry] {
	return func(ctx context.Context, tx *db.Tx, was, e *pb.TimeEntry) error {
		var violations fault.List
		if err := violations.Merge("", setWorkDate(tx, was, e)); err != nil {
			return err
		}
		before, after := workOf{was.ProjectId, was.TaskId}, workOf{e.ProjectId, e.TaskId}
		project, err := after.resolve(ctx, tx, before, g.project)
		if err != nil {
			// Whether the time is billable depends on the project.
			if err := violations.Merge("", err); err != nil {
				return err
			}
			return violations.Err()
		}
		e.ProjectId = after.project
		if e.ProjectId != was.ProjectId && !g.billable && was.Billable != nil {
			e.Billable = nil // the new project decides
		}
		if e.ProjectId != was.ProjectId || e.Billable == nil || e.GetBillable() != was.GetBillable() {
			if err := violations.Merge("", setBillable(&e.Billable, project)); err != nil {
				return err
			}
		}
		return violations.Err()
	}
}

// setWorkDate sets the day of a time entry without one, and refuses a start time on another day. An
// update that changes neither is not judged again, since the organization's zone may have changed.
func setWorkDate(tx *db.Tx, was, e *pb.TimeEntry) error {
	zone := tx.Call().Organization.Zone
	if e.StartTime == nil {
		if e.WorkDate == "" {
			e.WorkDate = tx.Call().Today().String()
		}
		return nil
	}
	if e.WorkDate != "" && e.WorkDate == was.WorkDate && proto.Equal(e.StartTime, was.StartTime) {
		return nil
	}
	day := calendar.DateOf(e.StartTime.AsTime(), zone).String()
	if e.WorkDate == "" {
		e.WorkDate = day
	}
	if e.WorkDate != day {
		return fault.Invalid(fault.At("startTime", "is on %s in %s, but workDate is %s", day, zone, e.WorkDate))
	}
	return nil
}

// setBillable sets whether time on a project is billable where the caller did not say. It refuses
// billable time that no one is to pay for. The project is nil if there is none.
func setBillable(billable **bool, project *pb.Project) error {
	if *billable == nil {
		byHour := project.GetBilling() == pb.Project_TIME_AND_MATERIALS
		*billable = &byHour
	}
	switch {
	case !**billable:
		return nil
	case project == nil:
		return fault.Invalid(fault.At("billable", "must be false, because the time has no project"))
	case project.Billing != pb.Project_TIME_AND_MATERIALS:
		return fault.Invalid(fault.At("billable", "must be false, because the project is not billed by the hour"))
	}
	return nil
}

// setBillingState is the rule that billable time which can still change is UNBILLED.
func setBillingState(_ context.Context, _ *db.Tx, _, e *pb.TimeEntry) error {
	e.BillingState = pb.TimeEntry_BILLING_STATE_UNSPECIFIED
	if e.GetBillable() {
		e.BillingState = pb.TimeEntry_UNBILLED
	}
	return nil
}

// checkEditable refuses to change or delete time on an invoice, or on a timesheet that is submitted
// or approved.
func checkEditable(ctx context.Context, tx *db.Tx, was, _ *pb.TimeEntry) error {
	if was.InvoiceId != "" {
		if err := loadInvoiceNumbers(ctx, tx, []*pb.TimeEntry{was}); err != nil {
			return err
		}
		name := "the draft " + was.InvoiceId
		if was.InvoiceNumber != "" {
			name = "the invoice " + was.InvoiceNumber
		}
		return fault.Refuse(optionsv1.Reason_TIME_ENTRY_BILLED,
			"The time is on %s and cannot change. Remove its line, or void or credit the invoice.", name).
			WithSubject(was.InvoiceId)
	}
	sheet, err := timesheets.Table().Get(ctx, tx, was.TimesheetId)
	if err != nil {
		return err
	}
	return checkUnlocked(sheet)
}

// checkUnlocked refuses changes of time on a timesheet that is submitted or approved.
func checkUnlocked(t *pb.Timesheet) error {
	if t.State != pb.Timesheet_SUBMITTED && t.State != pb.Timesheet_APPROVED {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_TIME_ENTRY_LOCKED,
		"The timesheet from %s to %s is %s, so its time cannot change.", t.StartDate, t.EndDate, t.State).
		WithSubject(t.Id)
}

// assignTimesheet is the rule that time is on the timesheet of its week.
func assignTimesheet(ctx context.Context, tx *db.Tx, was, e *pb.TimeEntry) error {
	if was.TimesheetId != "" && was.WorkDate == e.WorkDate {
		return nil
	}
	sheet, err := timesheetOn(ctx, tx, e.PersonId, e.WorkDate)
	if err != nil {
		return err
	}
	e.TimesheetId = sheet.Id
	return checkUnlocked(sheet)
}

// checkDay refuses more than 24 hours of a person on a day.
func checkDay(ctx context.Context, tx *db.Tx, was, e *pb.TimeEntry) error {
	if was.WorkDate == e.WorkDate && was.DurationSeconds >= e.DurationSeconds {
		return nil
	}
	person, err := id.Parse("prs", e.PersonId)
	if err != nil {
		return err
	}
	self, _ := id.Parse(timeEntries.Prefix(), e.Id) // uuid.Nil for a new one
	worked, err := secondsOn(ctx, tx, person, e.WorkDate, self)
	if err != nil || worked+int64(e.DurationSeconds) <= secondsOfDay {
		return err
	}
	return fault.Refuse(optionsv1.Reason_DAY_FULL,
		"The person already worked %s on %s; with %s more it would be more than 24 hours.",
		FormatHours(worked), e.WorkDate, FormatHours(int64(e.DurationSeconds))).WithSubject(e.PersonId)
}

// secondsOn returns the time that a person worked on a day, except for an entry.
func secondsOn(ctx context.Context, tx *db.Tx, person uuid.UUID, day string, except uuid.UUID) (sum int64, err error) {
	return sum, tx.QueryRow(ctx, `
select coalesce(sum(e.duration_seconds), 0)
from operations.time_entries e
where e.org_id = $1
and e.person_id = $2
and e.work_date = $3
and e.id <> $4`, tx.Call().Organization.ID, person, day, except).Scan(&sum)
}

// FormatHours returns a duration for people, such as `7:30 h`, or `0:00:20 h` if it has seconds.
func FormatHours(seconds int64) string {
	if seconds%60 == 0 {
		return fmt.Sprintf("%d:%02d h", seconds/3600, seconds/60%60)
	}
	return fmt.Sprintf("%d:%02d:%02d h", seconds/3600, seconds/60%60, seconds%60)
}

// loadInvoiceNumbers sets the number of the invoice of each time entry that is on one.
func loadInvoiceNumbers(ctx context.Context, tx *db.Tx, list []*pb.TimeEntry) error {
	var keys []uuid.UUID
	for _, e := range list {
		if e.InvoiceId == "" {
			continue
		}
		key, err := id.Parse("inv", e.InvoiceId)
		if err != nil {
			return err
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil
	}
	numbers, err := db.CollectMap[uuid.UUID, string](ctx, tx, `
select i.id, i.number
from finance.invoices i
where i.org_id = $1
and i.id = any($2)`, tx.Call().Organization.ID, keys)
	if err != nil {
		return err
	}
	for _, e := range list {
		key, _ := id.Parse("inv", e.InvoiceId) // uuid.Nil without an invoice
		e.InvoiceNumber = numbers[key]
	}
	return nil
}
