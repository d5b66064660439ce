package work_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/id"
)

// after returns dependencies on tasks that must be completed first.
func after(predecessors ...*pb.Task) (list []*pb.Task_Dependency) {
	for _, p := range predecessors {
		list = append(list, &pb.Task_Dependency{PredecessorId: p.GetId()})
	}
	return list
}

// follow makes a task follow others.
func follow(t *testing.T, work pb.WorkServiceClient, task *pb.Task, predecessors ...*pb.Task) error {
	t.Helper()
	_, err := work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: &pb.Task{Dependencies: after(predecessors...)},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"dependencies"}},
	})
	return err
}

func getTask(t *testing.T, work pb.WorkServiceClient, task *pb.Task) *pb.Task {
	t.Helper()
	got, err := work.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: task.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestCycleThroughFiveTasksIsRefused closes a chain of five tasks.
func TestCycleThroughFiveTasksIsRefused(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	chain := []*pb.Task{newTask(t, work, &pb.Task{})}
	for i := 1; i < 5; i++ {
		chain = append(chain, newTask(t, work, &pb.Task{Dependencies: after(chain[i-1])}))
	}
	err := follow(t, work, chain[0], chain[4])
	wantRefused(t, err, optionsv1.Reason_TASK_DEPENDENCY_CYCLE, "dependencies[0].predecessorId")
	for _, task := range chain {
		if !strings.Contains(err.Error(), task.GetId()) {
			t.Errorf("got %q, want a message that names %s", err, task.GetId())
		}
	}
	wantRefused(t, follow(t, work, chain[0], chain[0]), optionsv1.Reason_TASK_DEPENDENCY_CYCLE,
		"dependencies[0].predecessorId")
	if err := follow(t, work, chain[4], chain[0], chain[3]); err != nil {
		t.Errorf("a second way without a cycle: %v", err)
	}
	wantRefused(t, follow(t, work, chain[4], chain[0], chain[0]), optionsv1.Reason_FIELDS_INVALID,
		"dependencies[1].predecessorId")
	wantRefused(t, follow(t, work, chain[4], &pb.Task{Id: id.Format("tsk", id.New())}),
		optionsv1.Reason_REFERENCE_NOT_FOUND, "dependencies[0].predecessorId")
}

// TestConcurrentDependenciesMakeNoCycle closes cycles of two tasks from both sides at once.
func TestConcurrentDependenciesMakeNoCycle(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	for range 5 {
		a, b := newTask(t, work, &pb.Task{}), newTask(t, work, &pb.Task{})
		errs := make([]error, 2)
		var both sync.WaitGroup
		both.Go(func() { errs[0] = follow(t, work, a, b) })
		both.Go(func() { errs[1] = follow(t, work, b, a) })
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("got %v and %v, want one of two dependencies", errs[0], errs[1])
		}
	}
}

// TestTaskIsBlockedUntilPredecessorsAreCompleted checks the field, the filters and the events.
func TestTaskIsBlockedUntilPredecessorsAreCompleted(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	first, second := newTask(t, work, &pb.Task{}), newTask(t, work, &pb.Task{})
	task := newTask(t, work, &pb.Task{Dependencies: append(after(first),
		&pb.Task_Dependency{PredecessorId: second.GetId(), Type: pb.Task_Dependency_START_TO_START})})
	if !task.GetBlocked() || task.GetDependencies()[0].GetType() != pb.Task_Dependency_FINISH_TO_START {
		t.Errorf("got %v, want a blocked task with the default type", task)
	}
	verbs := taskVerbs(t, work)
	for _, step := range []struct {
		verb    string
		task    *pb.Task
		blocked bool
	}{
		{"start", first, true}, {"start", second, true}, {"complete", first, false}, {"reopen", first, true},
		{"cancel", first, false}, {"complete", second, false}, {"complete", task, false}, {"reopen", first, false},
		{"reopen", task, true},
	} {
		if _, err := verbs[step.verb](step.task.GetId()); err != nil {
			t.Fatal(err)
		}
		if got := getTask(t, work, task).GetBlocked(); got != step.blocked {
			t.Errorf("after %s: got blocked = %v, want %v", step.verb, got, step.blocked)
		}
		list, err := work.ListTasks(t.Context(), &pb.ListTasksRequest{Filter: "blocked = true"})
		if err != nil || (len(list.GetTasks()) == 1) != step.blocked {
			t.Errorf("after %s: the filter finds %d tasks, %v", step.verb, len(list.GetTasks()), err)
		}
	}
	list, err := work.ListTasks(t.Context(), &pb.ListTasksRequest{
		Filter: fmt.Sprintf("dependencies.predecessor_id:%q", second.GetId()),
	})
	if err != nil || len(list.GetTasks()) != 1 || list.GetTasks()[0].GetId() != task.GetId() {
		t.Errorf("the filter on a predecessor finds %v, %v", list.GetTasks(), err)
	}
	events, err := platformv1.NewHistoryServiceClient(o).ListEvents(t.Context(), &platformv1.ListEventsRequest{
		Filter: fmt.Sprintf(`subject_id = %q AND type = "operations.task.unblocked"`, task.GetId()),
	})
	if err != nil || len(events.GetEvents()) != 2 {
		t.Errorf("got %d events of unblocking, %v, want 2", len(events.GetEvents()), err)
	}
}

// TestMoveBackBlocksSuccessors moves a started task between states. Those that wait for its start
// are blocked and unblocked as by the verbs.
func TestMoveBackBlocksSuccessors(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	first := newTask(t, work, &pb.Task{})
	task := newTask(t, work, &pb.Task{Dependencies: []*pb.Task_Dependency{
		{PredecessorId: first.GetId(), Type: pb.Task_Dependency_START_TO_START}}})
	workflow := states(t, work)
	for _, step := range []struct {
		to                 string
		blocked, unblocked int
	}{
		{"In progress", 0, 1}, {"To do", 1, 1}, {"Backlog", 1, 1}, {"In progress", 1, 2}, {"Backlog", 2, 2},
		{"To do", 2, 2}, {"Done", 2, 3}, {"Backlog", 3, 3},
	} {
		if _, err := work.MoveTask(t.Context(), &pb.MoveTaskRequest{TaskId: first.GetId(),
			TaskStateId: workflow[step.to].GetId()}); err != nil {
			t.Fatal(err)
		}
		for event, want := range map[string]int{"blocked": step.blocked, "unblocked": step.unblocked} {
			events, err := platformv1.NewHistoryServiceClient(o).ListEvents(t.Context(), &platformv1.ListEventsRequest{
				Filter: fmt.Sprintf(`subject_id = %q AND type = "operations.task.%s"`, task.GetId(), event),
			})
			if err != nil || len(events.GetEvents()) != want {
				t.Errorf("after the move to %s: got %d events %s, %v, want %d", step.to, len(events.GetEvents()), event,
					err, want)
			}
		}
	}
}

// TestLastOfTwoPredecessorsUnblocks completes two predecessors at once: exactly one unblocks.
func TestLastOfTwoPredecessorsUnblocks(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	for range 3 {
		a, b := newTask(t, work, &pb.Task{}), newTask(t, work, &pb.Task{})
		task := newTask(t, work, &pb.Task{Dependencies: after(a, b)})
		var both sync.WaitGroup
		for _, p := range []*pb.Task{a, b} {
			both.Go(func() {
				if _, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: p.GetId()}); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		events, err := platformv1.NewHistoryServiceClient(o).ListEvents(t.Context(), &platformv1.ListEventsRequest{
			Filter: fmt.Sprintf(`subject_id = %q AND type = "operations.task.unblocked"`, task.GetId()),
		})
		if err != nil || len(events.GetEvents()) != 1 {
			t.Errorf("got %d events, %v, want 1", len(events.GetEvents()), err)
		}
	}
}

func TestTaskWithPartsOrSuccessorsCannotBeDeleted(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	parent, predecessor := newTask(t, work, &pb.Task{}), newTask(t, work, &pb.Task{})
	task := newTask(t, work, &pb.Task{ParentId: parent.GetId(), Dependencies: after(predecessor)})
	for _, used := range []*pb.Task{parent, predecessor} {
		_, err := work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: used.GetId()})
		wantRefused(t, err, optionsv1.Reason_TASKS_IN_USE)
	}
	for _, deleted := range []*pb.Task{task, parent, predecessor} {
		if _, err := work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: deleted.GetId()}); err != nil {
			t.Error(err)
		}
	}
}
