package app_test

import (
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// weeks counts the calls of nextMonday.
var weeks atomic.Int64

// nextMonday returns a different Monday at each call.
func nextMonday() string {
	return time.Date(1950, 1, 2+7*int(weeks.Add(1)), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// timeFixtures are the fixtures of what persons work and what it costs, by the message's full name.
var timeFixtures = map[string]fixture{
	"backoffice.operations.v1.TimeEntry": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &operationsv1.TimeEntry{WorkDate: "2026-01-31", DurationSeconds: 30, Note: uniqueName("Call")}
		},
		patch: &operationsv1.TimeEntry{WorkDate: "2026-02-28"}, fields: []string{"work_date"},
		immutable: &operationsv1.TimeEntry{PersonId: "prs_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	},
	"backoffice.operations.v1.Timer": {
		create: func(t *testing.T, o *apptest.Organization) string {
			p, err := platformv1.NewIdentityServiceClient(o).CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
				Person: &platformv1.Person{DisplayName: uniqueName("Person")}})
			if err != nil {
				t.Fatal(err)
			}
			started, err := operationsv1.NewTimekeepingServiceClient(o).StartTimer(t.Context(),
				&operationsv1.StartTimerRequest{
					Timer: &operationsv1.Timer{PersonId: p.GetId()}})
			if err != nil {
				t.Fatal(err)
			}
			return started.GetTimer().GetId()
		},
		patch: &operationsv1.Timer{Note: "Call"}, fields: []string{"note"},
		immutable: &operationsv1.Timer{PersonId: "prs_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	},
	"backoffice.operations.v1.Timesheet": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &operationsv1.Timesheet{StartDate: nextMonday()}
		},
		patch: &operationsv1.Timesheet{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
		immutable: &operationsv1.Timesheet{StartDate: "2026-01-05"},
	},
	"backoffice.operations.v1.BillingRate": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &operationsv1.BillingRate{ProjectId: createFor(t, o, "prj"), StartDate: "2026-01-31",
				HourlyRate: &typev1.Money{Amount: "120.00", CurrencyCode: "USD"}}
		},
		patch: &operationsv1.BillingRate{StartDate: "2026-02-28"}, fields: []string{"start_date"},
		immutable: &operationsv1.BillingRate{PersonId: "prs_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	},
	"backoffice.operations.v1.CostRate": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &operationsv1.CostRate{PersonId: createFor(t, o, "prs"), StartDate: "2026-01-31",
				HourlyCost: &typev1.Money{Amount: "62.00", CurrencyCode: "USD"}}
		},
		patch: &operationsv1.CostRate{StartDate: "2026-02-28"}, fields: []string{"start_date"},
		immutable: &operationsv1.CostRate{PersonId: "prs_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	},
	"backoffice.operations.v1.WorkImport": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &operationsv1.WorkImport{FileName: uniqueName("project") + ".csv", Content: sampleProject(uniqueName("Call"))}
		},
		patch: &operationsv1.WorkImport{IncludeArchived: true}, fields: []string{"include_archived"},
		immutable: &operationsv1.WorkImport{FileName: "other.csv"},
	},
}

// sampleProject returns a project of Asana with one task.
func sampleProject(task string) []byte {
	return []byte("Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date," +
		"Due Date,Tags,Notes,Projects,Parent task\n1200,2026-01-05,,2026-01-06," + task + ",,,,,,,,Website,\n")
}

// submitTimesheet submits a timesheet of another person and returns its identifier.
func submitTimesheet(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	hours := operationsv1.NewTimekeepingServiceClient(o)
	e, err := hours.CreateTimeEntry(t.Context(), &operationsv1.CreateTimeEntryRequest{TimeEntry: &operationsv1.TimeEntry{
		PersonId: createFor(t, o, "prs"), WorkDate: "2026-01-30", DurationSeconds: 3600}})
	if err != nil {
		t.Fatal(err)
	}
	key := e.GetTimesheetId()
	if _, err := hours.SubmitTimesheet(t.Context(), &operationsv1.SubmitTimesheetRequest{TimesheetId: key}); err != nil {
		t.Fatal(err)
	}
	return key
}

// createBillableTime creates time that can be billed, and returns the identifier of its project.
func createBillableTime(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	p, err := operationsv1.NewProjectsServiceClient(o).CreateProject(t.Context(), &operationsv1.CreateProjectRequest{
		Project: &operationsv1.Project{DisplayName: "Website", CustomerId: createFor(t, o, "cus")}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = operationsv1.NewTimeBillingServiceClient(o).CreateBillingRate(t.Context(),
		&operationsv1.CreateBillingRateRequest{BillingRate: &operationsv1.BillingRate{StartDate: "2026-01-01",
			HourlyRate: &typev1.Money{Amount: "120.00", CurrencyCode: p.GetCurrencyCode()}}})
	if err != nil {
		t.Fatal(err)
	}
	hours := operationsv1.NewTimekeepingServiceClient(o)
	e, err := hours.CreateTimeEntry(t.Context(), &operationsv1.CreateTimeEntryRequest{TimeEntry: &operationsv1.TimeEntry{
		PersonId: createFor(t, o, "prs"), ProjectId: p.GetId(), WorkDate: "2026-01-30", DurationSeconds: 3600}})
	if err != nil {
		t.Fatal(err)
	}
	key := e.GetTimesheetId()
	if _, err := hours.SubmitTimesheet(t.Context(), &operationsv1.SubmitTimesheetRequest{TimesheetId: key}); err != nil {
		t.Fatal(err)
	}
	if _, err := hours.ApproveTimesheet(t.Context(), &operationsv1.ApproveTimesheetRequest{TimesheetId: key}); err != nil {
		t.Fatal(err)
	}
	return p.GetId()
}

// workFixtures are the fixtures of what organizes tasks, by the message's full name.
var workFixtures = map[string]fixture{
	"backoffice.operations.v1.TaskState": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &operationsv1.TaskState{DisplayName: uniqueName("TaskState"), Category: operationsv1.Task_BACKLOG}
		},
		patch: &operationsv1.TaskState{DisplayName: uniqueName("Other task state")}, fields: []string{"display_name"},
	},
	"backoffice.operations.v1.ProjectSection": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &operationsv1.ProjectSection{ProjectId: createFor(t, o, "prj"), DisplayName: uniqueName("ProjectSection")}
		},
		patch:  &operationsv1.ProjectSection{DisplayName: uniqueName("Other project section")},
		fields: []string{"display_name"},
	},
}
