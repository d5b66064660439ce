package work_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

func setParent(t *testing.T, work pb.WorkServiceClient, task, parent *pb.Task) error {
	t.Helper()
	_, err := work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: &pb.Task{ParentId: parent.GetId()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"parent_id"}},
	})
	return err
}

func TestPartsAreNestedUpToFiveLevels(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	chain := []*pb.Task{newTask(t, work, &pb.Task{})}
	for i := 1; i < 5; i++ {
		chain = append(chain, newTask(t, work, &pb.Task{ParentId: chain[i-1].GetId()}))
	}
	_, err := work.CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Sixth", ParentId: chain[4].GetId()},
	})
	wantRefused(t, err, optionsv1.Reason_TASK_NESTING_TOO_DEEP, "parentId")
	wantRefused(t, setParent(t, work, chain[0], newTask(t, work, &pb.Task{})),
		optionsv1.Reason_TASK_NESTING_TOO_DEEP, "parentId")
	wantRefused(t, setParent(t, work, chain[0], chain[4]), optionsv1.Reason_TASK_PARENT_CYCLE, "parentId")
	wantRefused(t, setParent(t, work, chain[0], chain[0]), optionsv1.Reason_TASK_PARENT_CYCLE, "parentId")
	elsewhere := newTask(t, work, &pb.Task{ProjectId: newProject(t, o, &pb.Project{}).GetId()})
	wantRefused(t, setParent(t, work, chain[4], elsewhere), optionsv1.Reason_FIELDS_INVALID, "parentId")
	_, err = work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: chain[0].GetId(), Task: &pb.Task{ProjectId: elsewhere.GetProjectId()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"project_id"}},
	})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "projectId")
	list, err := work.ListTasks(t.Context(), &pb.ListTasksRequest{Filter: fmt.Sprintf("parent_id = %q", chain[0].GetId())})
	if err != nil || len(list.GetTasks()) != 1 {
		t.Errorf("the filter on the parent finds %d tasks, %v", len(list.GetTasks()), err)
	}
	if _, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: chain[0].GetId()}); err != nil {
		t.Errorf("completing a task with open parts: %v", err)
	}
}

// TestChecklistItemsAreTickedAtOnce ticks all items of a checklist from many callers.
func TestChecklistItemsAreTickedAtOnce(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	made := &pb.Task{}
	for i := range 10 {
		made.Checklist = append(made.Checklist, &pb.Task_ChecklistItem{Text: fmt.Sprint("Item ", i), Checked: true})
	}
	task := newTask(t, work, made)
	var all sync.WaitGroup
	for _, item := range task.GetChecklist() {
		if item.GetChecked() || !strings.HasPrefix(item.GetId(), "chk_") {
			t.Errorf("got the new item %v", item)
		}
		all.Go(func() {
			if _, err := work.CheckTaskItem(t.Context(), &pb.CheckTaskItemRequest{
				TaskId: task.GetId(), ItemId: item.GetId(), Checked: true,
			}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	task = getTask(t, work, task)
	for _, item := range task.GetChecklist() {
		if !item.GetChecked() || item.GetCheckerId() != o.Owner.GetId() || item.GetCheckTime() == nil {
			t.Errorf("got %v, want a ticked item", item)
		}
	}
	// An update that reverses the items and adds one keeps the ticks.
	slices.Reverse(task.GetChecklist())
	task.GetChecklist()[0].Text, task.GetChecklist()[0].Checked = "Changed", false
	task.Checklist = append(task.GetChecklist(), &pb.Task_ChecklistItem{Text: "Added", Checked: true})
	got, err := work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: task, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"checklist"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if list := got.GetChecklist(); !list[0].GetChecked() || list[0].GetText() != "Changed" || list[10].GetChecked() {
		t.Errorf("after the update: got %v", list)
	}
	_, err = work.CheckTaskItem(t.Context(), &pb.CheckTaskItemRequest{TaskId: task.GetId(), ItemId: "chk_0"})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "itemId")
}

func TestBatchUpdateIsAllOrNone(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	a, b := newTask(t, work, &pb.Task{}), newTask(t, work, &pb.Task{})
	update := func(task *pb.Task, changed *pb.Task, paths ...string) *pb.UpdateTaskRequest {
		return &pb.UpdateTaskRequest{TaskId: task.GetId(), Task: changed, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}}
	}
	batch := func(requests ...*pb.UpdateTaskRequest) (*pb.BatchUpdateTasksResponse, error) {
		return work.BatchUpdateTasks(t.Context(), &pb.BatchUpdateTasksRequest{Requests: requests})
	}
	res, err := batch(update(b, &pb.Task{Priority: pb.Task_HIGH}, "priority"),
		update(a, &pb.Task{DisplayName: "First", Etag: a.GetEtag()}, "display_name"))
	if err != nil || res.GetTasks()[0].GetPriority() != pb.Task_HIGH || res.GetTasks()[1].GetDisplayName() != "First" {
		t.Fatalf("got %v, %v", res, err)
	}
	_, err = batch(update(b, &pb.Task{Priority: pb.Task_LOW}, "priority"),
		update(a, &pb.Task{Etag: a.GetEtag()}, "description"))
	wantRefused(t, err, optionsv1.Reason_ETAG_MISMATCH)
	if !strings.Contains(err.Error(), "requests[1]") {
		t.Errorf("got %q, want a message that names the request", err)
	}
	_, err = batch(update(a, &pb.Task{Priority: pb.Task_LOW}, "priority"),
		update(b, &pb.Task{DueDate: "2026-02-30"}, "due_date"))
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "requests[1].task.dueDate")
	_, err = batch(update(a, &pb.Task{DisplayName: "x"}, "display_name"),
		update(a, &pb.Task{DisplayName: "y"}, "display_name"))
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "requests[1]")
	if got := getTask(t, work, b); got.GetPriority() != pb.Task_HIGH {
		t.Errorf("a refused batch changed the priority to %s", got.GetPriority())
	}
}

func TestBoardGroupsTasks(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	ada := newMember(t, o, platformv1.ApiKey_EMPLOYEE)
	project := newProject(t, o, &pb.Project{})
	for i := range 5 {
		task := &pb.Task{DisplayName: fmt.Sprint(i), ProjectId: project.GetId()}
		if i == 3 {
			task.OwnerId, task.Priority = ada.id, pb.Task_HIGH
		}
		made := newTask(t, work, task)
		if i > 2 {
			if _, err := work.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: made.GetId()}); err != nil {
				t.Fatal(err)
			}
		}
	}
	newTask(t, work, &pb.Task{})
	board := func(client pb.WorkServiceClient, by pb.GetTaskBoardRequest_GroupBy) string {
		res, err := client.GetTaskBoard(t.Context(), &pb.GetTaskBoardRequest{
			ProjectId: project.GetId(), GroupBy: by, ColumnSize: 2, Filter: "overdue = false",
		})
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, c := range res.GetColumns() {
			text += fmt.Sprintf("%s %d:", c.GetDisplayName(), c.GetTotalSize())
			for _, task := range c.GetTasks() {
				text += " " + task.GetDisplayName()
			}
			text += "; "
		}
		return text
	}
	for by, want := range map[pb.GetTaskBoardRequest_GroupBy]string{
		pb.GetTaskBoardRequest_GROUP_BY_UNSPECIFIED: "Backlog 0:; To do 3: 0 1; In progress 2: 3 4; Done 0:; Canceled 0:; ",
		pb.GetTaskBoardRequest_SECTION:              " 5: 0 1; ",
		pb.GetTaskBoardRequest_PRIORITY:             "URGENT 0:; HIGH 1: 3; MEDIUM 0:; LOW 0:;  4: 0 1; ",
	} {
		if got := board(work, by); got != want {
			t.Errorf("by %s: got %q, want %q", by, got, want)
		}
	}
	if got := board(ada.work, pb.GetTaskBoardRequest_OWNER); got != "Pat 1: 3; " {
		t.Errorf("an employee sees %q", got)
	}
	_, err := work.GetTaskBoard(t.Context(), &pb.GetTaskBoardRequest{})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "projectId")
	_, err = work.GetTaskBoard(t.Context(), &pb.GetTaskBoardRequest{
		OwnerId: ada.id, GroupBy: pb.GetTaskBoardRequest_SECTION,
	})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "groupBy")
}

// TestBatchAndBoardRefuseForeignRecords calls both methods with the records of another
// organization.
func TestBatchAndBoardRefuseForeignRecords(t *testing.T) {
	t.Parallel()
	other, foreign := signUp(t)
	project := newProject(t, other, &pb.Project{})
	task := newTask(t, foreign, &pb.Task{ProjectId: project.GetId()})
	_, work := signUp(t)
	_, err := work.BatchUpdateTasks(t.Context(), &pb.BatchUpdateTasksRequest{Requests: []*pb.UpdateTaskRequest{{
		TaskId: task.GetId(), Task: &pb.Task{DisplayName: "Ours"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}},
	}}})
	wantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "requests[0].taskId")
	board, err := work.GetTaskBoard(t.Context(), &pb.GetTaskBoardRequest{ProjectId: project.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range board.GetColumns() {
		if c.GetTotalSize() > 0 {
			t.Errorf("the column %s has tasks of another organization", c.GetDisplayName())
		}
	}
}
