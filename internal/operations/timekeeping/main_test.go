package timekeeping_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
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
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, tax.Module, catalog.Module, customers.Module, receivables.Module, invoicing.Module,
		projects.NewModule(timekeeping.ProjectsHooks()), work.Module, timekeeping.Module)
}

var wantRefused = apptest.WantRefused

// studio is an organization that records time.
type studio struct {
	*apptest.Organization
	pb.TimekeepingServiceClient
	pb.ProjectsServiceClient
	pb.WorkServiceClient
}

// openStudio creates an organization in a time zone.
func openStudio(t testing.TB, zone string) *studio {
	t.Helper()
	return as(apptest.SignUp(t, func(r *platformv1.SignUpRequest) { r.TimeZone = zone }))
}

// as returns the clients of a caller.
func as(o *apptest.Organization) *studio {
	return &studio{o, pb.NewTimekeepingServiceClient(o), pb.NewProjectsServiceClient(o), pb.NewWorkServiceClient(o)}
}

// must returns the result of a call, which must succeed.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// hire returns a new person with a role.
func (s *studio) hire(t testing.TB, role platformv1.ApiKey_Role) (*studio, string) {
	t.Helper()
	p := must(platformv1.NewIdentityServiceClient(s).CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: "Pat"}}))(t)
	return as(s.AsPerson(t, p.GetId(), role)), p.GetId()
}

// manage puts a person below a manager in the reporting tree.
func (s *studio) manage(t testing.TB, manager, person string) {
	t.Helper()
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	key := func(prefix, s string) uuid.UUID { return must(id.Parse(prefix, s))(t) }
	must(conn.Exec(t.Context(), "insert into platform.team_members (org_id, manager_id, person_id) values ($1, $2, $3)",
		key("org", s.Organization.Organization.GetId()), key("prs", manager), key("prs", person)))(t)
}

// project returns a new project, which is billed by the hour to a new customer if billing says so.
func (s *studio) project(t testing.TB, billing pb.Project_Billing) *pb.Project {
	t.Helper()
	p := &pb.Project{DisplayName: "Website", Billing: billing}
	if billing != pb.Project_NON_BILLABLE {
		c := must(financev1.NewCustomersServiceClient(s).CreateCustomer(t.Context(), &financev1.CreateCustomerRequest{
			Customer: &financev1.Customer{DisplayName: "Acme " + id.Format("cus", id.New())}}))(t)
		p.CustomerId = c.GetId()
	}
	return must(s.CreateProject(t.Context(), &pb.CreateProjectRequest{Project: p}))(t)
}

// log records time.
func (s *studio) log(t testing.TB, e *pb.TimeEntry) *pb.TimeEntry {
	t.Helper()
	return must(s.CreateTimeEntry(t.Context(), &pb.CreateTimeEntryRequest{TimeEntry: e}))(t)
}

// tryLog records time, which can be refused.
func (s *studio) tryLog(t testing.TB, e *pb.TimeEntry) error {
	t.Helper()
	_, err := s.CreateTimeEntry(t.Context(), &pb.CreateTimeEntryRequest{TimeEntry: e})
	return err
}

// at returns an instant.
func at(t testing.TB, text string) *timestamppb.Timestamp {
	t.Helper()
	return timestamppb.New(must(time.Parse(time.RFC3339, text))(t))
}

// tell passes the events of the organization on, and writes the notifications about them.
func (s *studio) tell(t *testing.T) {
	t.Helper()
	_, relayDB := apptest.Databases(t)
	at := slices.IndexFunc(s.App.Followers, func(f history.Follower) bool { return f.Name == "notifications" })
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), s.App.Followers[at])
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	key := must(id.Parse("org", s.Organization.Organization.GetId()))(t)
	for left, end := true, time.Now().Add(time.Minute); left; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the events were not passed on within a minute")
		}
		must(relay.Step(t.Context()))(t)
		if err := conn.QueryRow(t.Context(), `
select not exists (select from platform.relay_cursors where name = 'notifications') or exists (
  select
  from platform.events e
  join platform.relay_cursors c on c.name = 'notifications'
  where e.org_id = $1
  and (e.position, e.seq) > (c.position, c.seq)
)`, key).Scan(&left); err != nil {
			t.Fatal(err)
		}
	}
	s.RunJobs(t)
}
