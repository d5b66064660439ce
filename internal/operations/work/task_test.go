package work_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// allowedVerbs returns the verbs that the task's allowed_actions allow.
func allowedVerbs(task *pb.Task) []string {
	var verbs []string
	for _, a := range task.GetAllowedActions() {
		if a.GetAllowed() {
			verbs = append(verbs, a.GetVerb())
		}
	}
	return verbs
}

// taskVerbs returns the methods of the verbs of a task, each with the task's id as parameter.
func taskVerbs(t *testing.T, work pb.WorkServiceClient) map[string]func(string) (*pb.Task, error) {
	t.Helper()
	return map[string]func(string) (*pb.Task, error){
		"start": func(key string) (*pb.Task, error) {
			return work.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: key})
		},
		"complete": func(key string) (*pb.Task, error) {
			return work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: key})
		},
		"cancel": func(key string) (*pb.Task, error) {
			return work.CancelTask(t.Context(), &pb.CancelTaskRequest{TaskId: key})
		},
		"reopen": func(key string) (*pb.Task, error) {
			return work.ReopenTask(t.Context(), &pb.ReopenTaskRequest{TaskId: key})
		},
	}
}

// TestTaskLifecycle checks that each state allows exactly the verbs of its allowed_actions.
func TestTaskLifecycle(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	task := newTask(t, work, &pb.Task{State: pb.Task_COMPLETED})
	if task.GetState() != pb.Task_UNSTARTED || task.GetOwnerId() != o.Owner.GetId() || task.GetCompleteTime() != nil {
		t.Errorf("got %v, want an unstarted task of the owner", task)
	}
	verbs := taskVerbs(t, work)
	for _, step := range []struct {
		verb    string
		state   pb.Task_State
		allowed []string
	}{
		{"start", pb.Task_STARTED, []string{"complete", "cancel"}},
		{"complete", pb.Task_COMPLETED, []string{"reopen"}},
		{"reopen", pb.Task_UNSTARTED, []string{"start", "complete", "cancel"}},
		{"cancel", pb.Task_CANCELED, []string{"reopen"}},
		{"reopen", pb.Task_UNSTARTED, []string{"start", "complete", "cancel"}},
		{"complete", pb.Task_COMPLETED, []string{"reopen"}},
	} {
		var err error
		if task, err = verbs[step.verb](task.GetId()); err != nil {
			t.Fatalf("%s: %v", step.verb, err)
		}
		if task.GetState() != step.state || !slices.Equal(allowedVerbs(task), step.allowed) {
			t.Errorf("after %s: got %s, which allows %v, want %s, which allows %v",
				step.verb, task.GetState(), allowedVerbs(task), step.state, step.allowed)
		}
		if (task.GetCompleteTime() != nil) != (step.state == pb.Task_COMPLETED) {
			t.Errorf("after %s: got the complete time %v", step.verb, task.GetCompleteTime())
		}
		for verb, call := range verbs {
			if !slices.Contains(step.allowed, verb) {
				_, err := call(task.GetId())
				wantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
			}
		}
	}
}

func TestTaskVerbChecksEtag(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	task := newTask(t, work, &pb.Task{})
	started, err := work.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: task.GetId(), Etag: task.GetEtag()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: task.GetId(), Etag: task.GetEtag()})
	wantRefused(t, err, optionsv1.Reason_ETAG_MISMATCH)
	validated, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{
		TaskId: task.GetId(), Etag: started.GetEtag(), ValidateOnly: true,
	})
	if err != nil || validated.GetState() != pb.Task_COMPLETED {
		t.Errorf("validate_only: got %v, %v, want COMPLETED", validated, err)
	}
	got, err := work.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: task.GetId()})
	if err != nil || got.GetState() != pb.Task_STARTED {
		t.Errorf("after validate_only: got %v, %v, want STARTED", got, err)
	}
}

// TestTaskReferencesMustBeActive checks that the server refuses unknown and archived owners and
// projects, in a new task and in an update.
func TestTaskReferencesMustBeActive(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	project := newProject(t, o, &pb.Project{})
	archivedProject := newProject(t, o, &pb.Project{})
	_, err := pb.NewProjectsServiceClient(o).ArchiveProject(t.Context(),
		&pb.ArchiveProjectRequest{ProjectId: archivedProject.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	archivedOwner := newPerson(t, o, true)
	task := newTask(t, work, &pb.Task{ProjectId: project.GetId()})
	for name, c := range map[string]struct {
		task   *pb.Task
		reason optionsv1.Reason
		fields []string
	}{
		"refuses an unknown owner": {
			&pb.Task{OwnerId: id.Format("prs", id.New())}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"ownerId"},
		},
		"refuses an archived owner": {
			&pb.Task{OwnerId: archivedOwner}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"ownerId"},
		},
		"refuses an unknown project": {
			&pb.Task{ProjectId: id.Format("prj", id.New())}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"projectId"},
		},
		"refuses an archived project": {
			&pb.Task{ProjectId: archivedProject.GetId()}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"projectId"},
		},
		"reports both at once": {
			&pb.Task{OwnerId: id.Format("prs", id.New()), ProjectId: id.Format("prj", id.New())},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"projectId", "ownerId"},
		},
		"refuses malformed ids": {
			&pb.Task{OwnerId: "prj_0", ProjectId: "x"}, optionsv1.Reason_FIELDS_INVALID, []string{"projectId", "ownerId"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
				TaskId: task.GetId(), Task: c.task, UpdateMask: referencesMask(c.task),
			})
			wantRefused(t, err, c.reason, c.fields...)
			c.task.DisplayName = "Send the invoice"
			_, err = work.CreateTask(t.Context(), &pb.CreateTaskRequest{Task: c.task})
			wantRefused(t, err, c.reason, c.fields...)
		})
	}
}

// referencesMask returns a mask of the references that a task sets.
func referencesMask(task *pb.Task) *fieldmaskpb.FieldMask {
	m := &fieldmaskpb.FieldMask{}
	if task.GetOwnerId() != "" {
		m.Paths = append(m.Paths, "owner_id")
	}
	if task.GetProjectId() != "" {
		m.Paths = append(m.Paths, "project_id")
	}
	return m
}

// TestTaskKeepsArchivedOwner checks that a completed task keeps an owner who was archived, and that
// clearing the owner makes the caller the owner.
func TestTaskKeepsArchivedOwner(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	leaver := newPerson(t, o, false)
	task, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{
		TaskId: newTask(t, work, &pb.Task{OwnerId: leaver}).GetId(),
	})
	if err != nil {
		t.Fatal(err)
	}
	archive(t, o, leaver)
	task.DisplayName = "Send the second invoice"
	changed, err := work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: task, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name", "owner_id"}},
	})
	if err != nil || changed.GetDisplayName() != task.GetDisplayName() || changed.GetOwnerId() != leaver {
		t.Errorf("renaming the task: got %v, %v, want the same owner", changed, err)
	}
	changed, err = work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: &pb.Task{}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"owner_id"}},
	})
	if err != nil || changed.GetOwnerId() != o.Owner.GetId() {
		t.Errorf("clearing the owner: got %v, %v, want the caller as owner", changed, err)
	}
}

func TestAllInvalidFieldsAreReported(t *testing.T) {
	t.Parallel()
	o, _ := signUp(t)
	res := o.REST(t, "POST", "/v1/tasks", `{"dueDate": "2026-02-30", "priority": 9}`)
	if res.Code != 400 || res.Reason() != "FIELDS_INVALID" {
		t.Errorf("got %d %s", res.Code, res.Raw)
	}
	for _, field := range []string{"displayName", "dueDate", "priority"} {
		if !slices.Contains(violations(res), field) {
			t.Errorf("got %s, want a violation of %s", res.Raw, field)
		}
	}
}

// TestNulCharacterIsRefused checks that creates, updates and filters refuse U+0000, which
// PostgreSQL cannot store.
func TestNulCharacterIsRefused(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	res := o.REST(t, "POST", "/v1/tasks", `{"displayName": "a\u0000b", "description": "\u0000"}`)
	if res.Code != 400 || !slices.Equal(violations(res), []string{"displayName", "description"}) {
		t.Errorf("got %d %s", res.Code, res.Raw)
	}
	task := newTask(t, work, &pb.Task{})
	res = o.REST(t, "PATCH", "/v1/tasks/"+task.GetId(), `{"description": "\u0000"}`)
	if res.Code != 400 || !slices.Equal(violations(res), []string{"description"}) {
		t.Errorf("got %d %s", res.Code, res.Raw)
	}
	res = o.REST(t, "GET", "/v1/tasks?filter=display_name%20%3D%20%22%00%22", "")
	if res.Code != 400 || !slices.Equal(violations(res), []string{"filter"}) {
		t.Errorf("got %d %s", res.Code, res.Raw)
	}
}

// violations returns the fields of the field violations in a REST response.
func violations(res apptest.Response) []string {
	var fields []string
	details, _ := res.Body["details"].([]any)
	for _, d := range details {
		list, _ := d.(map[string]any)["fieldViolations"].([]any)
		for _, v := range list {
			fields = append(fields, v.(map[string]any)["field"].(string))
		}
	}
	return fields
}

// TestTasksAreOrderedByDueDate lists tasks page by page. Tasks without a due date are last.
func TestTasksAreOrderedByDueDate(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	for _, due := range []string{"2027-03-01", "", "2027-01-15", "2200-12-31", "2027-01-15"} {
		newTask(t, work, &pb.Task{DueDate: due})
	}
	for order, want := range map[string][]string{
		"due_date":      {"2027-01-15", "2027-01-15", "2027-03-01", "2200-12-31", ""},
		"due_date desc": {"", "2200-12-31", "2027-03-01", "2027-01-15", "2027-01-15"},
	} {
		var got []string
		token := ""
		for {
			page, err := work.ListTasks(t.Context(), &pb.ListTasksRequest{OrderBy: order, PageSize: 1, PageToken: token})
			if err != nil {
				t.Fatal(err)
			}
			for _, task := range page.GetTasks() {
				got = append(got, task.GetDueDate())
			}
			if token = page.GetNextPageToken(); token == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", order, got, want)
		}
	}
}

func TestAuditorReadsButCannotStartTask(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	task := newTask(t, work, &pb.Task{})
	auditor := pb.NewWorkServiceClient(o.WithRole(t, platformv1.ApiKey_AUDITOR))
	got, err := auditor.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: task.GetId()})
	if err != nil || len(allowedVerbs(got)) > 0 {
		t.Errorf("got the allowed verbs %v, %v, want none", allowedVerbs(got), err)
	}
	_, err = auditor.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: task.GetId()})
	wantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}

func TestDeletedTaskIsNotFound(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	task := newTask(t, work, &pb.Task{})
	if _, err := work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	_, err := work.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: task.GetId()})
	wantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}
