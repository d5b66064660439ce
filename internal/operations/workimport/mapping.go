package workimport

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/operations/workimport/exportfile"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
)

type (
	person        = pb.WorkImport_Person
	taskState     = pb.WorkImport_TaskState
	sourceProject = pb.WorkImport_SourceProject
)

// proposeMapping sets the people, states and projects of a file, with what they are here as far as
// that is certain.
func proposeMapping(ctx context.Context, tx *db.Tx, f *exportfile.File, w *pb.WorkImport) error {
	if err := proposePeople(ctx, tx, f, w); err != nil {
		return err
	}
	if err := proposeStates(ctx, tx, f, w); err != nil {
		return err
	}
	return proposeProjects(ctx, tx, f, w)
}

// proposePeople finds people by their email addresses.
func proposePeople(ctx context.Context, tx *db.Tx, f *exportfile.File, w *pb.WorkImport) error {
	var emails []string
	for _, p := range f.People {
		emails = append(emails, strings.ToLower(p.Email))
	}
	found, err := identity.FindPersonsByEmail(ctx, tx, emails)
	if err != nil {
		return err
	}
	w.People = nil
	for _, p := range f.People {
		name := p.Name
		if name == "" {
			name = p.Username
		}
		w.People = append(w.People, &person{Key: p.Key, DisplayName: name, Email: p.Email, UseCount: int32(p.Uses),
			PersonId: found[strings.ToLower(p.Email)]})
	}
	return nil
}

// categories are the categories of states, by that of the file.
var categories = map[exportfile.Category]pb.Task_State{
	exportfile.Backlog: pb.Task_BACKLOG, exportfile.Unstarted: pb.Task_UNSTARTED, exportfile.Started: pb.Task_STARTED,
	exportfile.Completed: pb.Task_COMPLETED, exportfile.Canceled: pb.Task_CANCELED,
}

// proposeStates finds states by their names and categories. The states of a tool that has only two
// are the first ones of their categories.
func proposeStates(ctx context.Context, tx *db.Tx, f *exportfile.File, w *pb.WorkImport) error {
	workflow, err := loadWorkflow(ctx, tx)
	if err != nil {
		return err
	}
	w.TaskStates = nil
	for _, s := range f.States {
		out := &taskState{Key: s.Key, DisplayName: s.Name, Category: categories[s.Category], UseCount: int32(s.Uses),
			IsUnknown: s.Basis == exportfile.FromNothing}
		if at := workflow.byName(s.Name); at != nil && at.category == out.Category {
			out.TaskStateId = at.id
		} else if s.Basis == exportfile.FromTool {
			out.TaskStateId = workflow.first(out.Category).id
		}
		w.TaskStates = append(w.TaskStates, out)
	}
	return nil
}

// proposeProjects finds projects that an earlier import created, and the customers of the others.
func proposeProjects(ctx context.Context, tx *db.Tx, f *exportfile.File, w *pb.WorkImport) error {
	clients := map[string]string{}
	var names, externalIDs []string
	for _, c := range f.Clients {
		clients[c.Key] = c.Name
		names = append(names, c.Name)
	}
	for _, p := range f.Projects {
		externalIDs = append(externalIDs, projectExternalID(w.Tool, p.Key))
	}
	found, err := customers.FindByNames(ctx, tx, names)
	if err != nil {
		return err
	}
	known, err := findProjects(ctx, tx, externalIDs)
	if err != nil {
		return err
	}
	w.Projects = nil
	for i, p := range f.Projects {
		out := &sourceProject{Key: p.Key, DisplayName: p.Name, ClientName: clients[p.ClientKey],
			ProjectId: known[externalIDs[i]]}
		if of := found[strings.ToLower(out.ClientName)]; out.ProjectId == "" && out.ClientName != "" && len(of) == 1 {
			out.CustomerId = of[0]
		}
		w.Projects = append(w.Projects, out)
	}
	return nil
}

// findProjects returns the projects with external ids.
func findProjects(ctx context.Context, tx *db.Tx, externalIDs []string) (map[string]string, error) {
	return findByExternalID(ctx, tx, "operations.projects", "prj", externalIDs)
}

// findByExternalID returns the records of a table with external ids, by these.
func findByExternalID(
	ctx context.Context, tx *db.Tx, table, prefix string, externalIDs []string,
) (map[string]string, error) {
	found, err := db.CollectMap[string, uuid.UUID](ctx, tx, fmt.Sprintf(`
select t.external_id, t.id
from %s t
where t.org_id = $1
and t.external_id = any($2)`, table), tx.Call().Organization.ID, externalIDs)
	ids := make(map[string]string, len(found))
	for externalID, key := range found {
		ids[externalID] = id.Format(prefix, key)
	}
	return ids, err
}
