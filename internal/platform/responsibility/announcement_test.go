package responsibility_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
)

// advanceDays moves the clock forward and runs the jobs.
func (o team) advanceDays(t *testing.T, days int) {
	t.Helper()
	must(pb.NewIdentityServiceClient(o).AdvanceClock(t.Context(), &pb.AdvanceClockRequest{
		ByDuration: durationpb.New(time.Duration(days) * 24 * time.Hour)}))(t)
	o.RunJobs(t)
}

// announced returns the deadline events so far, oldest first, as `due ` or `overdue ` and the name.
func (o team) announced(t *testing.T, names map[string]string) (out []string) {
	t.Helper()
	for _, verb := range []string{"due", "overdue"} {
		for _, kind := range []string{"project", "task"} {
			events := must(pb.NewHistoryServiceClient(o).ListEvents(t.Context(), &pb.ListEventsRequest{
				Filter: fmt.Sprintf("type = %q", "operations."+kind+"."+verb), OrderBy: "create_time"}))(t).Events
			for _, e := range events {
				out = append(out, verb+" "+names[e.SubjectId])
			}
		}
	}
	return out
}

// TestDeadlinesAreAnnouncedOnce advances the clock day by day and over several days at once.
func TestDeadlinesAreAnnouncedOnce(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.RunJobs(t)
	shop := o.project(t, &operationsv1.Project{DisplayName: "Shop", DueDate: o.today(t, 1)})
	call, late := o.task(t, o.adaID, "Call", o.today(t, 1)), o.task(t, o.adaID, "Late", o.today(t, -1))
	moved, done := o.task(t, o.adaID, "Moved", o.today(t, 1)), o.task(t, o.adaID, "Done", o.today(t, 1))
	names := map[string]string{shop.Id: "Shop", call.Id: "Call", late.Id: "Late", moved.Id: "Moved", done.Id: "Done"}
	want := func(when string, events ...string) {
		t.Helper()
		if got := o.announced(t, names); !slices.Equal(got, events) {
			t.Errorf("%s: got %q, want %q", when, got, events)
		}
	}
	o.RunJobs(t)
	want("before the due date")
	o.advanceDays(t, 1)
	want("on the due date", "due Shop", "due Call", "due Moved", "due Done")
	o.RunJobs(t)
	must(o.work.UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
		TaskId: moved.Id, Task: &operationsv1.Task{DueDate: o.today(t, 3)},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"due_date"}},
	}))(t)
	must(o.work.CompleteTask(t.Context(), &operationsv1.CompleteTaskRequest{TaskId: done.Id}))(t)
	o.advanceDays(t, 10)
	want("after ten days at once", "due Shop", "due Call", "due Moved", "due Done", "due Moved",
		"overdue Shop", "overdue Call", "overdue Moved")
}

// TestManyDeadlinesAreAnnouncedInPages announces more deadlines of one day than one transaction
// does.
func TestManyDeadlinesAreAnnouncedInPages(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	const count = 1001
	o.insertTasks(t, count, o.today(t, 1))
	o.advanceDays(t, 2)
	for _, verb := range []string{"due", "overdue"} {
		got, req := 0, &pb.ListEventsRequest{Filter: fmt.Sprintf("type = %q", "operations.task."+verb), PageSize: 500}
		for more := true; more; more = req.PageToken != "" {
			page := must(pb.NewHistoryServiceClient(o).ListEvents(t.Context(), req))(t)
			got, req.PageToken = got+len(page.Events), page.NextPageToken
		}
		if got != count {
			t.Errorf("got %d events %s, want %d", got, verb, count)
		}
	}
}
