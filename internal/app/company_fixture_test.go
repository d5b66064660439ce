package app_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// company is an organization with four employees: Eve reports to Mia, Tom to Eve, and Xan to no
// one. persons and employees are identifiers by name.
type company struct {
	*apptest.Organization
	persons   map[string]string
	employees map[string]string
}

func newCompany(t *testing.T) company {
	t.Helper()
	c := company{apptest.SignUp(t), map[string]string{}, map[string]string{}}
	for _, who := range []struct{ name, manager string }{{"Mia", ""}, {"Eve", "Mia"}, {"Tom", "Eve"}, {"Xan", ""}} {
		e, err := peoplev1.NewDirectoryServiceClient(c).CreateEmployee(t.Context(),
			&peoplev1.CreateEmployeeRequest{Employee: &peoplev1.Employee{
				DisplayName: who.name, HireDate: "2026-01-01", ManagerId: c.employees[who.manager],
			}})
		if err != nil {
			t.Fatal(err)
		}
		c.persons[who.name], c.employees[who.name] = e.GetPersonId(), e.GetId()
	}
	return c
}

// asPerson returns the company called by one of its persons with a role.
func (c company) asPerson(t *testing.T, name string, role platformv1.ApiKey_Role) *apptest.Organization {
	t.Helper()
	return c.AsPerson(t, c.persons[name], role)
}

// tasks creates a task for each person and returns the identifiers by name.
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

// names returns the sorted names of the persons whose records are among ids.
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

// subjects returns the subjects of the events that a caller can list.
func subjects(t *testing.T, caller *apptest.Organization, filter string) (out []string) {
	t.Helper()
	history := platformv1.NewHistoryServiceClient(caller)
	for token := ""; ; {
		page, err := history.ListEvents(t.Context(),
			&platformv1.ListEventsRequest{Filter: filter, PageSize: 3, PageToken: token})
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
