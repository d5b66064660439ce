package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// company is an organization of four persons: Mia is above Eve, who is above Tom, and Xan
// is beside them.
type company struct {
	*apptest.Organization
	persons   map[string]string
	employees map[string]string
}

func newCompany(t *testing.T) company {
	t.Helper()
	c := company{apptest.SignUp(t), map[string]string{}, map[string]string{}}
	for _, who := range []struct{ name, manager string }{{"Mia", ""}, {"Eve", "Mia"}, {"Tom", "Eve"}, {"Xan", ""}} {
		e, err := peoplev1.NewDirectoryServiceClient(c).CreateEmployee(t.Context(), &peoplev1.CreateEmployeeRequest{Employee: &peoplev1.Employee{
			DisplayName: who.name, HireDate: "2026-01-01", ManagerId: c.employees[who.manager],
		}})
		if err != nil {
			t.Fatal(err)
		}
		c.persons[who.name], c.employees[who.name] = e.GetPersonId(), e.GetId()
	}
	return c
}

// as is the company by one of its persons.
func (c company) as(t *testing.T, name string, role platformv1.ApiKey_Role) *apptest.Organization {
	t.Helper()
	return c.AsPerson(t, c.persons[name], role)
}

// tasks makes a task of each person, by the owner's key, and returns their identifiers.
func (c company) tasks(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, person := range c.persons {
		task, err := operationsv1.NewWorkServiceClient(c).CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
			Task: &operationsv1.Task{DisplayName: name + "'s task", OwnerId: person}})
		if err != nil {
			t.Fatal(err)
		}
		out[name] = task.GetId()
	}
	return out
}

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

// taskIDs returns the identifiers of a page of tasks.
func taskIDs(page *operationsv1.ListTasksResponse) (ids []string) {
	for _, task := range page.GetTasks() {
		ids = append(ids, task.GetId())
	}
	return ids
}

// names are the persons whose records are among some identifiers.
func names(byName map[string]string, ids []string) string {
	var found []string
	for name, key := range byName {
		if slices.Contains(ids, key) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}

// TestCallersSeeWhatTheirReachSays compares lists, counts, single records, batches and
// events of tasks with what each role reaches.
func TestCallersSeeWhatTheirReachSays(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	tasks := c.tasks(t)
	for _, who := range []struct {
		name string
		role platformv1.ApiKey_Role
		sees string
	}{
		{"Tom", platformv1.ApiKey_EMPLOYEE, "Tom"},
		{"Eve", platformv1.ApiKey_EMPLOYEE, "Eve"},
		{"Eve", platformv1.ApiKey_MANAGER, "Eve Tom"},
		{"Mia", platformv1.ApiKey_MANAGER, "Eve Mia Tom"},
		{"Xan", platformv1.ApiKey_MANAGER, "Xan"},
		{"Xan", platformv1.ApiKey_PAYROLL, "Xan"},
		{"Xan", platformv1.ApiKey_ACCOUNTANT, "Eve Mia Tom Xan"},
		{"Xan", platformv1.ApiKey_AUDITOR, "Eve Mia Tom Xan"},
		{"Xan", platformv1.ApiKey_ADMIN, "Eve Mia Tom Xan"},
	} {
		t.Run(who.name+" "+who.role.String(), func(t *testing.T) {
			t.Parallel()
			caller := c.as(t, who.name, who.role)
			work := operationsv1.NewWorkServiceClient(caller)
			page, err := work.ListTasks(t.Context(), &operationsv1.ListTasksRequest{IncludeTotal: true, OrderBy: "display_name"})
			if err != nil {
				t.Fatal(err)
			}
			if got := names(tasks, taskIDs(page)); got != who.sees || int(page.GetTotalSize()) != len(strings.Fields(who.sees)) {
				t.Errorf("lists %q of %d, want %q", got, page.GetTotalSize(), who.sees)
			}
			if got := names(tasks, subjects(t, caller, "")); got != who.sees {
				t.Errorf("sees events of %q, want %q", got, who.sees)
			}
			for name, key := range tasks {
				sees := strings.Contains(who.sees, name)
				if _, err := work.GetTask(t.Context(), &operationsv1.GetTaskRequest{TaskId: key}); (err == nil) != sees || err != nil && apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
					t.Errorf("%s's task: %v", name, err)
				}
				if _, err := work.BatchGetTasks(t.Context(), &operationsv1.BatchGetTasksRequest{Ids: []string{key}}); (err == nil) != sees {
					t.Errorf("a batch with %s's task: %v", name, err)
				}
				if got := subjects(t, caller, `subject_id = "`+key+`"`); (len(got) > 0) != sees {
					t.Errorf("%s's task has %d events", name, len(got))
				}
			}
		})
	}
}

// subjects are what the events that a caller sees are about, and each event that is listed
// can be read by itself.
func subjects(t *testing.T, caller *apptest.Organization, filter string) (out []string) {
	t.Helper()
	history := platformv1.NewHistoryServiceClient(caller)
	for token := ""; ; {
		page, err := history.ListEvents(t.Context(), &platformv1.ListEventsRequest{Filter: filter, PageSize: 3, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.GetEvents() {
			out = append(out, e.GetSubjectId())
		}
		if token = page.GetNextPageToken(); token == "" {
			return out
		}
	}
}

// TestEventIsHiddenWithItsSubject checks that an event of a record beyond reach is not
// found by its own identifier either.
func TestEventIsHiddenWithItsSubject(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	all, err := platformv1.NewHistoryServiceClient(c).ListEvents(t.Context(), &platformv1.ListEventsRequest{Filter: `subject_id = "` + c.employees["Tom"] + `"`})
	if err != nil || len(all.GetEvents()) != 1 {
		t.Fatalf("got %v, %v", all, err)
	}
	for _, who := range []struct {
		name string
		role platformv1.ApiKey_Role
		sees bool
	}{
		{"Tom", platformv1.ApiKey_EMPLOYEE, true}, {"Xan", platformv1.ApiKey_EMPLOYEE, false}, {"Xan", platformv1.ApiKey_ACCOUNTANT, false},
		{"Mia", platformv1.ApiKey_MANAGER, true}, {"Xan", platformv1.ApiKey_PAYROLL, true}, {"Xan", platformv1.ApiKey_HR, true},
	} {
		history := platformv1.NewHistoryServiceClient(c.as(t, who.name, who.role))
		_, err := history.GetEvent(t.Context(), &platformv1.GetEventRequest{EventId: all.GetEvents()[0].GetId()})
		if (err == nil) != who.sees || err != nil && apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
			t.Errorf("%s as %s gets %v", who.name, who.role, err)
		}
	}
}

// TestHandedOverRecordIsHidden checks that who hands a task over no longer finds it, yet
// sees that it was handed over, and that its new owner sees its events from then on.
func TestHandedOverRecordIsHidden(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	task := c.tasks(t)["Tom"]
	tom, xan := c.as(t, "Tom", platformv1.ApiKey_EMPLOYEE), c.as(t, "Xan", platformv1.ApiKey_EMPLOYEE)
	if _, err := operationsv1.NewWorkServiceClient(tom).UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
		TaskId: task, Task: &operationsv1.Task{OwnerId: c.persons["Xan"]}, UpdateMask: mask("owner_id")}); err != nil {
		t.Fatal(err)
	}
	about := `subject_id = "` + task + `"`
	if _, err := operationsv1.NewWorkServiceClient(tom).GetTask(t.Context(), &operationsv1.GetTaskRequest{TaskId: task}); apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
		t.Errorf("who handed it over gets %v", err)
	}
	if got := subjects(t, tom, about); len(got) != 2 {
		t.Errorf("who handed it over sees %d events, want its creation and the hand-over", len(got))
	}
	if got := subjects(t, xan, about); len(got) != 1 {
		t.Errorf("the new owner sees %d events, want the hand-over", len(got))
	}
	if _, err := operationsv1.NewWorkServiceClient(xan).StartTask(t.Context(), &operationsv1.StartTaskRequest{TaskId: task}); err != nil {
		t.Errorf("the new owner cannot start it: %v", err)
	}
	if got := subjects(t, tom, about); len(got) != 2 {
		t.Errorf("who handed it over sees %d events after its new owner's", len(got))
	}
	if _, err := operationsv1.NewWorkServiceClient(xan).DeleteTask(t.Context(), &operationsv1.DeleteTaskRequest{TaskId: task}); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[*apptest.Organization]int{tom: 2, xan: 3, c.as(t, "Mia", platformv1.ApiKey_MANAGER): 2, c.as(t, "Mia", platformv1.ApiKey_EMPLOYEE): 0} {
		if got := subjects(t, who, about); len(got) != want {
			t.Errorf("after its deletion a caller sees %d events, want %d", len(got), want)
		}
	}
}

// TestChangesEndAtTheReach checks that a verb on a record beyond the caller's reach is
// refused as if there were none, or as out of reach where the caller may read it.
func TestChangesEndAtTheReach(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	tasks := c.tasks(t)
	for _, who := range []struct {
		name   string
		role   platformv1.ApiKey_Role
		whose  string
		reason optionsv1.Reason
	}{
		{"Tom", platformv1.ApiKey_EMPLOYEE, "Tom", 0},
		{"Tom", platformv1.ApiKey_EMPLOYEE, "Eve", optionsv1.Reason_RECORD_NOT_FOUND},
		{"Eve", platformv1.ApiKey_MANAGER, "Tom", 0},
		{"Eve", platformv1.ApiKey_MANAGER, "Mia", optionsv1.Reason_RECORD_NOT_FOUND},
		{"Xan", platformv1.ApiKey_ACCOUNTANT, "Tom", optionsv1.Reason_OUT_OF_REACH},
		{"Xan", platformv1.ApiKey_ACCOUNTANT, "Xan", 0},
	} {
		caller := c.as(t, who.name, who.role)
		work := operationsv1.NewWorkServiceClient(caller)
		_, update := work.UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
			TaskId: tasks[who.whose], Task: &operationsv1.Task{Description: nth("About")}, UpdateMask: mask("description")})
		_, start := work.StartTask(t.Context(), &operationsv1.StartTaskRequest{TaskId: tasks[who.whose], ValidateOnly: true})
		refusals := map[string]error{"update": update, "start": start}
		if who.reason != 0 {
			_, refusals["delete"] = work.DeleteTask(t.Context(), &operationsv1.DeleteTaskRequest{TaskId: tasks[who.whose]})
		}
		for verb, err := range refusals {
			if apptest.Reason(err) != who.reason {
				t.Errorf("%s as %s: %s of %s's task gives %v", who.name, who.role, verb, who.whose, err)
			}
		}
		if task, err := work.GetTask(t.Context(), &operationsv1.GetTaskRequest{TaskId: tasks[who.whose]}); err == nil {
			for _, a := range task.GetAllowedActions() {
				if a.GetAllowed() && who.reason != 0 {
					t.Errorf("%s is offered %s of %s's task", who.name, a.GetVerb(), who.whose)
				}
			}
		}
	}
}

// TestRecordsAreMadeWithinTheReach checks that nobody makes a record for, or moves one to,
// somebody beyond their reach, unless the kind can be handed over.
func TestRecordsAreMadeWithinTheReach(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	eve := operationsv1.NewWorkServiceClient(c.as(t, "Eve", platformv1.ApiKey_MANAGER))
	for name, reason := range map[string]optionsv1.Reason{"Eve": 0, "Tom": 0, "nobody": 0, "Mia": optionsv1.Reason_OUT_OF_REACH, "Xan": optionsv1.Reason_OUT_OF_REACH} {
		project, err := eve.CreateProject(t.Context(), &operationsv1.CreateProjectRequest{Project: &operationsv1.Project{DisplayName: nth("Move"), OwnerId: c.persons[name]}})
		if apptest.Reason(err) != reason {
			t.Errorf("a project of %s gives %v", name, err)
		}
		if err != nil {
			continue
		}
		if owner := project.GetOwnerId(); owner != c.persons["Tom"] && owner != c.persons["Eve"] {
			t.Errorf("a project of %s is %s's", name, owner)
		}
		_, err = eve.UpdateProject(t.Context(), &operationsv1.UpdateProjectRequest{ProjectId: project.GetId(), Project: &operationsv1.Project{OwnerId: c.persons["Xan"]}, UpdateMask: mask("owner_id")})
		if apptest.Reason(err) != optionsv1.Reason_OUT_OF_REACH {
			t.Errorf("moving a project beyond reach gives %v", err)
		}
		if _, err := eve.UpdateProject(t.Context(), &operationsv1.UpdateProjectRequest{ProjectId: project.GetId(), Project: &operationsv1.Project{OwnerId: c.persons["Tom"]}, UpdateMask: mask("owner_id")}); err != nil {
			t.Errorf("moving a project within reach gives %v", err)
		}
		// Handing over is what tasks are for.
		if _, err := eve.CreateTask(t.Context(), &operationsv1.CreateTaskRequest{Task: &operationsv1.Task{DisplayName: nth("Ask"), OwnerId: c.persons["Xan"]}}); err != nil {
			t.Errorf("a task for somebody else gives %v", err)
		}
	}
}

// TestReferencesEndAtTheReach checks that naming a record beyond reach is refused as naming
// none, and that an identifier which is taken shows no record beyond reach.
func TestReferencesEndAtTheReach(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	hr := c.as(t, "Xan", platformv1.ApiKey_HR)
	directory := peoplev1.NewDirectoryServiceClient(hr)
	if _, err := directory.UpdateEmployee(t.Context(), &peoplev1.UpdateEmployeeRequest{
		EmployeeId: c.employees["Xan"], Employee: &peoplev1.Employee{ManagerId: c.employees["Mia"]}, UpdateMask: mask("manager_id")}); err != nil {
		t.Fatal(err)
	}
	// A task's identifier, taken by somebody else's.
	tasks := c.tasks(t)
	tom := c.as(t, "Tom", platformv1.ApiKey_EMPLOYEE)
	for name, shows := range map[string]bool{"Tom": true, "Eve": false} {
		answer := tom.REST(t, "POST", "/v1/tasks", fmt.Sprintf(`{"id": %q, "displayName": "Mine"}`, tasks[name]))
		if answer.Code != http.StatusConflict || strings.Contains(string(answer.Raw), "'s task") != shows {
			t.Errorf("the identifier of %s's task gives %d %s", name, answer.Code, answer.Raw)
		}
	}
}

// TestTeamFollowsTheReportingTree checks that who reports to whom decides at once what a
// manager sees, however deep, and that nobody below is lost when somebody moves.
func TestTeamFollowsTheReportingTree(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	tasks := c.tasks(t)
	directory := peoplev1.NewDirectoryServiceClient(c)
	sees := func(name string) string {
		t.Helper()
		page, err := operationsv1.NewWorkServiceClient(c.as(t, name, platformv1.ApiKey_MANAGER)).ListTasks(t.Context(), &operationsv1.ListTasksRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return names(tasks, taskIDs(page))
	}
	move := func(name, manager string) {
		t.Helper()
		if _, err := directory.UpdateEmployee(t.Context(), &peoplev1.UpdateEmployeeRequest{
			EmployeeId: c.employees[name], Employee: &peoplev1.Employee{ManagerId: c.employees[manager]}, UpdateMask: mask("manager_id")}); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name, manager string
		want          map[string]string
	}{
		{"Eve", "Xan", map[string]string{"Mia": "Mia", "Xan": "Eve Tom Xan", "Eve": "Eve Tom"}},
		{"Xan", "Mia", map[string]string{"Mia": "Eve Mia Tom Xan", "Xan": "Eve Tom Xan"}},
		{"Tom", "Mia", map[string]string{"Mia": "Eve Mia Tom Xan", "Xan": "Eve Xan", "Eve": "Eve"}},
		{"Xan", "", map[string]string{"Mia": "Mia Tom", "Xan": "Eve Xan"}},
	} {
		move(step.name, step.manager)
		for name, want := range step.want {
			if got := sees(name); got != want {
				t.Errorf("after %s moves to %q, %s sees %q, want %q", step.name, step.manager, name, got, want)
			}
		}
	}
	if _, err := directory.DeleteEmployee(t.Context(), &peoplev1.DeleteEmployeeRequest{EmployeeId: c.employees["Tom"]}); err != nil {
		t.Fatal(err)
	}
	if got := sees("Mia"); got != "Mia" {
		t.Errorf("after Tom is deleted, Mia sees %q", got)
	}
}
