package taskseries_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// change changes a series from a day on.
func (o *office) change(t testing.TB, s *pb.TaskSeries, from string, next *pb.TaskSeries) *pb.TaskSeries {
	t.Helper()
	if next.DisplayName == "" {
		next.DisplayName = "Report"
	}
	return must(o.ChangeFollowingTaskSeries(t.Context(), &pb.ChangeFollowingTaskSeriesRequest{
		TaskSeriesId: s.GetId(), FromDate: from, Series: next}))(t)
}

// TestClosedDaysAreNotRepeated completes, cancels and deletes the tasks of days ahead, and then
// changes the series from these days on.
func TestClosedDaysAreNotRepeated(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	for name, closeTask := range map[string]func(task string) error{
		"complete": func(task string) error {
			_, err := o.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: task})
			return err
		},
		"cancel": func(task string) error {
			_, err := o.work.CancelTask(t.Context(), &pb.CancelTaskRequest{TaskId: task})
			return err
		},
		"delete": func(task string) error {
			_, err := o.work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: task})
			return err
		},
	} {
		s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-18", 7), LeadDays: 10})
		list := o.tasks(t, s.GetId())
		if len(list) != 2 || list[1].GetDueDate() != "2027-01-25" {
			t.Fatalf("got the tasks %v", list)
		}
		if err := closeTask(list[1].GetId()); err != nil {
			t.Fatal(err)
		}
		next := o.change(t, s, "2027-01-25", &pb.TaskSeries{Recurrence: daily("2027-01-25", 7), LeadDays: 17})
		if got := o.days(t, next.GetId()); !slices.Equal(got, []string{"2027-02-01"}) {
			t.Errorf("%s: got the days %q, want that after the task that is closed", name, got)
		}
		if next.GetCreatedCount() != 1 || next.GetNextDate() != "2027-02-08" {
			t.Errorf("%s: got %v", name, next)
		}
	}
}

// TestPausedSeriesIsContinuedPaused changes a paused series from a day on. The new series creates
// tasks once it is resumed, but none for days before.
func TestPausedSeriesIsContinuedPaused(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-16", 1)})
	must(o.PauseTaskSeries(t.Context(), &pb.PauseTaskSeriesRequest{TaskSeriesId: s.GetId()}))(t)
	every := &typepb.Recurrence{Frequency: typepb.Recurrence_DAILY, StartDate: "2027-01-10"}
	next := o.change(t, s, "2027-01-20", &pb.TaskSeries{Recurrence: every, LeadDays: 7})
	if next.GetState() != pb.TaskSeries_PAUSED || next.GetFromDate() != "2027-01-20" ||
		len(o.days(t, next.GetId())) != 0 {
		t.Errorf("got %v, want a paused series", next)
	}
	next = must(o.ResumeTaskSeries(t.Context(), &pb.ResumeTaskSeriesRequest{TaskSeriesId: next.GetId()}))(t)
	if got, want := o.days(t, next.GetId()), []string{"2027-01-20", "2027-01-21", "2027-01-22"}; !slices.Equal(got, want) {
		t.Errorf("got the days %q, want %q", got, want)
	}
	if got := o.get(t, s.GetId()); got.GetState() != pb.TaskSeries_PAUSED {
		t.Errorf("got %v, want the former series still paused", got)
	}
}
