package work_test

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/id"
)

// allowed are the verbs that a task says may be called.
func allowed(task *pb.Task) []string {
	var verbs []string
	for _, a := range task.GetAllowedActions() {
		if a.GetAllowed() {
			verbs = append(verbs, a.GetVerb())
		}
	}
	return verbs
}

func TestTaskLife(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	task := newTask(t, work, &pb.Task{State: pb.Task_COMPLETED})
	if task.GetState() != pb.Task_UNSTARTED || task.GetOwnerId() != o.Owner.GetId() || task.GetCompleteTime() != nil {
		t.Errorf("a new task is %v", task)
	}
	verbs := map[string]func(string) (*pb.Task, error){
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
		if task.GetState() != step.state || !slices.Equal(allowed(task), step.allowed) {
			t.Errorf("after %s it is %s and allows %v", step.verb, task.GetState(), allowed(task))
		}
		if (task.GetCompleteTime() != nil) != (step.state == pb.Task_COMPLETED) {
			t.Errorf("after %s it was completed at %v", step.verb, task.GetCompleteTime())
		}
		for verb, call := range verbs {
			if !slices.Contains(step.allowed, verb) {
				_, err := call(task.GetId())
				refused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
			}
		}
	}
}

func TestTaskVerbHeedsEtag(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	task := newTask(t, work, &pb.Task{})
	started, err := work.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: task.GetId(), Etag: task.GetEtag()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: task.GetId(), Etag: task.GetEtag()})
	refused(t, err, optionsv1.Reason_ETAG_MISMATCH)
	dry, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: task.GetId(), Etag: started.GetEtag(), ValidateOnly: true})
	if err != nil || dry.GetState() != pb.Task_COMPLETED {
		t.Errorf("the dry run answers %v, %v", dry, err)
	}
	if got, err := work.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: task.GetId()}); err != nil || got.GetState() != pb.Task_STARTED {
		t.Errorf("after the dry run it is %v, %v", got, err)
	}
}

func TestTaskReferences(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	project := newProject(t, work, &pb.Project{})
	archivedProject := newProject(t, work, &pb.Project{})
	if _, err := work.ArchiveProject(t.Context(), &pb.ArchiveProjectRequest{ProjectId: archivedProject.GetId()}); err != nil {
		t.Fatal(err)
	}
	leaver := newPerson(t, o, true)
	task := newTask(t, work, &pb.Task{ProjectId: project.GetId()})
	for name, c := range map[string]struct {
		task   *pb.Task
		reason optionsv1.Reason
		fields []string
	}{
		"no such owner":    {&pb.Task{OwnerId: id.Format("prs", id.New())}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"ownerId"}},
		"archived owner":   {&pb.Task{OwnerId: leaver}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"ownerId"}},
		"no such project":  {&pb.Task{ProjectId: id.Format("prj", id.New())}, optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"projectId"}},
		"archived project": {&pb.Task{ProjectId: archivedProject.GetId()}, optionsv1.Reason_REFERENCE_ARCHIVED, []string{"projectId"}},
		"both": {
			&pb.Task{OwnerId: id.Format("prs", id.New()), ProjectId: id.Format("prj", id.New())},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"projectId", "ownerId"},
		},
		"not an identifier": {&pb.Task{OwnerId: "prj_0", ProjectId: "x"}, optionsv1.Reason_FIELDS_INVALID, []string{"projectId", "ownerId"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
				TaskId: task.GetId(), Task: c.task, UpdateMask: mask(c.task),
			})
			refused(t, err, c.reason, c.fields...)
			c.task.DisplayName = "Send the invoice"
			_, err = work.CreateTask(t.Context(), &pb.CreateTaskRequest{Task: c.task})
			refused(t, err, c.reason, c.fields...)
		})
	}
}

// mask names the references that a task sets.
func mask(task *pb.Task) *fieldmaskpb.FieldMask {
	m := &fieldmaskpb.FieldMask{}
	if task.GetOwnerId() != "" {
		m.Paths = append(m.Paths, "owner_id")
	}
	if task.GetProjectId() != "" {
		m.Paths = append(m.Paths, "project_id")
	}
	return m
}

func TestTaskOfAnOwnerWhoLeft(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	leaver := newPerson(t, o, false)
	task := newTask(t, work, &pb.Task{OwnerId: leaver})
	archive(t, o, leaver)
	task.DisplayName = "Send the second invoice"
	changed, err := work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: task, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name", "owner_id"}},
	})
	if err != nil || changed.GetDisplayName() != task.GetDisplayName() || changed.GetOwnerId() != leaver {
		t.Errorf("changing the name answers %v, %v", changed, err)
	}
	changed, err = work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: &pb.Task{}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"owner_id"}},
	})
	if err != nil || changed.GetOwnerId() != o.Owner.GetId() {
		t.Errorf("taking the owner off answers %v, %v, want the caller as owner", changed, err)
	}
}

func TestTaskFieldsAreCheckedAllAtOnce(t *testing.T) {
	t.Parallel()
	o, _ := signUp(t)
	answer := o.REST(t, "POST", "/v1/tasks", `{"dueDate": "2026-02-30", "priority": 9}`)
	if answer.Code != 400 || answer.Reason() != "FIELDS_INVALID" {
		t.Errorf("got %d %s", answer.Code, answer.Raw)
	}
	for _, field := range []string{"displayName", "dueDate", "priority"} {
		if !slices.Contains(violations(answer), field) {
			t.Errorf("%s is not among the violations: %s", field, answer.Raw)
		}
	}
}

func TestTextThatCannotBeStored(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	answer := o.REST(t, "POST", "/v1/tasks", `{"displayName": "a\u0000b", "description": "\u0000"}`)
	if answer.Code != 400 || !slices.Equal(violations(answer), []string{"displayName", "description"}) {
		t.Errorf("got %d %s", answer.Code, answer.Raw)
	}
	task := newTask(t, work, &pb.Task{})
	answer = o.REST(t, "PATCH", "/v1/tasks/"+task.GetId(), `{"description": "\u0000"}`)
	if answer.Code != 400 || !slices.Equal(violations(answer), []string{"description"}) {
		t.Errorf("got %d %s", answer.Code, answer.Raw)
	}
	answer = o.REST(t, "GET", "/v1/tasks?filter=display_name%20%3D%20%22%00%22", "")
	if answer.Code != 400 || !slices.Equal(violations(answer), []string{"filter"}) {
		t.Errorf("got %d %s", answer.Code, answer.Raw)
	}
}

// violations are the fields that a REST answer complains about.
func violations(a apptest.Response) []string {
	var fields []string
	details, _ := a.Body["details"].([]any)
	for _, d := range details {
		list, _ := d.(map[string]any)["fieldViolations"].([]any)
		for _, v := range list {
			fields = append(fields, v.(map[string]any)["field"].(string))
		}
	}
	return fields
}

func TestOverdueAtMidnightInAuckland(t *testing.T) {
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
	overdue(t, work, task, false)
	advance(t, o, midnight)
	overdue(t, work, task, true)
	if _, err := work.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	overdue(t, work, task, true)
	if _, err := work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	overdue(t, work, task, false)
}

// overdue holds the answer and both filters to one meaning.
func overdue(t *testing.T, work pb.WorkServiceClient, task *pb.Task, want bool) {
	t.Helper()
	got, err := work.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: task.GetId()})
	if err != nil || got.GetOverdue() != want {
		t.Errorf("overdue is %v (%v), want %v", got.GetOverdue(), err, want)
	}
	for filter, there := range map[string]bool{"overdue = true": want, "overdue = false": !want, "NOT overdue = true": !want, "overdue != false": want} {
		list, err := work.ListTasks(t.Context(), &pb.ListTasksRequest{Filter: filter})
		if err != nil {
			t.Fatal(err)
		}
		found := slices.ContainsFunc(list.GetTasks(), func(listed *pb.Task) bool { return listed.GetId() == task.GetId() })
		if found != there {
			t.Errorf("%s lists it: %v, want %v", filter, found, there)
		}
		for _, listed := range list.GetTasks() {
			if listed.GetOverdue() != (filter == "overdue = true" || filter == "overdue != false") {
				t.Errorf("%s lists %v", filter, listed)
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

// advance puts the organization's clock forward to an instant.
func advance(t *testing.T, o *apptest.Organization, to time.Time) {
	t.Helper()
	clock := o.REST(t, "POST", "/v1/clock:advance", `{"toTime": "`+to.UTC().Format(time.RFC3339)+`"}`)
	if clock.Code != 200 {
		t.Fatalf("advancing the clock: %s", clock.Raw)
	}
}

func TestTasksInOrderOfDueDate(t *testing.T) {
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
			t.Errorf("%s answers %q, want %q", order, got, want)
		}
	}
}

func TestTaskWithoutPermission(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	task := newTask(t, work, &pb.Task{})
	auditor := pb.NewWorkServiceClient(o.WithRole(t, platformv1.ApiKey_AUDITOR))
	got, err := auditor.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: task.GetId()})
	if err != nil || len(allowed(got)) > 0 {
		t.Errorf("an auditor may %v, %v", allowed(got), err)
	}
	_, err = auditor.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: task.GetId()})
	refused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}

func TestDeletedTaskIsGone(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	task := newTask(t, work, &pb.Task{})
	if _, err := work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	_, err := work.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: task.GetId()})
	refused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

func TestClockByDuration(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	task := newTask(t, work, &pb.Task{DueDate: today(t, o).String()})
	if _, err := platformv1.NewIdentityServiceClient(o).AdvanceClock(t.Context(), &platformv1.AdvanceClockRequest{
		ByDuration: durationpb.New(48 * time.Hour),
	}); err != nil {
		t.Fatal(err)
	}
	overdue(t, work, task, true)
}
