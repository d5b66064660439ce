package workimport

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformpb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// target is what the labels, states, projects and sections of a file are here, and which of them
// the import creates. Identifiers of those are set in advance.
type target struct {
	workImport *pb.WorkImport
	content    content
	people     map[string]string // persons by key; "" for people without one
	names      map[string]string // names of people by key
	states     map[string]workflowState
	unstarted  workflowState // of tasks without a state
	projects   map[string]*pb.Project
	sections   map[string]*pb.ProjectSection
	labels     map[string]string // by name in lower case

	newLabels   []*platformpb.Label
	newStates   []*pb.TaskState
	newProjects []*pb.Project
	newSections []*pb.ProjectSection
}

// workflowState is a state of the workflow.
type workflowState struct {
	id       string
	category pb.Task_State
}

// resolveTarget finds what is here, and plans what is missing.
func resolveTarget(ctx context.Context, tx *db.Tx, w *pb.WorkImport) (*target, error) {
	t := &target{workImport: w, people: map[string]string{}, names: map[string]string{},
		states: map[string]workflowState{}, projects: map[string]*pb.Project{},
		sections: map[string]*pb.ProjectSection{}}
	for _, p := range w.People {
		t.people[p.Key], t.names[p.Key] = p.PersonId, p.DisplayName
		if p.DisplayName == "" {
			t.names[p.Key] = p.Email
		}
	}
	var err error
	if t.content, err = loadContent(ctx, tx, w.Id); err != nil {
		return nil, err
	}
	for _, resolve := range []func(context.Context, *db.Tx) error{
		t.resolveLabels, t.resolveStates, t.resolveProjects, t.resolveSections,
	} {
		if err := resolve(ctx, tx); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// resolveLabels finds labels by their names.
func (t *target) resolveLabels(ctx context.Context, tx *db.Tx) (err error) {
	names := make([]string, len(t.content.Labels))
	for i, l := range t.content.Labels {
		names[i] = l.Name
	}
	if t.labels, err = collaboration.FindLabels(ctx, tx, names); err != nil {
		return err
	}
	for _, l := range t.content.Labels {
		name := strings.ToLower(l.Name)
		if t.labels[name] == "" {
			t.labels[name] = id.Format("lab", id.New())
			t.newLabels = append(t.newLabels,
				&platformpb.Label{Id: t.labels[name], DisplayName: l.Name, Color: l.Color})
		}
	}
	return nil
}

// workflow are the states of the organization in their order.
type workflow []namedState

type namedState struct {
	name string // in lower case
	workflowState
}

// loadWorkflow returns the states of the organization.
func loadWorkflow(ctx context.Context, tx *db.Tx) (workflow, error) {
	type state struct {
		ID             uuid.UUID
		DisplayNameKey string
		Category       string
	}
	found, err := db.Collect[state](ctx, tx, `
select s.id, s.display_name_key, s.category
from operations.task_states s
where s.org_id = $1
order by s.rank, s.id`, tx.Call().Organization.ID)
	states := make(workflow, len(found))
	for i, s := range found {
		states[i] = namedState{s.DisplayNameKey,
			workflowState{id.Format("tks", s.ID), pb.Task_State(pb.Task_State_value[s.Category])}}
	}
	return states, err
}

// byName returns the state with a name, nil if there is none.
func (w workflow) byName(name string) *workflowState {
	for i := range w {
		if w[i].name == strings.ToLower(name) {
			return &w[i].workflowState
		}
	}
	return nil
}

// first returns the first state of a category. There always is one.
func (w workflow) first(category pb.Task_State) workflowState {
	for _, s := range w {
		if s.category == category {
			return s.workflowState
		}
	}
	return workflowState{}
}

// maxStateName is the longest name of a state.
const maxStateName = 60

// resolveStates finds states by the mapping, or else by name and category. If another category has
// the name, the new state is named after the tool too.
func (t *target) resolveStates(ctx context.Context, tx *db.Tx) error {
	here, err := loadWorkflow(ctx, tx)
	if err != nil {
		return err
	}
	t.unstarted = here.first(pb.Task_UNSTARTED)
	byID := map[string]workflowState{}
	for _, s := range here {
		byID[s.id] = s.workflowState
	}
	toolName := " (" + string(tools[t.workImport.Tool]) + ")"
	for _, s := range t.workImport.TaskStates {
		if s.TaskStateId != "" {
			t.states[s.Key] = byID[s.TaskStateId]
			continue
		}
		name := cut(s.DisplayName, maxStateName)
		at := here.byName(name)
		if at != nil && at.category != s.Category {
			name = cut(s.DisplayName, maxStateName-len(toolName)) + toolName
			at = here.byName(name)
		}
		if at == nil {
			made := workflowState{id.Format("tks", id.New()), s.Category}
			here = append(here, namedState{strings.ToLower(name), made})
			t.newStates = append(t.newStates, &pb.TaskState{Id: made.id, DisplayName: name, Category: s.Category})
			at = &made
		}
		t.states[s.Key] = *at
	}
	return nil
}

// resolveProjects finds projects by the mapping, or else by their external ids.
func (t *target) resolveProjects(ctx context.Context, tx *db.Tx) error {
	var externalIDs []string
	for _, p := range t.workImport.Projects {
		externalIDs = append(externalIDs, projectExternalID(t.workImport.Tool, p.Key))
	}
	known, err := findProjects(ctx, tx, externalIDs)
	if err != nil {
		return err
	}
	for i, p := range t.workImport.Projects {
		projectID := p.ProjectId
		if projectID == "" {
			projectID = known[externalIDs[i]]
		}
		if projectID != "" {
			found, err := projects.FindProject(ctx, tx, projectID)
			if err != nil {
				return err
			}
			t.projects[p.Key] = found
			continue
		}
		made := &pb.Project{Id: id.Format("prj", id.New()), DisplayName: cut(p.DisplayName, maxTitle),
			OwnerId: t.workImport.OwnerId, CustomerId: p.CustomerId, ExternalId: externalIDs[i]}
		made.Billing = pb.Project_NON_BILLABLE
		if p.CustomerId != "" {
			made.Billing = pb.Project_TIME_AND_MATERIALS
		}
		t.projects[p.Key] = made
		t.newProjects = append(t.newProjects, made)
	}
	return nil
}

// resolveSections finds sections by their external ids, or else by their names in the project.
func (t *target) resolveSections(ctx context.Context, tx *db.Tx) error {
	var externalIDs []string
	for _, s := range t.content.Sections {
		externalIDs = append(externalIDs, sectionExternalID(t.workImport.Tool, s.Key))
	}
	known, err := findByExternalID(ctx, tx, "operations.project_sections", "sct", externalIDs)
	if err != nil {
		return err
	}
	byID, byName, err := t.loadSections(ctx, tx)
	if err != nil {
		return err
	}
	for i, s := range t.content.Sections {
		project := t.projects[s.Project]
		if project == nil {
			continue
		}
		name := sectionName{project.Id, strings.ToLower(s.Name)}
		at := byID[known[externalIDs[i]]]
		if at == nil || at.ProjectId != project.Id {
			at = byName[name]
		}
		if at == nil {
			at = &pb.ProjectSection{Id: id.Format("sct", id.New()), ProjectId: project.Id, DisplayName: s.Name}
			if known[externalIDs[i]] == "" {
				at.ExternalId = externalIDs[i]
			}
			byName[name] = at
			t.newSections = append(t.newSections, at)
		}
		t.sections[s.Key] = at
	}
	return nil
}

// sectionName is the name in lower case of a section of a project.
type sectionName struct{ project, name string }

// loadSections returns the sections of the projects that are here, by identifier and by name.
func (t *target) loadSections(
	ctx context.Context, tx *db.Tx,
) (byID map[string]*pb.ProjectSection, byName map[sectionName]*pb.ProjectSection, err error) {
	isNew, isKnown := map[string]bool{}, map[string]bool{}
	for _, p := range t.newProjects {
		isNew[p.Id] = true
	}
	byID, byName = map[string]*pb.ProjectSection{}, map[sectionName]*pb.ProjectSection{}
	for _, p := range t.projects {
		if isNew[p.Id] || isKnown[p.Id] {
			continue
		}
		isKnown[p.Id] = true
		list, err := projects.SectionsOf(ctx, tx, p.Id)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range list {
			byID[s.Id] = s
			if name := (sectionName{p.Id, strings.ToLower(s.DisplayName)}); byName[name] == nil {
				byName[name] = s
			}
		}
	}
	return byID, byName, nil
}
