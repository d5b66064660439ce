package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// checkTaskReads checks that a caller can read exactly the tasks, and their events, of the persons
// whose names visible contains.
func checkTaskReads(t *testing.T, caller *apptest.Organization, tasks map[string]string, visible string) {
	t.Helper()
	work := operationsv1.NewWorkServiceClient(caller)
	for name, key := range tasks {
		sees := strings.Contains(visible, name)
		if _, err := work.GetTask(t.Context(), &operationsv1.GetTaskRequest{TaskId: key}); (err == nil) != sees ||
			err != nil && apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
			t.Errorf("%s's task: got %v, want it found: %v", name, err, sees)
		}
		if _, err := work.BatchGetTasks(t.Context(),
			&operationsv1.BatchGetTasksRequest{Ids: []string{key}}); (err == nil) != sees {
			t.Errorf("a batch with %s's task: got %v, want it found: %v", name, err, sees)
		}
		if got := subjects(t, caller, `subject_id = "`+key+`"`); (len(got) > 0) != sees {
			t.Errorf("%s's task: got %d events, want some: %v", name, len(got), sees)
		}
	}
}

// TestReadsAreLimitedToReach checks lists, totals, single reads, batches and events of tasks with
// several roles.
func TestReadsAreLimitedToReach(t *testing.T) {
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
			caller := c.asPerson(t, who.name, who.role)
			work := operationsv1.NewWorkServiceClient(caller)
			page, err := work.ListTasks(t.Context(), &operationsv1.ListTasksRequest{IncludeTotal: true, OrderBy: "display_name"})
			if err != nil {
				t.Fatal(err)
			}
			if got := names(tasks, taskIDs(page)); got != who.sees || int(page.GetTotalSize()) != len(strings.Fields(who.sees)) {
				t.Errorf("got the tasks of %q and the total %d, want %q", got, page.GetTotalSize(), who.sees)
			}
			if got := names(tasks, subjects(t, caller, "")); got != who.sees {
				t.Errorf("got the events of %q, want %q", got, who.sees)
			}
			checkTaskReads(t, caller, tasks, who.sees)
		})
	}
}

// TestEventIsHiddenWithItsSubject checks that an event of a record beyond reach cannot be read by
// the event's identifier.
func TestEventIsHiddenWithItsSubject(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	all, err := platformv1.NewHistoryServiceClient(c).ListEvents(t.Context(),
		&platformv1.ListEventsRequest{Filter: `subject_id = "` + c.employees["Tom"] + `"`})
	if err != nil || len(all.GetEvents()) != 1 {
		t.Fatalf("got %v, %v", all, err)
	}
	for _, who := range []struct {
		name string
		role platformv1.ApiKey_Role
		sees bool
	}{
		{"Tom", platformv1.ApiKey_EMPLOYEE, true}, {"Xan", platformv1.ApiKey_EMPLOYEE, false}, {"Xan",
			platformv1.ApiKey_ACCOUNTANT, false},
		{"Mia", platformv1.ApiKey_MANAGER, true}, {"Xan", platformv1.ApiKey_PAYROLL, true}, {"Xan", platformv1.ApiKey_HR,
			true},
	} {
		history := platformv1.NewHistoryServiceClient(c.asPerson(t, who.name, who.role))
		_, err := history.GetEvent(t.Context(), &platformv1.GetEventRequest{EventId: all.GetEvents()[0].GetId()})
		if (err == nil) != who.sees || err != nil && apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
			t.Errorf("%s as %s: got %v, want it found: %v", who.name, who.role, err, who.sees)
		}
	}
}

// TestHandedOverRecordIsHidden checks that the former owner of a task cannot read it, but still
// sees the events up to the hand-over. The new owner sees the events from the hand-over on.
func TestHandedOverRecordIsHidden(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	task := c.tasks(t)["Tom"]
	tom, xan := c.asPerson(t, "Tom", platformv1.ApiKey_EMPLOYEE), c.asPerson(t, "Xan", platformv1.ApiKey_EMPLOYEE)
	if _, err := operationsv1.NewWorkServiceClient(tom).UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
		TaskId: task, Task: &operationsv1.Task{OwnerId: c.persons["Xan"]}, UpdateMask: mask("owner_id")}); err != nil {
		t.Fatal(err)
	}
	about := `subject_id = "` + task + `"`
	if _, err := operationsv1.NewWorkServiceClient(tom).GetTask(t.Context(),
		&operationsv1.GetTaskRequest{TaskId: task}); apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
		t.Errorf("the former owner: got %v, want RECORD_NOT_FOUND", err)
	}
	if got := subjects(t, tom, about); len(got) != 2 {
		t.Errorf("the former owner: got %d events, want its creation and the hand-over", len(got))
	}
	if got := subjects(t, xan, about); len(got) != 1 {
		t.Errorf("the new owner: got %d events, want the hand-over", len(got))
	}
	if _, err := operationsv1.NewWorkServiceClient(xan).StartTask(t.Context(),
		&operationsv1.StartTaskRequest{TaskId: task}); err != nil {
		t.Errorf("the new owner starts the task: got %v", err)
	}
	if got := subjects(t, tom, about); len(got) != 2 {
		t.Errorf("the former owner: got %d events after a later change, want 2", len(got))
	}
	if _, err := operationsv1.NewWorkServiceClient(xan).DeleteTask(t.Context(),
		&operationsv1.DeleteTaskRequest{TaskId: task}); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[*apptest.Organization]int{
		tom: 2, xan: 3, c.asPerson(t, "Mia", platformv1.ApiKey_MANAGER): 2,
		c.asPerson(t, "Mia", platformv1.ApiKey_EMPLOYEE): 0,
	} {
		if got := subjects(t, who, about); len(got) != want {
			t.Errorf("got %d events after the deletion, want %d", len(got), want)
		}
	}
}

// TestWritesAreLimitedToReach checks that changing a record beyond the caller's reach fails with
// RECORD_NOT_FOUND, or with OUT_OF_REACH if the caller can read it.
func TestWritesAreLimitedToReach(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	tasks := c.tasks(t)
	for _, who := range []struct {
		name   string
		role   platformv1.ApiKey_Role
		owner  string
		reason optionsv1.Reason
	}{
		{"Tom", platformv1.ApiKey_EMPLOYEE, "Tom", 0},
		{"Tom", platformv1.ApiKey_EMPLOYEE, "Eve", optionsv1.Reason_RECORD_NOT_FOUND},
		{"Eve", platformv1.ApiKey_MANAGER, "Tom", 0},
		{"Eve", platformv1.ApiKey_MANAGER, "Mia", optionsv1.Reason_RECORD_NOT_FOUND},
		{"Xan", platformv1.ApiKey_ACCOUNTANT, "Tom", optionsv1.Reason_OUT_OF_REACH},
		{"Xan", platformv1.ApiKey_ACCOUNTANT, "Xan", 0},
	} {
		caller := c.asPerson(t, who.name, who.role)
		work := operationsv1.NewWorkServiceClient(caller)
		_, update := work.UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
			TaskId: tasks[who.owner], Task: &operationsv1.Task{Description: uniqueName("About")},
			UpdateMask: mask("description")})
		_, start := work.StartTask(t.Context(), &operationsv1.StartTaskRequest{TaskId: tasks[who.owner], ValidateOnly: true})
		refusals := map[string]error{"update": update, "start": start}
		if who.reason != 0 {
			_, refusals["delete"] = work.DeleteTask(t.Context(), &operationsv1.DeleteTaskRequest{TaskId: tasks[who.owner]})
		}
		for verb, err := range refusals {
			if apptest.Reason(err) != who.reason {
				t.Errorf("%s as %s: %s of %s's task: got %v, want %v", who.name, who.role, verb, who.owner, err, who.reason)
			}
		}
		if task, err := work.GetTask(t.Context(), &operationsv1.GetTaskRequest{TaskId: tasks[who.owner]}); err == nil {
			for _, a := range task.GetAllowedActions() {
				if a.GetAllowed() && who.reason != 0 {
					t.Errorf("%s: got %s allowed on %s's task", who.name, a.GetVerb(), who.owner)
				}
			}
		}
	}
}

// TestCannotAssignOwnerOutsideReach checks that callers cannot create a record for a person beyond
// their reach, or move one to them, unless the kind allows hand-overs.
func TestCannotAssignOwnerOutsideReach(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	caller := c.asPerson(t, "Eve", platformv1.ApiKey_MANAGER)
	eve, work := operationsv1.NewProjectsServiceClient(caller), operationsv1.NewWorkServiceClient(caller)
	for name, reason := range map[string]optionsv1.Reason{"Eve": 0, "Tom": 0, "no one": 0,
		"Mia": optionsv1.Reason_OUT_OF_REACH, "Xan": optionsv1.Reason_OUT_OF_REACH} {
		project, err := eve.CreateProject(t.Context(),
			&operationsv1.CreateProjectRequest{Project: &operationsv1.Project{DisplayName: uniqueName("Move"),
				OwnerId: c.persons[name]}})
		if apptest.Reason(err) != reason {
			t.Errorf("a project of %s: got %v, want %v", name, err, reason)
		}
		if err != nil {
			continue
		}
		if owner := project.GetOwnerId(); owner != c.persons["Tom"] && owner != c.persons["Eve"] {
			t.Errorf("a project of %s: got the owner %s", name, owner)
		}
		_, err = eve.UpdateProject(t.Context(), &operationsv1.UpdateProjectRequest{ProjectId: project.GetId(),
			Project: &operationsv1.Project{OwnerId: c.persons["Xan"]}, UpdateMask: mask("owner_id")})
		if apptest.Reason(err) != optionsv1.Reason_OUT_OF_REACH {
			t.Errorf("moving a project beyond reach: got %v, want OUT_OF_REACH", err)
		}
		if _, err := eve.UpdateProject(t.Context(), &operationsv1.UpdateProjectRequest{ProjectId: project.GetId(),
			Project: &operationsv1.Project{OwnerId: c.persons["Tom"]}, UpdateMask: mask("owner_id")}); err != nil {
			t.Errorf("moving a project within reach: got %v", err)
		}
		// Tasks allow hand-overs.
		if _, err := work.CreateTask(t.Context(),
			&operationsv1.CreateTaskRequest{Task: &operationsv1.Task{DisplayName: uniqueName("Ask"),
				OwnerId: c.persons["Xan"]}}); err != nil {
			t.Errorf("a task for a person beyond reach: got %v", err)
		}
	}
}

// TestReferencesAreLimitedToReach checks that the error for a taken identifier contains the
// existing record only if the caller can read it, and that HR can refer to any employee.
func TestReferencesAreLimitedToReach(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	hr := c.asPerson(t, "Xan", platformv1.ApiKey_HR)
	directory := peoplev1.NewDirectoryServiceClient(hr)
	if _, err := directory.UpdateEmployee(t.Context(), &peoplev1.UpdateEmployeeRequest{
		EmployeeId: c.employees["Xan"], Employee: &peoplev1.Employee{ManagerId: c.employees["Mia"]},
		UpdateMask: mask("manager_id")}); err != nil {
		t.Fatal(err)
	}
	tasks := c.tasks(t)
	tom := c.asPerson(t, "Tom", platformv1.ApiKey_EMPLOYEE)
	for name, shows := range map[string]bool{"Tom": true, "Eve": false} {
		response := tom.REST(t, "POST", "/v1/tasks", fmt.Sprintf(`{"id": %q, "displayName": "Mine"}`, tasks[name]))
		if response.Code != http.StatusConflict || strings.Contains(string(response.Raw), "'s task") != shows {
			t.Errorf("the identifier of %s's task: got %d %s, want the record: %v", name, response.Code, response.Raw, shows)
		}
	}
}

// managerTasks returns the names of the persons whose tasks a manager can list.
func managerTasks(t *testing.T, c company, tasks map[string]string, name string) string {
	t.Helper()
	work := operationsv1.NewWorkServiceClient(c.asPerson(t, name, platformv1.ApiKey_MANAGER))
	page, err := work.ListTasks(t.Context(), &operationsv1.ListTasksRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return names(tasks, taskIDs(page))
}

// TestTeamFollowsTheReportingTree checks that a manager sees the tasks of all direct and indirect
// reports immediately after each change of the tree.
func TestTeamFollowsTheReportingTree(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	tasks := c.tasks(t)
	directory := peoplev1.NewDirectoryServiceClient(c)
	sees := func(name string) string { return managerTasks(t, c, tasks, name) }
	move := func(name, manager string) {
		t.Helper()
		if _, err := directory.UpdateEmployee(t.Context(), &peoplev1.UpdateEmployeeRequest{
			EmployeeId: c.employees[name], Employee: &peoplev1.Employee{ManagerId: c.employees[manager]},
			UpdateMask: mask("manager_id")}); err != nil {
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
	deletion := &peoplev1.DeleteEmployeeRequest{EmployeeId: c.employees["Tom"]}
	if _, err := directory.DeleteEmployee(t.Context(), deletion); err != nil {
		t.Fatal(err)
	}
	if got := sees("Mia"); got != "Mia" {
		t.Errorf("after Tom is deleted, Mia sees %q, want Mia", got)
	}
}
