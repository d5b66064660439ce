package workimport

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

type timestamp = timestamppb.Timestamp

// planner decides what becomes of rows: of each part of an import, or of all rows in a preview.
type planner struct {
	*target
	// placed are the tasks that are here or planned, by external id.
	placed map[string]placedTask
	times  timePlan
}

// placedTask is a task with its project.
type placedTask struct{ id, project string }

func newPlanner(t *target, isDry bool) *planner {
	return &planner{target: t, placed: map[string]placedTask{}, times: newTimePlan(isDry)}
}

// planTasks decides what becomes of rows of tasks.
func (p *planner) planTasks(ctx context.Context, tx *db.Tx, rows []*row) error {
	if err := p.findTasks(ctx, tx, rows); err != nil {
		return err
	}
	for _, r := range rows {
		if r.outcome != pending || r.task == nil {
			continue
		}
		if here, known := p.placed[r.externalID]; known {
			r.outcome, r.recordID = duplicate, here.id
			continue
		}
		if r.task.IsArchived && !p.workImport.IncludeArchived {
			r.skip("it is archived; set includeArchived to import it")
			continue
		}
		p.planTask(tx, r)
		p.placed[r.externalID] = placedTask{r.newTask.Id, r.newTask.ProjectId}
	}
	return nil
}

// findTasks finds the tasks that are here, and the parents of the rows.
func (p *planner) findTasks(ctx context.Context, tx *db.Tx, rows []*row) error {
	var externalIDs []string
	for _, r := range rows {
		if r.task != nil {
			externalIDs = append(externalIDs, r.externalID, r.task.Parent)
		}
	}
	type task struct {
		ExternalID string
		ID         uuid.UUID
		ProjectID  uuid.NullUUID
	}
	found, err := db.Collect[task](ctx, tx, `
select t.external_id, t.id, t.project_id
from operations.tasks t
where t.org_id = $1
and t.external_id = any($2)`, tx.Call().Organization.ID, externalIDs)
	for _, t := range found {
		p.placed[t.ExternalID] = placedTask{id.Format("tsk", t.ID), id.Format("prj", t.ProjectID.UUID)}
	}
	return err
}

// planTask makes the task of a row.
func (p *planner) planTask(tx *db.Tx, r *row) {
	in := r.task
	state, known := p.states[in.State]
	if !known { // an issue without a state
		state = p.unstarted
		r.note("it has no state; it was imported as not started")
	}
	t := &pb.Task{
		Id: id.Format("tsk", id.New()), DisplayName: r.title, Description: in.Description,
		OwnerId: p.people[in.Assignee], Priority: pb.Task_Priority(pb.Task_Priority_value[in.Priority]),
		StartDate: in.Start, DueDate: in.Due, State: state.category, TaskStateId: state.id,
		ExternalId: r.externalID, Metadata: in.Metadata,
	}
	if t.OwnerId == "" {
		t.OwnerId = p.workImport.OwnerId
		if in.Assignee != "" {
			r.note(fmt.Sprintf("%s is no person here; the owner of the import got the task", p.names[in.Assignee]))
		}
	}
	if project := p.projects[in.Project]; project != nil {
		t.ProjectId = project.Id
		if section := p.sections[in.Section]; section != nil && section.ProjectId == project.Id {
			t.SectionId = section.Id
		}
	}
	for _, item := range in.Checklist {
		t.Checklist = append(t.Checklist, &pb.Task_ChecklistItem{Text: item.Text, Checked: item.IsDone})
	}
	r.outcome, r.newTask, r.recordID = created, t, t.Id
	p.setCollaborators(r)
	setTimes(tx, r)
	p.setParent(r)
}

// setCollaborators sets the persons here among the collaborators of a task.
func (p *planner) setCollaborators(r *row) {
	for _, key := range r.task.Collaborators {
		switch person := p.people[key]; {
		case person == "":
			r.note(fmt.Sprintf("%s is no person here and was left out as a collaborator", p.names[key]))
		case person != r.newTask.OwnerId && !slices.Contains(r.newTask.CollaboratorIds, person):
			r.newTask.CollaboratorIds = append(r.newTask.CollaboratorIds, person)
		}
	}
	r.newTask.CollaboratorIds = limit(r, "collaborators", r.newTask.CollaboratorIds, maxCollaborators)
}

// setTimes sets when the work on a task began and ended, which its state decides.
func setTimes(tx *db.Tx, r *row) {
	in, t := r.task, r.newTask
	stamp := func(times ...*time.Time) *timestamp {
		for _, at := range times {
			if at != nil {
				return timestamppb.New(*at)
			}
		}
		return timestamppb.New(tx.Call().Now())
	}
	switch t.State {
	case pb.Task_STARTED:
		t.BeginTime = stamp(in.Started, in.Updated)
	case pb.Task_COMPLETED:
		if in.Completed == nil {
			r.note("the file does not say when it was completed; the time of the last change was taken")
		}
		t.CompleteTime = stamp(in.Completed, in.Updated)
		t.BeginTime = t.CompleteTime
		if in.Started != nil && in.Started.Before(t.CompleteTime.AsTime()) {
			t.BeginTime = stamp(in.Started)
		}
	default:
		if in.Started != nil {
			t.BeginTime = stamp(in.Started)
		}
	}
}

// setParent sets the parent of a task, which must be in the same project.
func (p *planner) setParent(r *row) {
	if r.task.Parent == "" {
		return
	}
	switch parent, known := p.placed[r.task.Parent]; {
	case !known:
		r.note("its parent was not imported; it was imported without a parent")
	case parent.project != r.newTask.ProjectId:
		r.note("its parent is in another project; it was imported without a parent")
	default:
		r.newTask.ParentId = parent.id
	}
}

// commentText returns the text of a comment that names who wrote it and when.
func (p *planner) commentText(c comment) string {
	var heading []string
	if name := strings.TrimSpace(cut(p.names[c.Author], maxTitle)); name != "" {
		heading = append(heading, name)
	}
	if c.Written != nil {
		heading = append(heading, c.Written.Format("2006-01-02 15:04")+" UTC")
	}
	if len(heading) == 0 {
		return c.Text
	}
	return strings.Join(heading, ", ") + ":\n\n" + c.Text
}
