package responsibility_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, payables.Module, tax.Module, catalog.Module,
		customers.Module, projects.Module, work.Module)
}

// must returns v, and fails the test if err is not nil.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// team is an organization with an owner and two employees, who reach only their own tasks.
type team struct {
	*apptest.Organization
	ada, ben     *apptest.Organization
	adaID, benID string
	projects     operationsv1.ProjectsServiceClient
	work         operationsv1.WorkServiceClient
	vendors      financev1.PayablesServiceClient
}

func newTeam(t *testing.T) team {
	t.Helper()
	o := team{Organization: apptest.SignUp(t)}
	o.projects = operationsv1.NewProjectsServiceClient(o)
	o.work, o.vendors = operationsv1.NewWorkServiceClient(o), financev1.NewPayablesServiceClient(o)
	o.adaID, o.benID = newPerson(t, o.Organization, "Ada Lopez"), newPerson(t, o.Organization, "Ben Okafor")
	o.ada = o.AsPerson(t, o.adaID, pb.ApiKey_EMPLOYEE)
	o.ben = o.AsPerson(t, o.benID, pb.ApiKey_EMPLOYEE)
	return o
}

func newPerson(t *testing.T, o *apptest.Organization, name string) string {
	t.Helper()
	return must(pb.NewIdentityServiceClient(o).CreatePerson(t.Context(),
		&pb.CreatePersonRequest{Person: &pb.Person{DisplayName: name}}))(t).Id
}

func (o team) archive(t *testing.T, person string) error {
	t.Helper()
	_, err := pb.NewIdentityServiceClient(o).ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: person})
	return err
}

func (o team) task(t *testing.T, owner, name, due string) *operationsv1.Task {
	t.Helper()
	return must(o.work.CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
		Task: &operationsv1.Task{DisplayName: name, OwnerId: owner, DueDate: due}}))(t)
}

// insertTasks inserts tasks of Ada that are due on a date.
func (o team) insertTasks(t *testing.T, count int, due string) {
	t.Helper()
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer conn.Close(t.Context())
	must(conn.Exec(t.Context(), `
insert into operations.tasks (org_id, id, version, create_time, update_time, display_name, description, owner_id,
  priority, due_date, estimate_seconds, state, task_state_id, rank)
select $1, gen_random_uuid(), 1, now(), now(), 'Task ' || n, '', $2, '', $4::text::date, 0, s.category, s.id, 'a0'
from operations.task_states s
cross join generate_series(1, $3) as n
where s.org_id = $1
and s.category = 'UNSTARTED'`, must(id.Parse("org", o.Organization.Organization.GetId()))(t),
		must(id.Parse("prs", o.adaID))(t), count, due))(t)
}

func (o team) project(t *testing.T, p *operationsv1.Project) *operationsv1.Project {
	t.Helper()
	return must(o.projects.CreateProject(t.Context(), &operationsv1.CreateProjectRequest{Project: p}))(t)
}

func (o team) vendor(t *testing.T, v *financev1.Vendor) *financev1.Vendor {
	t.Helper()
	return must(o.vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{Vendor: v}))(t)
}

func client(o *apptest.Organization) pb.ResponsibilitiesServiceClient {
	return pb.NewResponsibilitiesServiceClient(o)
}

// today returns the current date of the organization, moved by days.
func (o team) today(t *testing.T, days int) string {
	t.Helper()
	clock := must(pb.NewIdentityServiceClient(o).GetClock(t.Context(), &pb.GetClockRequest{}))(t)
	return must(calendar.ParseDate(clock.TodayDate))(t).AddDays(days).String()
}

// deadlines returns the names in a list of deadlines, read in pages of two.
func deadlines(t *testing.T, o *apptest.Organization, req *pb.ListDeadlinesRequest) (names []string) {
	t.Helper()
	for req.PageSize = 2; ; {
		page := must(client(o).ListDeadlines(t.Context(), req))(t)
		for _, d := range page.Deadlines {
			names = append(names, d.DisplayName)
		}
		if req.PageToken = page.NextPageToken; req.PageToken == "" {
			return names
		}
	}
}

// responsibilities returns the names in a list of responsibilities, read in pages of two.
func responsibilities(
	t *testing.T, o *apptest.Organization, req *pb.ListResponsibilitiesRequest,
) (names []string) {
	t.Helper()
	for req.PageSize = 2; ; {
		page := must(client(o).ListResponsibilities(t.Context(), req))(t)
		for _, r := range page.Responsibilities {
			names = append(names, r.DisplayName)
		}
		if req.PageToken = page.NextPageToken; req.PageToken == "" {
			return names
		}
	}
}
