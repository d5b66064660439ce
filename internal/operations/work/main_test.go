package work_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/operations/work"
)

func TestMain(m *testing.M) { apptest.Main(m, work.Module) }

// signUp is an organization of the test's own, and its work.
func signUp(t *testing.T, changes ...func(*platformv1.SignUpRequest)) (*apptest.Organization, pb.WorkServiceClient) {
	t.Helper()
	o := apptest.SignUp(t, changes...)
	return o, pb.NewWorkServiceClient(o)
}

func newTask(t *testing.T, work pb.WorkServiceClient, task *pb.Task) *pb.Task {
	t.Helper()
	if task.DisplayName == "" {
		task.DisplayName = "Send the invoice"
	}
	made, err := work.CreateTask(t.Context(), &pb.CreateTaskRequest{Task: task})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func newPerson(t *testing.T, o *apptest.Organization, archived bool) string {
	t.Helper()
	persons := platformv1.NewIdentityServiceClient(o)
	p, err := persons.CreatePerson(t.Context(), &platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Pat"}})
	if err != nil {
		t.Fatal(err)
	}
	if archived {
		archive(t, o, p.GetId())
	}
	return p.GetId()
}

func archive(t *testing.T, o *apptest.Organization, person string) {
	t.Helper()
	if _, err := platformv1.NewIdentityServiceClient(o).ArchivePerson(t.Context(), &platformv1.ArchivePersonRequest{PersonId: person}); err != nil {
		t.Fatal(err)
	}
}

func newProject(t *testing.T, work pb.WorkServiceClient, project *pb.Project) *pb.Project {
	t.Helper()
	if project.DisplayName == "" {
		project.DisplayName = "Website"
	}
	made, err := work.CreateProject(t.Context(), &pb.CreateProjectRequest{Project: project})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// refused holds an error to a reason and the fields it is about.
func refused(t *testing.T, err error, reason optionsv1.Reason, fields ...string) {
	t.Helper()
	if apptest.Reason(err) != reason || !slices.Equal(apptest.Fields(err), fields) {
		t.Errorf("got %v about %v, want %s about %v", err, apptest.Fields(err), reason, fields)
	}
}
