package main

import (
	"context"
	"fmt"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/id"
)

// Numbers of requests for each list of work, of persons, of reports of the manager among them, and
// of projects.
const workCalls, workPersons, workTeam, workProjects = 51, 30, 8, 40

// tasksPerEntry is the part of tasks among the copied records: one of so many.
const tasksPerEntry = 10

// workforce is an organization whose persons work: a manager with a team, and others.
type workforce struct {
	*company
	conn              *grpc.ClientConn
	persons, projects []string
	managerKey        string
	employeeKey       string
}

// compareWork prints the latencies of lists in an organization with the given number of time
// entries, and a tenth as many tasks, for its owner, for a manager and for an employee.
func compareWork(ctx context.Context, s *server, database string, entries int, out io.Writer) error {
	w, err := openWorkforce(ctx, s, fmt.Sprintf("work%d", entries))
	if err != nil {
		return err
	}
	defer w.conn.Close()
	announce("work", fmt.Sprintf("copying %d time entries", entries))
	if err := w.copyWork(ctx, database, entries); err != nil {
		return err
	}
	var reads []read
	for _, who := range []struct{ name, key string }{
		{"owner", w.key}, {"manager", w.managerKey}, {"employee", w.employeeKey},
	} {
		for _, r := range w.reads() {
			ask := r.ask
			reads = append(reads, read{who.name + ": " + r.name, r.calls, func(ctx context.Context) error {
				return ask(metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+who.key))
			}})
		}
	}
	return printReads(ctx, fmt.Sprintf("%d tasks, %d time entries, ms", entries/tasksPerEntry, entries), reads, out)
}

// openWorkforce creates the persons, the projects, a task and a time entry.
func openWorkforce(ctx context.Context, s *server, name string) (*workforce, error) {
	c, err := signUp(ctx, s, name)
	if err != nil {
		return nil, err
	}
	w := &workforce{company: c}
	if w.conn, err = s.dial(); err != nil {
		return nil, err
	}
	ctx = c.withKey(ctx)
	if err := w.hire(ctx); err != nil {
		return nil, err
	}
	for n := range workProjects {
		p, err := operationsv1.NewProjectsServiceClient(w.conn).CreateProject(ctx, &operationsv1.CreateProjectRequest{
			Project: &operationsv1.Project{DisplayName: fmt.Sprintf("Project %d", n)}})
		if err != nil {
			return nil, err
		}
		w.projects = append(w.projects, p.GetId())
	}
	t, err := operationsv1.NewWorkServiceClient(w.conn).CreateTask(ctx, &operationsv1.CreateTaskRequest{
		Task: &operationsv1.Task{DisplayName: "Bench", ProjectId: w.projects[0], OwnerId: w.persons[0]}})
	if err != nil {
		return nil, err
	}
	_, err = operationsv1.NewTimekeepingServiceClient(w.conn).CreateTimeEntry(ctx, &operationsv1.CreateTimeEntryRequest{
		TimeEntry: &operationsv1.TimeEntry{TaskId: t.GetId(), PersonId: w.persons[0], DurationSeconds: 60}})
	return w, err
}

// hire creates the employees. The first one manages the next.
func (w *workforce) hire(ctx context.Context) error {
	directory, identity := peoplev1.NewDirectoryServiceClient(w.conn), platformv1.NewIdentityServiceClient(w.conn)
	manager := ""
	for n := range workPersons {
		e := &peoplev1.Employee{DisplayName: fmt.Sprintf("Person %d", n), HireDate: "2020-01-01"}
		if n > 0 && n <= workTeam {
			e.ManagerId = manager
		}
		e, err := directory.CreateEmployee(ctx, &peoplev1.CreateEmployeeRequest{Employee: e})
		if err != nil {
			return err
		}
		if n == 0 {
			manager = e.GetId()
		}
		w.persons = append(w.persons, e.GetPersonId())
	}
	for key, k := range map[*string]*platformv1.ApiKey{
		&w.managerKey:  {DisplayName: "Manager", Role: platformv1.ApiKey_MANAGER, PersonId: w.persons[0]},
		&w.employeeKey: {DisplayName: "Employee", Role: platformv1.ApiKey_EMPLOYEE, PersonId: w.persons[1]},
	} {
		made, err := identity.CreateApiKey(ctx, &platformv1.CreateApiKeyRequest{ApiKey: k})
		if err != nil {
			return err
		}
		*key = made.GetSecret()
	}
	return nil
}

// copyWork copies the task and the time entry over persons, projects and days. A tenth of the tasks
// is open, and a twentieth of the time is billable and unbilled.
func (w *workforce) copyWork(ctx context.Context, database string, entries int) error {
	persons, err := keysOf("prs", w.persons)
	if err != nil {
		return err
	}
	projects, err := keysOf("prj", w.projects)
	if err != nil {
		return err
	}
	const spread = `'id', copy.id, 'project_id', ($4::text[])[1 + copy.n / 7 % cardinality($4::text[])],
		'create_time', now() - copy.n * interval '1 second', `
	if err := w.copyRows(ctx, database, entries/tasksPerEntry, []rowCopy{{"operations", "tasks", spread + `
		'owner_id', ($3::text[])[1 + copy.n % cardinality($3::text[])], 'rank', 'b' || lpad(copy.n::text, 9, '0') || 'V',
		'due_date', copy.day + 350, 'state', case when copy.n % 10 = 0 then 'UNSTARTED' else 'COMPLETED' end,
		'complete_time', case when copy.n % 10 > 0 then now() end`, []any{persons, projects}}}); err != nil {
		return err
	}
	return w.copyRows(ctx, database, entries, []rowCopy{{"operations", "time_entries", spread + `
		'person_id', ($3::text[])[1 + copy.n % cardinality($3::text[])], 'work_date', copy.day,
		'billable', copy.n % 20 = 0, 'billing_state', case when copy.n % 20 = 0 then 'UNBILLED' else '' end`,
		[]any{persons, projects}}})
}

// keysOf returns the keys of records as texts.
func keysOf(prefix string, ids []string) ([]string, error) {
	keys := make([]string, len(ids))
	for i, text := range ids {
		key, err := id.Parse(prefix, text)
		if err != nil {
			return nil, err
		}
		keys[i] = key.String()
	}
	return keys, nil
}

// reads returns the lists that are measured, as a caller of any role asks for them.
func (w *workforce) reads() (all []read) {
	work, hours := operationsv1.NewWorkServiceClient(w.conn), operationsv1.NewTimekeepingServiceClient(w.conn)
	for _, r := range []*operationsv1.ListTasksRequest{
		{}, {OrderBy: "due_date"}, {Filter: "state = UNSTARTED", OrderBy: "due_date"},
		{Filter: fmt.Sprintf("project_id = %q", w.projects[1])}, {Filter: fmt.Sprintf("owner_id = %q", w.persons[1])},
		{Filter: "overdue = true", OrderBy: "due_date"},
	} {
		all = append(all, read{"tasks " + r.GetFilter() + " " + r.GetOrderBy(), workCalls, func(ctx context.Context) error {
			_, err := work.ListTasks(ctx, r)
			return err
		}})
	}
	for _, r := range []*operationsv1.ListTimeEntriesRequest{
		{}, {OrderBy: "work_date desc"}, {Filter: "billing_state = UNBILLED"},
		{Filter: fmt.Sprintf("project_id = %q", w.projects[1])},
		{Filter: fmt.Sprintf("person_id = %q", w.persons[1]), OrderBy: "work_date desc"},
	} {
		all = append(all, read{"time " + r.GetFilter() + " " + r.GetOrderBy(), workCalls, func(ctx context.Context) error {
			_, err := hours.ListTimeEntries(ctx, r)
			return err
		}})
	}
	return append(all, read{"timeEntries:summarize of a project's month", workCalls, func(ctx context.Context) error {
		_, err := hours.SummarizeTimeEntries(ctx, &operationsv1.SummarizeTimeEntriesRequest{
			ProjectIds: w.projects[1:2], StartDate: w.today[:8] + "01", EndDate: w.today})
		return err
	}})
}
