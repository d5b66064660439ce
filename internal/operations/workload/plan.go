package workload

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/businessday"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/holiday"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/responsibility"
)

const (
	defaultWeeks = 4
	// knownDays is for how many days at least holidays and absences are known. Work that is due later
	// is spread as if there were none after them.
	knownDays = 730
)

// plan is what a workload is computed with.
type plan struct {
	settings *pb.TimeSettings
	today    calendar.Date
	weeks    []span
	business holiday.Calendar
	// days are the business days of the organization from today.
	days workdays
	// absences are the absences of persons that have not ended before today.
	absences map[uuid.UUID][]span
}

// newPlan returns the plan of weeks from the one with a day, by default today's.
func newPlan(ctx context.Context, tx *db.Tx, startDate string, weeks int, sets []string) (*plan, error) {
	p := &plan{today: tx.Call().Today()}
	var violations fault.List
	start := p.today
	if startDate != "" {
		var err error
		if start, err = calendar.ParseBusinessDate(startDate); err != nil {
			violations.Append(fault.At("startDate", "%s", err))
		}
	}
	for i, key := range sets {
		if _, known := holiday.Find(key); !known {
			violations.Append(fault.At(fmt.Sprintf("holidaySets[%d]", i), "must be the key of a holiday set, such as \"DE-BY\""))
		}
	}
	if err := violations.Err(); err != nil {
		return nil, err
	}
	setting, err := businessday.Setting(ctx, tx)
	if err != nil {
		return nil, err
	}
	if p.business, err = holiday.NewCalendar(sets, setting.Holidays); err != nil {
		return nil, fault.Invalid(fault.At("holidaySets", "%s", err))
	}
	if p.settings, err = timekeeping.ReadSettings(ctx, tx); err != nil {
		return nil, err
	}
	start = timekeeping.StartOfWeek(p.settings, start)
	for range weeks {
		p.weeks = append(p.weeks, span{start, start.AddDays(daysOfWeek - 1)})
		start = start.AddDays(daysOfWeek)
	}
	last := calendar.Later(p.weeks[weeks-1].end, p.today.AddDays(knownDays))
	p.days = newWorkdays(p.today, last, p.business.IsBusinessDay)
	return p, nil
}

// readAbsences reads the absences of persons.
func (p *plan) readAbsences(ctx context.Context, tx *db.Tx, persons []uuid.UUID) error {
	type absence struct {
		PersonID           uuid.UUID
		StartDate, EndDate calendar.Date
	}
	found, err := db.Collect[absence](ctx, tx, `
select a.person_id, a.start_date, a.end_date
from platform.absences a
where a.org_id = $1
and a.person_id = any($2)
and a.end_date >= $3::text::date`, tx.Call().Organization.ID, persons, p.today.String())
	p.absences = map[uuid.UUID][]span{}
	for _, a := range found {
		p.absences[a.PersonID] = append(p.absences[a.PersonID], span{a.StartDate, a.EndDate})
	}
	return err
}

// openTask is an open task and the time that is tracked on it.
type openTask struct {
	OwnerID         uuid.UUID
	ID              uuid.UUID
	DisplayName     string
	StartDate       *calendar.Date
	DueDate         *calendar.Date
	EstimateSeconds int64
	TrackedSeconds  int64
}

//go:embed open_tasks.sql
var selectOpenTasks string

// readTasks calls take for each open task of persons, by owner, due date and identifier.
func readTasks(ctx context.Context, tx *db.Tx, persons []uuid.UUID, take func(openTask)) error {
	rows, err := tx.QueryReplanned(ctx, selectOpenTasks, tx.Call().Organization.ID, persons)
	if err != nil {
		return err
	}
	var t openTask
	_, err = pgx.ForEachRow(rows, []any{&t.OwnerID, &t.ID, &t.DisplayName, &t.StartDate, &t.DueDate,
		&t.EstimateSeconds, &t.TrackedSeconds}, func() error {
		take(t)
		return nil
	})
	return err
}

// remaining returns what is left of the estimate.
func (t openTask) remaining() int64 { return max(t.EstimateSeconds-t.TrackedSeconds, 0) }

// reason returns how the task counts.
func (t openTask) reason(today calendar.Date) pb.WorkloadTask_Reason {
	switch {
	case t.EstimateSeconds == 0:
		return pb.WorkloadTask_UNESTIMATED
	case t.remaining() == 0:
		return pb.WorkloadTask_USED_UP
	case t.DueDate == nil:
		return pb.WorkloadTask_UNDATED
	case t.DueDate.Before(today):
		return pb.WorkloadTask_OVERDUE
	}
	return pb.WorkloadTask_PLANNED
}

// spread returns the remaining estimate on each working day of the task's owner. ok is false
// if nothing is planned.
func (t openTask) spread(today calendar.Date, days workdays) (s spread, ok bool) {
	switch t.reason(today) {
	case pb.WorkloadTask_OVERDUE:
		return newSpread(t.remaining(), today, today, days), true
	case pb.WorkloadTask_PLANNED:
		start := today
		if t.StartDate != nil {
			start = calendar.Later(start, *t.StartDate)
		}
		return newSpread(t.remaining(), start, *t.DueDate, days), true
	}
	return s, false
}

// planReach returns the reach within which the caller sees workloads: that of the request's
// permission, and no more than that of the permission to read tasks.
func planReach(c *call.Call) call.Reach {
	return min(c.Reach(c.Permission), c.Reach("operations.tasks.read"))
}

// personsOf returns a page of the persons within the caller's reach, by identifier.
func personsOf(
	ctx context.Context, tx *db.Tx, named []uuid.UUID, after uuid.UUID, limit int,
) (persons []*pb.Workload, keys []uuid.UUID, err error) {
	reached, all, err := responsibility.ReachedPersons(ctx, tx, planReach(tx.Call()))
	if err != nil {
		return nil, nil, err
	}
	type person struct {
		ID          uuid.UUID
		DisplayName string
	}
	found, err := db.Collect[person](ctx, tx, `
select p.id, p.display_name
from platform.persons p
where p.org_id = $1
and p.archive_time is null
and p.id > $2
and ($3::uuid[] is null or p.id = any($3))
and ($4 or p.id = any($5))
order by p.id
limit $6`, tx.Call().Organization.ID, after, named, all, reached, limit)
	for _, p := range found {
		keys = append(keys, p.ID)
		persons = append(persons, &pb.Workload{PersonId: id.Format("prs", p.ID), DisplayName: p.DisplayName})
	}
	return persons, keys, err
}
