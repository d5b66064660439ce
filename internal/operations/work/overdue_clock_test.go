package work_test

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
)

// TestTaskIsOverdueFromMidnightInTimeZone advances the clock past midnight in the organization's
// time zone.
func TestTaskIsOverdueFromMidnightInTimeZone(t *testing.T) {
	t.Parallel()
	o, work := signUp(t, func(r *platformv1.SignUpRequest) { r.TimeZone = "Pacific/Auckland" })
	due := today(t, o)
	task := newTask(t, work, &pb.Task{DueDate: due.String()})
	newTask(t, work, &pb.Task{})
	done := newTask(t, work, &pb.Task{DueDate: due.String()})
	if _, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: done.GetId()}); err != nil {
		t.Fatal(err)
	}
	canceled := newTask(t, work, &pb.Task{DueDate: due.String()})
	if _, err := work.CancelTask(t.Context(), &pb.CancelTaskRequest{TaskId: canceled.GetId()}); err != nil {
		t.Fatal(err)
	}

	zone, err := calendar.LoadZone("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	midnight := due.AddDays(1).Midnight(zone)
	// Two seconds leave the test's own requests time before midnight.
	advance(t, o, midnight.Add(-2*time.Second))
	wantOverdue(t, work, task, false)
	advance(t, o, midnight)
	wantOverdue(t, work, task, true)
	if _, err := work.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	wantOverdue(t, work, task, true)
	if _, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	wantOverdue(t, work, task, false)
}

func TestTaskIsOverdueAfterClockAdvancesByDuration(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	task := newTask(t, work, &pb.Task{DueDate: today(t, o).String()})
	if _, err := platformv1.NewIdentityServiceClient(o).AdvanceClock(t.Context(), &platformv1.AdvanceClockRequest{
		ByDuration: durationpb.New(48 * time.Hour),
	}); err != nil {
		t.Fatal(err)
	}
	wantOverdue(t, work, task, true)
}

// wantOverdue checks the field overdue of a task and the results of filters on it.
func wantOverdue(t *testing.T, work pb.WorkServiceClient, task *pb.Task, want bool) {
	t.Helper()
	got, err := work.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: task.GetId()})
	if err != nil || got.GetOverdue() != want {
		t.Errorf("got overdue = %v, %v, want %v", got.GetOverdue(), err, want)
	}
	for filter, wantListed := range map[string]bool{
		"overdue = true": want, "overdue = false": !want, "NOT overdue = true": !want, "overdue != false": want,
	} {
		list, err := work.ListTasks(t.Context(), &pb.ListTasksRequest{Filter: filter})
		if err != nil {
			t.Fatal(err)
		}
		isListed := slices.ContainsFunc(list.GetTasks(), func(listed *pb.Task) bool {
			return listed.GetId() == task.GetId()
		})
		if isListed != wantListed {
			t.Errorf("the filter %s lists the task: got %v, want %v", filter, isListed, wantListed)
		}
		for _, listed := range list.GetTasks() {
			if listed.GetOverdue() != (filter == "overdue = true" || filter == "overdue != false") {
				t.Errorf("the filter %s lists %v", filter, listed)
			}
		}
	}
}

func today(t *testing.T, o *apptest.Organization) calendar.Date {
	t.Helper()
	clock, err := platformv1.NewIdentityServiceClient(o).GetClock(t.Context(), &platformv1.GetClockRequest{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := calendar.ParseDate(clock.GetTodayDate())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// advance advances the organization's clock to a time.
func advance(t *testing.T, o *apptest.Organization, to time.Time) {
	t.Helper()
	clock := o.REST(t, "POST", "/v1/clock:advance", `{"toTime": "`+to.UTC().Format(time.RFC3339)+`"}`)
	if clock.Code != 200 {
		t.Fatalf("advancing the clock: %s", clock.Raw)
	}
}
