package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// TestEventListsMatchSingleReads compares the pages that each caller lists, by filter, order and
// size, with the events that the caller can get one by one.
func TestEventListsMatchSingleReads(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	tasks := createEvents(t, c)
	callers := map[string]*apptest.Organization{}
	for _, who := range []struct {
		name string
		role platformv1.ApiKey_Role
	}{
		{"Mia", platformv1.ApiKey_MANAGER}, {"Eve", platformv1.ApiKey_MANAGER}, {"Tom", platformv1.ApiKey_EMPLOYEE},
		{"Xan", platformv1.ApiKey_EMPLOYEE}, {"Xan", platformv1.ApiKey_ACCOUNTANT}, {"Mia", platformv1.ApiKey_ADMIN},
	} {
		callers[who.name+" "+who.role.String()] = c.asPerson(t, who.name, who.role)
	}
	all := listEvents(t, c.Organization, &platformv1.ListEventsRequest{PageSize: 500})
	for name, caller := range callers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			readable := readableEvents(t, caller, all)
			if got := countEvents(readable, tasks); got != eventsOfTasks[name] {
				t.Errorf("got %s events of the tasks, want %s", got, eventsOfTasks[name])
			}
			for _, f := range eventFilters(all) {
				want := []string{}
				for _, e := range readable {
					if f.matches(e) {
						want = append(want, e.GetId())
					}
				}
				compareLists(t, caller, f.filter, want)
			}
		})
	}
}

// eventsOfTasks is how many events of each task of createEvents a caller can read: those of persons
// whose tasks the caller can read who own the task after the event or owned it before.
var eventsOfTasks = map[string]string{
	"Mia MANAGER":    "Mia 3, Eve 9, Tom 18, Xan 3",
	"Eve MANAGER":    "Mia 0, Eve 9, Tom 18, Xan 3",
	"Tom EMPLOYEE":   "Mia 0, Eve 6, Tom 17, Xan 3",
	"Xan EMPLOYEE":   "Mia 0, Eve 4, Tom 0, Xan 6",
	"Xan ACCOUNTANT": "Mia 3, Eve 10, Tom 18, Xan 6",
	"Mia ADMIN":      "Mia 3, Eve 10, Tom 18, Xan 6",
}

// countEvents returns the number of events of each task, as in eventsOfTasks.
func countEvents(events []*platformv1.Event, tasks map[string]string) string {
	var counts []string
	for _, name := range []string{"Mia", "Eve", "Tom", "Xan"} {
		n := 0
		for _, e := range events {
			if e.GetSubjectId() == tasks[name] {
				n++
			}
		}
		counts = append(counts, fmt.Sprint(name, " ", n))
	}
	return strings.Join(counts, ", ")
}

// createEvents updates one task many times, hands tasks over within a team and out of it, and adds
// copies of events in later months. It returns the tasks by the names of their first owners.
func createEvents(t *testing.T, c company) map[string]string {
	t.Helper()
	tasks := c.tasks(t)
	work := operationsv1.NewWorkServiceClient(c)
	for range 9 {
		if _, err := work.UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
			TaskId: tasks["Tom"], Task: &operationsv1.Task{Description: uniqueName("About")},
			UpdateMask: mask("description")}); err != nil {
			t.Fatal(err)
		}
	}
	for _, move := range [][2]string{{"Tom", "Eve"}, {"Tom", "Mia"}, {"Eve", "Tom"}, {"Eve", "Xan"}, {"Xan", "Tom"}} {
		if _, err := work.UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
			TaskId: tasks[move[0]], Task: &operationsv1.Task{OwnerId: c.persons[move[1]]},
			UpdateMask: mask("owner_id")}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := work.DeleteTask(t.Context(), &operationsv1.DeleteTaskRequest{TaskId: tasks["Eve"]}); err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		copyEvents(t, task, 40*24*time.Hour)
		copyEvents(t, task, 75*24*time.Hour)
	}
	return tasks
}

// copyEvents copies the first events of a record with a later time.
func copyEvents(t *testing.T, subject string, later time.Duration) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(t.Context(),
		"select id from platform.events where subject_id = $1 and record_time < $2 order by id limit 3", subject,
		time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	events, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range events {
		key := id.New()
		milliseconds := time.Unix(key.Time().UnixTime()).Add(later).UnixMilli()
		for i := range 6 {
			key[i] = byte(milliseconds >> (8 * (5 - i)))
		}
		if _, err := conn.Exec(t.Context(), `
insert into platform.events (org_id, id, seq, type, subject_id, actor_id, api_key_id, method, request_id, changes,
  correlation_id, causation_id, depth, create_time, record_time, kind, owner_id, was_owner_id, record_id)
select org_id, $2, seq, type, subject_id, actor_id, api_key_id, method, request_id, changes, correlation_id,
  causation_id, depth, create_time, record_time + $3, kind, owner_id, was_owner_id, record_id
from platform.events
where id = $1`, event, key, later); err != nil {
			t.Fatal(err)
		}
	}
}

// readableEvents returns the events that a caller can get by their identifiers.
func readableEvents(t *testing.T, caller *apptest.Organization, all []*platformv1.Event) (out []*platformv1.Event) {
	t.Helper()
	for _, e := range all {
		if _, err := platformv1.NewHistoryServiceClient(caller).GetEvent(t.Context(),
			&platformv1.GetEventRequest{EventId: e.GetId()}); err == nil {
			out = append(out, e)
		}
	}
	return out
}

// eventFilter is a filter, and a function that reports whether it matches an event.
type eventFilter struct {
	filter  string
	matches func(*platformv1.Event) bool
}

// eventFilters returns filters by the fields of an event of a task, and some that match no event.
func eventFilters(all []*platformv1.Event) []eventFilter {
	i := slices.IndexFunc(all, func(e *platformv1.Event) bool { return e.GetType() == "operations.task.updated" })
	some := all[i]
	nothing := func(*platformv1.Event) bool { return false }
	return []eventFilter{
		{"", func(*platformv1.Event) bool { return true }},
		{`type = "operations.task.updated"`, func(e *platformv1.Event) bool { return e.GetType() == some.GetType() }},
		{`type = "people.employee.created"`,
			func(e *platformv1.Event) bool { return e.GetType() == "people.employee.created" }},
		{`type = "operations.task.vanished"`, nothing},
		{`subject_id = "` + some.GetSubjectId() + `"`,
			func(e *platformv1.Event) bool { return e.GetSubjectId() == some.GetSubjectId() }},
		{`actor_id = "` + some.GetActorId() + `"`,
			func(e *platformv1.Event) bool { return e.GetActorId() == some.GetActorId() }},
		{`method = "` + some.GetMethod() + `"`, func(e *platformv1.Event) bool { return e.GetMethod() == some.GetMethod() }},
		{`request_id = "` + some.GetRequestId() + `"`,
			func(e *platformv1.Event) bool { return e.GetRequestId() == some.GetRequestId() }},
		{`request_id = "none"`, nothing},
		{`correlation_id = "` + some.GetCorrelationId() + `"`,
			func(e *platformv1.Event) bool { return e.GetCorrelationId() == some.GetCorrelationId() }},
		{`correlation_id = "` + all[0].GetId() + `"`,
			func(e *platformv1.Event) bool { return e.GetCorrelationId() == all[0].GetId() }},
		{`NOT correlation_id = "` + some.GetCorrelationId() + `"`,
			func(e *platformv1.Event) bool { return e.GetCorrelationId() != some.GetCorrelationId() }},
		{`type = "operations.task.updated" AND request_id = "` + some.GetRequestId() + `"`, func(e *platformv1.Event) bool {
			return e.GetType() == some.GetType() && e.GetRequestId() == some.GetRequestId()
		}},
	}
}

// compareLists lists events page by page, in both orders, and compares their identifiers with want,
// which is newest first.
func compareLists(t *testing.T, caller *apptest.Organization, filter string, want []string) {
	t.Helper()
	for _, order := range []string{"", "create_time desc", "create_time"} {
		want := slices.Clone(want)
		if order == "create_time" {
			slices.Reverse(want)
		}
		for _, size := range []int32{3, 7, 500} {
			got := []string{}
			for _, e := range listEvents(t, caller,
				&platformv1.ListEventsRequest{Filter: filter, OrderBy: order, PageSize: size}) {
				got = append(got, e.GetId())
			}
			if !slices.Equal(got, want) {
				t.Errorf("filter %q, order %q, pages of %d: got %d events\n%v, want %d\n%v",
					filter, order, size, len(got), got, len(want), want)
			}
		}
	}
}

// listEvents returns the events of all pages.
func listEvents(
	t *testing.T, caller *apptest.Organization, req *platformv1.ListEventsRequest,
) (out []*platformv1.Event) {
	t.Helper()
	for {
		page, err := platformv1.NewHistoryServiceClient(caller).ListEvents(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.GetEvents()...)
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return out
		}
	}
}
