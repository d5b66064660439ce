package planning_test

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
	"backoffice/internal/finance/deposits"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/planning"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module, customers.Module,
		receivables.NewModule(invoicing.ReceivablesHooks(),
			deposits.ReceivablesHooks()), invoicing.NewModule(projects.InvoicingHooks()), deposits.Module,
		quotes.NewModule(planning.QuotesHooks()), projects.Module, work.Module, planning.Module)
}

// must returns v, and fails the test if err is not nil.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// studio is an organization that plans projects. Its clock starts on 2027-01-15.
type studio struct {
	*apptest.Organization
	pb.PlanningServiceClient
	projects pb.ProjectsServiceClient
	work     pb.WorkServiceClient
	customer string
}

func openStudio(t testing.TB) *studio {
	t.Helper()
	o := apptest.SignUp(t)
	s := &studio{Organization: o, PlanningServiceClient: pb.NewPlanningServiceClient(o),
		projects: pb.NewProjectsServiceClient(o), work: pb.NewWorkServiceClient(o)}
	s.advance(t, "2027-01-15")
	s.customer = must(financev1.NewCustomersServiceClient(o).CreateCustomer(t.Context(),
		&financev1.CreateCustomerRequest{Customer: &financev1.Customer{DisplayName: "Harbor Cafe"}}))(t).GetId()
	return s
}

// advance moves the clock to noon of a day.
func (s *studio) advance(t testing.TB, day string) {
	t.Helper()
	to := must(time.Parse(time.RFC3339, day+"T17:00:00Z"))(t)
	must(platformv1.NewIdentityServiceClient(s).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}))(t)
}

func (s *studio) newPerson(t testing.TB, name string) string {
	t.Helper()
	return must(platformv1.NewIdentityServiceClient(s).CreatePerson(t.Context(),
		&platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: name}}))(t).GetId()
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

func (s *studio) newProject(t testing.TB, p *pb.Project) *pb.Project {
	t.Helper()
	if p.DisplayName == "" {
		p.DisplayName = "Website"
	}
	return must(s.projects.CreateProject(t.Context(), &pb.CreateProjectRequest{Project: p}))(t)
}

func (s *studio) newMilestone(t testing.TB, m *pb.Milestone) *pb.Milestone {
	t.Helper()
	return must(s.projects.CreateMilestone(t.Context(), &pb.CreateMilestoneRequest{Milestone: m}))(t)
}

func (s *studio) newTask(t testing.TB, task *pb.Task) *pb.Task {
	t.Helper()
	return must(s.work.CreateTask(t.Context(), &pb.CreateTaskRequest{Task: task}))(t)
}

func (s *studio) getProject(t testing.TB, key string) *pb.Project {
	t.Helper()
	return must(s.projects.GetProject(t.Context(), &pb.GetProjectRequest{ProjectId: key}))(t)
}

func (s *studio) newTemplate(t testing.TB, template *pb.ProjectTemplate) *pb.ProjectTemplate {
	t.Helper()
	return must(s.CreateProjectTemplate(t.Context(), &pb.CreateProjectTemplateRequest{ProjectTemplate: template}))(t)
}

// countTasks returns the number of tasks of the organization.
func (s *studio) countTasks(t testing.TB) int {
	t.Helper()
	return len(must(s.work.ListTasks(t.Context(), &pb.ListTasksRequest{PageSize: 500}))(t).GetTasks())
}

// tell passes the events of the organization on, and writes the notifications about them.
func (s *studio) tell(t *testing.T) {
	t.Helper()
	_, relayDB := apptest.Databases(t)
	at := slices.IndexFunc(s.App.Followers, func(f history.Follower) bool { return f.Name == "notifications" })
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), s.App.Followers[at])
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer conn.Close(t.Context())
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

var wantRefused = apptest.WantRefused
