package work_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, tax.Module, catalog.Module, customers.Module, projects.Module, work.Module)
}

// signUp creates an organization and returns a client of its WorkService.
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
	p, err := persons.CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: "Pat"},
	})
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
	_, err := platformv1.NewIdentityServiceClient(o).ArchivePerson(t.Context(),
		&platformv1.ArchivePersonRequest{PersonId: person})
	if err != nil {
		t.Fatal(err)
	}
}

func newProject(t *testing.T, o *apptest.Organization, project *pb.Project) *pb.Project {
	t.Helper()
	if project.DisplayName == "" {
		project.DisplayName = "Website"
	}
	made, err := pb.NewProjectsServiceClient(o).CreateProject(t.Context(), &pb.CreateProjectRequest{Project: project})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

var wantRefused = apptest.WantRefused
