package work_test

import (
	"fmt"
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// movesOf returns the moves of a response as texts.
func movesOf(res *pb.RescheduleTaskResponse) (list []string) {
	for _, m := range res.GetMoves() {
		list = append(list, fmt.Sprintf("%s: %s–%s to %s–%s",
			m.GetDisplayName(), m.GetOldStartDate(), m.GetOldDueDate(), m.GetStartDate(), m.GetDueDate()))
	}
	return list
}

// TestRescheduleMovesSuccessors moves a task whose successor belongs to a person beyond the
// caller's reach. A completed one stays.
func TestRescheduleMovesSuccessors(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	ada := newMember(t, o, platformv1.ApiKey_EMPLOYEE)
	first := newTask(t, work, &pb.Task{
		DisplayName: "Draft", OwnerId: ada.id, StartDate: "2026-03-02", DueDate: "2026-03-06"})
	second := newTask(t, work, &pb.Task{DisplayName: "Secret", DueDate: "2026-03-09", Dependencies: after(first)})
	third := newTask(t, work, &pb.Task{
		DisplayName: "Print", OwnerId: ada.id, StartDate: "2026-03-11", DueDate: "2026-03-12",
		Dependencies: []*pb.Task_Dependency{{PredecessorId: second.GetId(), LagDays: 1}}})
	done := newTask(t, work, &pb.Task{DisplayName: "Done", DueDate: "2026-03-07", Dependencies: after(first)})
	if _, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: done.GetId()}); err != nil {
		t.Fatal(err)
	}
	req := &pb.RescheduleTaskRequest{TaskId: first.GetId(), DueDate: "2026-03-10", ValidateOnly: true}
	want := fmt.Sprint([]string{
		"Draft: 2026-03-02–2026-03-06 to 2026-03-06–2026-03-10",
		": –2026-03-09 to –2026-03-11",
		"Print: 2026-03-11–2026-03-12 to 2026-03-13–2026-03-14",
	})
	preview, err := ada.work.RescheduleTask(t.Context(), req)
	if err != nil || fmt.Sprint(movesOf(preview)) != want {
		t.Errorf("got %q, %v, want %q", movesOf(preview), err, want)
	}
	if got := getTask(t, work, third); got.GetStartDate() != "2026-03-11" {
		t.Errorf("the preview moved the task to %s", got.GetStartDate())
	}
	req.ValidateOnly = false
	moved, err := ada.work.RescheduleTask(t.Context(), req)
	if err != nil || fmt.Sprint(movesOf(moved)) != want {
		t.Errorf("got %q, %v, want %q", movesOf(moved), err, want)
	}
	for task, due := range map[*pb.Task]string{
		first: "2026-03-10", second: "2026-03-11", third: "2026-03-14", done: "2026-03-07",
	} {
		if got := getTask(t, work, task); got.GetDueDate() != due {
			t.Errorf("%s is due on %s, want %s", got.GetDisplayName(), got.GetDueDate(), due)
		}
	}
}

func TestRescheduleRefusesBadDates(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	task := newTask(t, work, &pb.Task{StartDate: "2026-03-02", DueDate: "2026-03-06"})
	for name, c := range map[string]struct {
		start, due, field string
	}{
		"no date":              {"", "", "startDate"},
		"due before the start": {"2026-03-06", "2026-03-05", "dueDate"},
		"not a date":           {"", "2026-02-30", "dueDate"},
	} {
		_, err := work.RescheduleTask(t.Context(), &pb.RescheduleTaskRequest{
			TaskId: task.GetId(), StartDate: c.start, DueDate: c.due,
		})
		if err == nil {
			t.Errorf("%s is accepted", name)
			continue
		}
		wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, c.field)
	}
	_, err := work.CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Send", StartDate: "2026-03-06", DueDate: "2026-03-05"},
	})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "dueDate")
}
