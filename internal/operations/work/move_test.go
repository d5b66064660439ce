package work_test

import (
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/id"
)

// order returns the names of all tasks by rank.
func order(t *testing.T, work pb.WorkServiceClient) (names []string) {
	t.Helper()
	list, err := work.ListTasks(t.Context(), &pb.ListTasksRequest{OrderBy: "rank", PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range list.GetTasks() {
		names = append(names, task.GetDisplayName())
	}
	return names
}

// states returns the states of the workflow by name.
func states(t *testing.T, work pb.WorkServiceClient) map[string]*pb.TaskState {
	t.Helper()
	list, err := work.ListTaskStates(t.Context(), &pb.ListTaskStatesRequest{OrderBy: "rank"})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*pb.TaskState{}
	for _, s := range list.GetTaskStates() {
		byName[s.GetDisplayName()] = s
	}
	return byName
}

func TestTasksMoveToAnyPlace(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	a, b := newTask(t, work, &pb.Task{DisplayName: "a"}), newTask(t, work, &pb.Task{DisplayName: "b"})
	c, d := newTask(t, work, &pb.Task{DisplayName: "c"}), newTask(t, work, &pb.Task{DisplayName: "d"})
	for _, step := range []struct {
		req  *pb.MoveTaskRequest
		want string
	}{
		{&pb.MoveTaskRequest{TaskId: d.GetId(), BeforeTaskId: a.GetId()}, "dabc"},
		{&pb.MoveTaskRequest{TaskId: d.GetId(), AfterTaskId: b.GetId()}, "abdc"},
		{&pb.MoveTaskRequest{TaskId: a.GetId(), AfterTaskId: c.GetId()}, "bdca"},
		{&pb.MoveTaskRequest{TaskId: a.GetId(), AfterTaskId: c.GetId()}, "bdca"},
		{&pb.MoveTaskRequest{TaskId: c.GetId(), BeforeTaskId: d.GetId()}, "bcda"},
	} {
		if _, err := work.MoveTask(t.Context(), step.req); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, name := range order(t, work) {
			got += name
		}
		if got != step.want {
			t.Errorf("got the order %s, want %s", got, step.want)
		}
	}
	_, err := work.MoveTask(t.Context(), &pb.MoveTaskRequest{
		TaskId: a.GetId(), BeforeTaskId: b.GetId(), AfterTaskId: c.GetId(),
	})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "afterTaskId")
	_, err = work.MoveTask(t.Context(), &pb.MoveTaskRequest{TaskId: a.GetId(), BeforeTaskId: a.GetId()})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "beforeTaskId")
	_, err = work.MoveTask(t.Context(), &pb.MoveTaskRequest{TaskId: a.GetId(), AfterTaskId: id.Format("tsk", id.New())})
	wantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "afterTaskId")
}

// TestManyMovesToOnePlaceKeepTheOrder moves two tasks in turn between the same neighbors, until
// their ranks need new ones.
func TestManyMovesToOnePlaceKeepTheOrder(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	first := newTask(t, work, &pb.Task{DisplayName: "first"})
	x, y := newTask(t, work, &pb.Task{DisplayName: "x"}), newTask(t, work, &pb.Task{DisplayName: "y"})
	newTask(t, work, &pb.Task{DisplayName: "last"})
	longest := 0
	for i := range 700 {
		moving, want := x, []string{"first", "x", "y", "last"}
		if i%2 == 1 {
			moving, want = y, []string{"first", "y", "x", "last"}
		}
		moved, err := work.MoveTask(t.Context(), &pb.MoveTaskRequest{TaskId: moving.GetId(), AfterTaskId: first.GetId()})
		if err != nil {
			t.Fatal(err)
		}
		longest = max(longest, len(moved.GetRank()))
		if i%50 < 2 && !slices.Equal(order(t, work), want) {
			t.Fatalf("after %d moves: got %v, want %v", i+1, order(t, work), want)
		}
	}
	if longest > 48 {
		t.Errorf("the longest rank has %d characters", longest)
	}
}

// TestConcurrentMovesToOnePlace moves tasks to the same place at once. Then each still moves
// between any two others.
func TestConcurrentMovesToOnePlace(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	first := newTask(t, work, &pb.Task{DisplayName: "first"})
	var moved []*pb.Task
	for range 8 {
		moved = append(moved, newTask(t, work, &pb.Task{}))
	}
	var all sync.WaitGroup
	for _, task := range moved {
		all.Go(func() {
			_, err := work.MoveTask(t.Context(), &pb.MoveTaskRequest{TaskId: task.GetId(), AfterTaskId: first.GetId()})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, task := range moved[1:] {
		if _, err := work.MoveTask(t.Context(),
			&pb.MoveTaskRequest{TaskId: task.GetId(), BeforeTaskId: moved[0].GetId()}); err != nil {
			t.Fatal(err)
		}
		list, err := work.ListTasks(t.Context(), &pb.ListTasksRequest{OrderBy: "rank"})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(list.GetTasks(), func(l *pb.Task) bool { return l.GetId() == task.GetId() })
		if next := list.GetTasks()[at+1].GetId(); next != moved[0].GetId() {
			t.Errorf("the task is before %s, want %s", next, moved[0].GetId())
		}
	}
}

// TestMoveToStateRunsItsVerb moves a task through the workflow.
func TestMoveToStateRunsItsVerb(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	review, err := work.CreateTaskState(t.Context(), &pb.CreateTaskStateRequest{
		TaskState: &pb.TaskState{DisplayName: "In review", Category: pb.Task_STARTED},
	})
	if err != nil {
		t.Fatal(err)
	}
	workflow, task := states(t, work), newTask(t, work, &pb.Task{})
	if task.GetTaskStateId() != workflow["To do"].GetId() || task.GetBeginTime() != nil {
		t.Errorf("got %v, want a new task that is to do", task)
	}
	for _, step := range []struct {
		to    string
		state pb.Task_State
	}{
		{"Backlog", pb.Task_BACKLOG}, {"In review", pb.Task_STARTED}, {"In progress", pb.Task_STARTED},
		{"Done", pb.Task_COMPLETED}, {"In review", pb.Task_STARTED}, {"Canceled", pb.Task_CANCELED},
		{"Backlog", pb.Task_BACKLOG},
	} {
		was := task
		task, err = work.MoveTask(t.Context(), &pb.MoveTaskRequest{
			TaskId: task.GetId(), TaskStateId: workflow[step.to].GetId(),
		})
		if err != nil {
			t.Fatalf("moving to %s: %v", step.to, err)
		}
		if task.GetState() != step.state || task.GetTaskStateId() != workflow[step.to].GetId() ||
			(task.GetCompleteTime() != nil) != (step.state == pb.Task_COMPLETED) {
			t.Errorf("after the move to %s: got %v", step.to, task)
		}
		if was.GetBeginTime() != nil && !task.GetBeginTime().AsTime().Equal(was.GetBeginTime().AsTime()) {
			t.Errorf("the move to %s changes when the work began", step.to)
		}
	}
	if _, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	_, err = work.MoveTask(t.Context(), &pb.MoveTaskRequest{
		TaskId: task.GetId(), TaskStateId: workflow["Canceled"].GetId(),
	})
	wantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = work.DeleteTaskState(t.Context(), &pb.DeleteTaskStateRequest{TaskStateId: workflow["Done"].GetId()})
	wantRefused(t, err, optionsv1.Reason_TASK_STATES_IN_USE)
	if _, err = work.DeleteTaskState(t.Context(), &pb.DeleteTaskStateRequest{TaskStateId: review.GetId()}); err != nil {
		t.Error(err)
	}
}

func TestSectionsGroupTasksOfTheirProject(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	projects := pb.NewProjectsServiceClient(o)
	section := func(project *pb.Project, name string) *pb.ProjectSection {
		made, err := projects.CreateProjectSection(t.Context(), &pb.CreateProjectSectionRequest{
			ProjectSection: &pb.ProjectSection{ProjectId: project.GetId(), DisplayName: name},
		})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	project, other := newProject(t, o, &pb.Project{}), newProject(t, o, &pb.Project{})
	design, build, foreign := section(project, "Design"), section(project, "Build"), section(other, "Foreign")
	if design.GetRank() >= build.GetRank() {
		t.Errorf("got the ranks %q and %q, want the second one higher", design.GetRank(), build.GetRank())
	}
	build, err := projects.MoveProjectSection(t.Context(), &pb.MoveProjectSectionRequest{
		ProjectSectionId: build.GetId(), BeforeProjectSectionId: design.GetId(),
	})
	if err != nil || build.GetRank() >= design.GetRank() {
		t.Errorf("moving: got %v, %v", build, err)
	}
	_, err = projects.MoveProjectSection(t.Context(), &pb.MoveProjectSectionRequest{
		ProjectSectionId: build.GetId(), AfterProjectSectionId: foreign.GetId(),
	})
	wantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "afterProjectSectionId")
	task := newTask(t, work, &pb.Task{ProjectId: project.GetId(), SectionId: design.GetId()})
	_, err = work.MoveTask(t.Context(), &pb.MoveTaskRequest{TaskId: task.GetId(), SectionId: foreign.GetId()})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "sectionId")
	task, err = work.MoveTask(t.Context(), &pb.MoveTaskRequest{TaskId: task.GetId(), SectionId: build.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := projects.DeleteProjectSection(t.Context(),
		&pb.DeleteProjectSectionRequest{ProjectSectionId: build.GetId()}); err != nil {
		t.Fatal(err)
	}
	if got := getTask(t, work, task); got.GetSectionId() != "" || got.GetProjectId() != project.GetId() {
		t.Errorf("after its section was deleted: got %v", got)
	}
	task = newTask(t, work, &pb.Task{ProjectId: project.GetId(), SectionId: design.GetId()})
	task, err = work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: &pb.Task{ProjectId: other.GetId()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"project_id"}},
	})
	if err != nil || task.GetSectionId() != "" {
		t.Errorf("in another project: got %v, %v, want no section", task, err)
	}
}
