package projects_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/projects"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module, customers.Module,
		receivables.NewModule(invoicing.ReceivablesHooks()), invoicing.NewModule(projects.InvoicingHooks()),
		projects.Module)
}

// signUp creates an organization and returns a client of its ProjectsService.
func signUp(
	t *testing.T, changes ...func(*platformv1.SignUpRequest),
) (*apptest.Organization, pb.ProjectsServiceClient) {
	t.Helper()
	o := apptest.SignUp(t, changes...)
	return o, pb.NewProjectsServiceClient(o)
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

func newProject(t *testing.T, projects pb.ProjectsServiceClient, project *pb.Project) *pb.Project {
	t.Helper()
	if project.DisplayName == "" {
		project.DisplayName = "Website"
	}
	made, err := projects.CreateProject(t.Context(), &pb.CreateProjectRequest{Project: project})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

var wantRefused = apptest.WantRefused
