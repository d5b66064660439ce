package workimport

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// timePlan is what the planning of time remembers.
type timePlan struct {
	isDry  bool
	intake *timekeeping.Intake
	tasks  map[taskName]string // tasks by project and name; "" if several have it
}

// taskName is the name of a task of a project.
type taskName struct{ project, name string }

func newTimePlan(isDry bool) timePlan {
	return timePlan{isDry: isDry, intake: timekeeping.NewIntake(isDry),
		tasks: map[taskName]string{}}
}

// planTimes decides what becomes of rows of time.
func (p *planner) planTimes(ctx context.Context, tx *db.Tx, rows []*row) error {
	var externalIDs, persons []string
	for _, r := range rows {
		if r.time != nil {
			externalIDs = append(externalIDs, r.externalID)
			if person := p.people[r.time.Person]; person != "" {
				persons = append(persons, person)
			}
		}
	}
	if len(externalIDs) == 0 {
		return nil
	}
	if !p.times.isDry {
		if err := timekeeping.LockPersons(ctx, tx, persons); err != nil {
			return err
		}
	}
	here, err := findByExternalID(ctx, tx, "operations.time_entries", "tim", externalIDs)
	if err != nil {
		return err
	}
	if err := p.loadTime(ctx, tx, persons, rows); err != nil {
		return err
	}
	if err := p.findNamedTasks(ctx, tx, rows); err != nil {
		return err
	}
	for _, r := range rows {
		if r.outcome != pending || r.time == nil {
			continue
		}
		if r.recordID = here[r.externalID]; r.recordID != "" {
			r.outcome = duplicate
		} else if err := p.planTime(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// loadTime reads the stored time of persons around the days of rows.
func (p *planner) loadTime(ctx context.Context, tx *db.Tx, persons []string, rows []*row) error {
	var from, to calendar.Date
	for _, r := range rows {
		if r.time == nil {
			continue
		}
		day, err := calendar.ParseDate(r.time.Date)
		if err != nil {
			return err
		}
		if from.IsZero() {
			from, to = day, day
		}
		from, to = calendar.Earlier(from, day), calendar.Later(to, day)
	}
	return p.times.intake.Load(ctx, tx, slices.Compact(slices.Sorted(slices.Values(persons))), from, to)
}

// findNamedTasks finds the tasks that rows of time name. Of several tasks of one name none is
// meant.
func (p *planner) findNamedTasks(ctx context.Context, tx *db.Tx, rows []*row) error {
	var names []string
	for _, r := range rows {
		if r.time != nil && r.time.Task != "" && p.projects[r.time.Project] != nil {
			names = append(names, r.time.Task)
		}
	}
	if len(names) == 0 {
		return nil
	}
	type task struct {
		ID          uuid.UUID
		ProjectID   uuid.UUID
		DisplayName string
	}
	found, err := db.Collect[task](ctx, tx, `
select t.id, t.project_id, t.display_name
from operations.tasks t
where t.org_id = $1
and t.display_name = any($2)
and t.project_id is not null`, tx.Call().Organization.ID, names)
	p.times.tasks = map[taskName]string{}
	for _, t := range found {
		at := taskName{id.Format("prj", t.ProjectID), t.DisplayName}
		taskID := id.Format("tsk", t.ID)
		if _, again := p.times.tasks[at]; again {
			taskID = ""
		}
		p.times.tasks[at] = taskID
	}
	return err
}

// planTime makes the time entry of a row.
func (p *planner) planTime(ctx context.Context, tx *db.Tx, r *row) error {
	in := r.time
	person := p.people[in.Person]
	switch {
	case in.Person == "":
		r.skip("the file does not say who worked")
		return nil
	case person == "":
		r.skip(fmt.Sprintf("%s is no person here; choose one in people", p.names[in.Person]))
		return nil
	}
	e := &pb.TimeEntry{
		Id: id.Format("tim", id.New()), PersonId: person, WorkDate: in.Date, DurationSeconds: in.Seconds, Note: in.Note,
		ExternalId: r.externalID, Metadata: in.Metadata,
	}
	if in.Start != nil {
		e.StartTime = startTime(tx, in)
	}
	project := p.projects[in.Project]
	if project != nil {
		e.ProjectId = project.Id
	}
	p.setTask(r, e)
	p.setBillable(r, e, project)
	if err := p.times.intake.Admit(ctx, tx, e); err != nil {
		var refusal *fault.Error
		if !errors.As(err, &refusal) || refusal.Cause != nil {
			return err
		}
		r.skip(refusal.Message)
		return nil
	}
	r.outcome, r.newTime, r.recordID = created, e, e.Id
	return nil
}

// startTime returns when the work of a row began in the organization's time zone, nil if the day
// has no such time.
func startTime(tx *db.Tx, in *timeRow) *timestamp {
	date, err := calendar.ParseDate(in.Date)
	if err != nil {
		return nil
	}
	const secondsOfMinute, minutesOfHour = 60, 60
	minutes := int(*in.Start) / secondsOfMinute
	zone := tx.Call().Organization.Zone
	at := date.At(minutes/minutesOfHour, minutes%minutesOfHour, zone).
		Add(time.Duration(*in.Start%secondsOfMinute) * time.Second)
	if calendar.DateOf(at, zone) != date {
		return nil
	}
	return timestamppb.New(at)
}

// setTask sets the only task of the project with the name in the file. Another name stands before
// the note.
func (p *planner) setTask(r *row, e *pb.TimeEntry) {
	if r.time.Task == "" {
		return
	}
	if e.TaskId = p.times.tasks[taskName{e.ProjectId, r.time.Task}]; e.TaskId == "" {
		e.Note = shorten(r, "note", strings.TrimSuffix(r.time.Task+": "+e.Note, ": "), maxNote)
	}
}

// setBillable sets whether time can be billed here.
func (p *planner) setBillable(r *row, e *pb.TimeEntry, project *pb.Project) {
	e.Billable = proto.Bool(false)
	switch {
	case !r.time.Billable:
	case p.workImport.TimeBilling == pb.WorkImport_ALREADY_BILLED:
		p.addBilledElsewhere(e)
	case r.time.Invoiced:
		p.addBilledElsewhere(e)
	case project == nil:
		r.note("it is billable, but has no project; it was imported as not billable")
	case project.Billing != pb.Project_TIME_AND_MATERIALS:
		r.note("it is billable, but its project is not billed by the hour; it was imported as not billable")
	default:
		e.Billable = proto.Bool(true)
	}
}

// addBilledElsewhere notes in the metadata of time that it was billed with another tool.
func (p *planner) addBilledElsewhere(e *pb.TimeEntry) {
	metadata := map[string]string{}
	for key, value := range e.Metadata {
		metadata[key] = value
	}
	if len(metadata) < maxPairs {
		metadata["billed in"] = string(tools[p.workImport.Tool])
	}
	e.Metadata = metadata
}

// storeTimes creates the time entries of planned rows, with their labels.
func (p *planner) storeTimes(ctx context.Context, tx *db.Tx, rows []*row, log *recordLog) error {
	var entries []*pb.TimeEntry
	for _, r := range rows {
		if r.newTime != nil {
			entries = append(entries, r.newTime)
		}
	}
	if len(entries) == 0 {
		return nil
	}
	for _, t := range p.times.intake.NewTimesheets() {
		log.add(t.Id, t.Etag, 0)
	}
	if err := p.times.intake.Store(ctx, tx, entries, at("timeEntries")); err != nil {
		return err
	}
	for _, r := range rows {
		if r.newTime != nil {
			log.add(r.newTime.Id, r.newTime.Etag, r.position)
		}
	}
	return p.assignLabels(ctx, tx, rows)
}
