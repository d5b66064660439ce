package timekeeping

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// importedReason is the reason of timesheets that an import approved.
const importedReason = "The time was imported from another tool."

// Intake stores time that persons recorded with another tool. Time of past weeks needs no
// approval: the timesheet that it creates for such a week is APPROVED, without an approver.
type Intake struct {
	isDry     bool
	sheets    map[string][]weekSheet // by person
	stored    map[personDay]int64    // seconds of stored time
	admitted  map[personDay]int64    // seconds of admitted time
	newSheets []*pb.Timesheet
}

// personDay is a day of a person.
type personDay struct{ person, day string }

// weekSheet is a timesheet with its week.
type weekSheet struct {
	span
	sheet *pb.Timesheet
}

// NewIntake returns an Intake for one transaction. If it is dry, it only says what it would refuse.
func NewIntake(isDry bool) *Intake {
	return &Intake{isDry: isDry, admitted: map[personDay]int64{}}
}

// LockPersons locks the time of persons. It comes before all other locks of the transaction.
func LockPersons(ctx context.Context, tx *db.Tx, persons []string) error {
	for _, p := range slices.Compact(slices.Sorted(slices.Values(persons))) {
		if err := lockTime(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// PersonsOf returns the persons of time entries or timesheets, whose prefix is kind. Those that do
// not exist are left out.
func PersonsOf(ctx context.Context, tx *db.Tx, kind string, ids []string) (persons []string, err error) {
	if kind == timesheetPrefix {
		found, err := timesheets.Table().GetExisting(ctx, tx, ids)
		for _, t := range found {
			persons = append(persons, t.PersonId)
		}
		return persons, err
	}
	found, err := timeEntries.Table().GetExisting(ctx, tx, ids)
	for _, e := range found {
		persons = append(persons, e.PersonId)
	}
	return persons, err
}

// Load reads the stored time and the timesheets of persons around two days. Unless the Intake is
// dry, their time is locked.
func (in *Intake) Load(ctx context.Context, tx *db.Tx, persons []string, from, to calendar.Date) error {
	keys, err := id.ParseEach("prs", persons, func(p string) string { return p })
	if err != nil {
		return err
	}
	in.sheets, in.stored = map[string][]weekSheet{}, map[personDay]int64{}
	if err := in.loadSheets(ctx, tx, keys, from, to); err != nil {
		return err
	}
	type day struct {
		PersonID uuid.UUID
		WorkDate calendar.Date
		Seconds  int64
	}
	days, err := db.Collect[day](ctx, tx, `
select e.person_id, e.work_date, sum(e.duration_seconds) as seconds
from operations.time_entries e
where e.org_id = $1
and e.person_id = any($2)
and e.work_date between $3 and $4
group by e.person_id, e.work_date`, tx.Call().Organization.ID, keys, from.String(), to.String())
	for _, d := range days {
		in.stored[personDay{id.Format("prs", d.PersonID), d.WorkDate.String()}] = d.Seconds
	}
	return err
}

// loadSheets reads the timesheets of persons whose weeks have a day between two days.
func (in *Intake) loadSheets(ctx context.Context, tx *db.Tx, keys []uuid.UUID, from, to calendar.Date) error {
	sheetKeys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select t.id
from operations.timesheets t
where t.org_id = $1
and t.person_id = any($2)
and t.start_date between $3 and $4`, tx.Call().Organization.ID, keys, from.AddDays(-2*daysOfWeek).String(), to.String())
	if err != nil {
		return err
	}
	ids := make([]string, len(sheetKeys))
	for i, key := range sheetKeys {
		ids[i] = id.Format(timesheetPrefix, key)
	}
	found, err := timesheets.Table().GetExisting(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, t := range found {
		if err := in.addSheet(t); err != nil {
			return err
		}
	}
	return nil
}

// addSheet adds a timesheet of a person.
func (in *Intake) addSheet(t *pb.Timesheet) error {
	week, err := parseSpan(t.StartDate, t.EndDate)
	in.sheets[t.PersonId] = append(in.sheets[t.PersonId], weekSheet{week, t})
	return err
}

// Admit finds the timesheet of time for which Load was called, or creates it. It refuses time on a
// timesheet that someone submitted or approved, and more than 24 hours of a person on a day.
func (in *Intake) Admit(ctx context.Context, tx *db.Tx, e *pb.TimeEntry) error {
	at := personDay{e.PersonId, e.WorkDate}
	sheet, err := in.sheetOn(at)
	if err != nil {
		return err
	}
	if sheet != nil && !isImported(sheet) {
		if err := checkUnlocked(sheet); err != nil {
			return err
		}
	}
	if in.stored[at]+in.admitted[at]+int64(e.DurationSeconds) > secondsOfDay {
		return fault.Refuse(optionsv1.Reason_DAY_FULL, "The person would have worked more than 24 hours on %s.",
			e.WorkDate).WithSubject(e.PersonId)
	}
	if sheet == nil && !in.isDry {
		sheet = &pb.Timesheet{PersonId: at.person, StartDate: at.day}
		if err := timesheets.Insert(ctx, tx, sheet, setNewWeek, setTarget, approvePast); err != nil {
			return err
		}
		in.newSheets = append(in.newSheets, sheet)
		if err := in.addSheet(sheet); err != nil {
			return err
		}
	}
	in.admitted[at] += int64(e.DurationSeconds)
	e.TimesheetId = sheet.GetId()
	return nil
}

// isImported reports whether an import approved a timesheet.
func isImported(t *pb.Timesheet) bool {
	return t.State == pb.Timesheet_APPROVED && t.ApproverId == "" && t.Reason == importedReason
}

// sheetOn returns the timesheet of a day, nil if there is none.
func (in *Intake) sheetOn(at personDay) (*pb.Timesheet, error) {
	day, err := calendar.ParseBusinessDate(at.day)
	if err != nil {
		return nil, fault.Invalid(fault.At("workDate", "%s", err))
	}
	for _, w := range in.sheets[at.person] {
		if w.contains(day) {
			return w.sheet, nil
		}
	}
	return nil, nil
}

// approvePast is the rule that the new timesheet of a week that is over is APPROVED.
func approvePast(_ context.Context, tx *db.Tx, _, t *pb.Timesheet) error {
	if t.EndDate < tx.Call().Today().String() {
		t.State, t.Reason, t.ApproveTime = pb.Timesheet_APPROVED, importedReason, timestamppb.New(tx.Call().Now())
	}
	return nil
}

// NewTimesheets returns the timesheets that the Intake created.
func (in *Intake) NewTimesheets() []*pb.Timesheet { return in.newSheets }

// Store stores admitted time with few statements. Billable time is UNBILLED; the caller guarantees
// that its project is billed by the hour. at returns the path of the i-th entry for violations.
func (in *Intake) Store(ctx context.Context, tx *db.Tx, list []*pb.TimeEntry, at func(i int) string) error {
	return timeEntries.StoreMany(ctx, tx, list, at, setBillingState)
}

// RemoveUnchanged removes imported time, on the system side. It refuses time whose version is no
// longer the given one, which is on an invoice, or whose timesheet someone submitted or approved.
func RemoveUnchanged(ctx context.Context, tx *db.Tx, entryID, etag string) error {
	return timeEntries.Remove(ctx, tx, entryID, timeEntries.Unchanged(etag), keepDecided)
}

// keepDecided is the rule that imported time stays once it is billed, or someone decided on its
// week.
func keepDecided(ctx context.Context, tx *db.Tx, was, e *pb.TimeEntry) error {
	sheet, err := timesheets.Table().Get(ctx, tx, was.TimesheetId)
	if err != nil {
		return err
	}
	if was.InvoiceId == "" && isImported(sheet) {
		return nil
	}
	return checkEditable(ctx, tx, was, e)
}

// RemoveUnchangedTimesheet removes a timesheet that an import created, on the system side. It
// refuses a timesheet whose version is no longer the given one. The caller guarantees that it has
// no time.
func RemoveUnchangedTimesheet(ctx context.Context, tx *db.Tx, timesheetID, etag string) error {
	return timesheets.Remove(ctx, tx, timesheetID, timesheets.Unchanged(etag))
}
