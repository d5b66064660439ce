package work_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// member is a person with a separate client.
type member struct {
	id     string
	client *apptest.Organization
	work   pb.WorkServiceClient
}

func newMember(t *testing.T, o *apptest.Organization, role platformv1.ApiKey_Role) member {
	t.Helper()
	person := newPerson(t, o, false)
	client := o.AsPerson(t, person, role)
	return member{person, client, pb.NewWorkServiceClient(client)}
}

// wantReach checks whether a member reaches a task, in every way in which a task can be reached.
func (m member) wantReach(t *testing.T, task *pb.Task, want bool) {
	t.Helper()
	got, err := m.work.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: task.GetId()})
	if want && (err != nil || len(allowedVerbs(got)) == 0) {
		t.Errorf("get: got %v, which allows %v, want the task and its verbs", err, allowedVerbs(got))
	} else if !want {
		wantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	}
	_, err = m.work.BatchGetTasks(t.Context(), &pb.BatchGetTasksRequest{Ids: []string{task.GetId()}})
	if (err == nil) != want {
		t.Errorf("batchGet: got %v, want reached = %v", err, want)
	}
	for _, order := range []string{"", "due_date", "display_name desc"} {
		list, err := m.work.ListTasks(t.Context(), &pb.ListTasksRequest{OrderBy: order, IncludeTotal: true})
		if err != nil {
			t.Fatal(err)
		}
		listed := slices.ContainsFunc(list.GetTasks(), func(l *pb.Task) bool { return l.GetId() == task.GetId() })
		if listed != want || int(list.GetTotalSize()) != len(list.GetTasks()) {
			t.Errorf("list by %q: got listed = %v of %d, want %v", order, listed, list.GetTotalSize(), want)
		}
	}
	_, err = m.work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: &pb.Task{Description: "By " + m.id},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"description"}},
	})
	if (err == nil) != want {
		t.Errorf("update: got %v, want reached = %v", err, want)
	}
	m.wantSubject(t, task.GetId(), want)
	m.wantEvents(t, task.GetId(), want)
}

// wantSubject checks whether a member reaches what is on a task.
func (m member) wantSubject(t *testing.T, task string, want bool) {
	t.Helper()
	comments := platformv1.NewCollaborationServiceClient(m.client)
	_, err := comments.CreateComment(t.Context(), &platformv1.CreateCommentRequest{
		Comment: &platformv1.Comment{SubjectId: task, BodyMarkdown: "Done?"},
	})
	if (err == nil) != want {
		t.Errorf("comment: got %v, want reached = %v", err, want)
	}
	for _, filter := range []string{"", `subject_id = "` + task + `"`} {
		list, err := comments.ListComments(t.Context(), &platformv1.ListCommentsRequest{Filter: filter})
		if err != nil {
			t.Fatal(err)
		}
		listed := slices.ContainsFunc(list.GetComments(), func(c *platformv1.Comment) bool {
			return c.GetSubjectId() == task
		})
		if listed != want {
			t.Errorf("comments filtered by %q: got listed = %v, want %v", filter, listed, want)
		}
	}
}

// wantEvents checks whether a member sees the events of a task.
func (m member) wantEvents(t *testing.T, task string, want bool) {
	t.Helper()
	history := platformv1.NewHistoryServiceClient(m.client)
	for _, filter := range []string{"", `subject_id = "` + task + `"`} {
		list, err := history.ListEvents(t.Context(), &platformv1.ListEventsRequest{Filter: filter, PageSize: 500})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(list.GetEvents(), func(e *platformv1.Event) bool { return e.GetSubjectId() == task })
		if (at >= 0) != want {
			t.Errorf("events filtered by %q: got listed = %v, want %v", filter, at >= 0, want)
		}
		if at < 0 {
			continue
		}
		if _, err := history.GetEvent(t.Context(),
			&platformv1.GetEventRequest{EventId: list.GetEvents()[at].GetId()}); err != nil {
			t.Errorf("get an event: %v", err)
		}
	}
}

func TestEmployeeReachesOwnAndSharedTasks(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	ada, ben := newMember(t, o, platformv1.ApiKey_EMPLOYEE), newMember(t, o, platformv1.ApiKey_EMPLOYEE)
	shared := newTask(t, work, &pb.Task{CollaboratorIds: []string{ada.id, ada.id}})
	if !slices.Equal(shared.GetCollaboratorIds(), []string{ada.id}) {
		t.Errorf("got %v, want each collaborator once", shared.GetCollaboratorIds())
	}
	own := newTask(t, work, &pb.Task{OwnerId: ben.id, DueDate: "2026-05-01"})
	ada.wantReach(t, shared, true)
	ada.wantReach(t, own, false)
	ben.wantReach(t, shared, false)
	ben.wantReach(t, own, true)
	shareWith(t, work, shared, ben.id)
	ada.wantReach(t, shared, false)
	ben.wantReach(t, shared, true)
	if _, err := work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: shared.GetId()}); err != nil {
		t.Errorf("deleting a shared task: %v", err)
	}
}

// shareWith sets the collaborators of a task.
func shareWith(t *testing.T, work pb.WorkServiceClient, task *pb.Task, persons ...string) {
	t.Helper()
	_, err := work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: &pb.Task{CollaboratorIds: persons},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"collaborator_ids"}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestProjectMembersReachItsTasks(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	owner, deputy := newMember(t, o, platformv1.ApiKey_EMPLOYEE), newMember(t, o, platformv1.ApiKey_EMPLOYEE)
	ada, ben := newMember(t, o, platformv1.ApiKey_MANAGER), newMember(t, o, platformv1.ApiKey_EMPLOYEE)
	project := newProject(t, o, &pb.Project{OwnerId: owner.id, DeputyId: deputy.id, MemberIds: []string{ada.id}})
	task := newTask(t, work, &pb.Task{ProjectId: project.GetId()})
	newTask(t, work, &pb.Task{})
	for person, want := range map[*member]bool{&owner: true, &deputy: true, &ada: true, &ben: false} {
		person.wantReach(t, task, want)
	}
	if _, err := pb.NewProjectsServiceClient(o).UpdateProject(t.Context(), &pb.UpdateProjectRequest{
		ProjectId: project.GetId(), Project: &pb.Project{MemberIds: []string{ben.id}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"member_ids"}},
	}); err != nil {
		t.Fatal(err)
	}
	ada.wantReach(t, task, false)
	ben.wantReach(t, task, true)
}

// TestSharedProjectKeepsItsOwner checks that a member, who may change the project, cannot give it
// to a person beyond the member's reach.
func TestSharedProjectKeepsItsOwner(t *testing.T) {
	t.Parallel()
	o, _ := signUp(t)
	ada := newMember(t, o, platformv1.ApiKey_MANAGER)
	project := newProject(t, o, &pb.Project{MemberIds: []string{ada.id}})
	projects := pb.NewProjectsServiceClient(ada.client)
	update := func(p *pb.Project, path string) error {
		_, err := projects.UpdateProject(t.Context(), &pb.UpdateProjectRequest{
			ProjectId: project.GetId(), Project: p, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{path}},
		})
		return err
	}
	if err := update(&pb.Project{Description: "New"}, "description"); err != nil {
		t.Errorf("a member changes the project: %v", err)
	}
	wantRefused(t, update(&pb.Project{OwnerId: newPerson(t, o, false)}, "owner_id"), optionsv1.Reason_OUT_OF_REACH)
	_, err := projects.CreateProject(t.Context(), &pb.CreateProjectRequest{
		Project: &pb.Project{DisplayName: "Mine", OwnerId: o.Owner.GetId(), MemberIds: []string{ada.id}},
	})
	wantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
}

func TestCollaboratorMustBeActive(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	active, archived := newPerson(t, o, false), newPerson(t, o, true)
	_, err := work.CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Send", CollaboratorIds: []string{active, archived}},
	})
	wantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "collaboratorIds[1]")
	_, err = work.CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Send", CollaboratorIds: []string{"x"}},
	})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "collaboratorIds[0]")
	task := newTask(t, work, &pb.Task{CollaboratorIds: []string{active}})
	list, err := work.ListTasks(t.Context(), &pb.ListTasksRequest{Filter: `collaborator_ids:"` + active + `"`})
	if err != nil || len(list.GetTasks()) != 1 || list.GetTasks()[0].GetId() != task.GetId() {
		t.Errorf("the filter finds %v, %v, want the task", list.GetTasks(), err)
	}
}
