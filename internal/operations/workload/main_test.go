package workload_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

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
	"backoffice/internal/operations/workload"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, tax.Module, catalog.Module, customers.Module, receivables.Module, invoicing.Module,
		projects.Module, work.Module, timekeeping.Module, workload.Module)
}

var wantRefused = apptest.WantRefused

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

// office is an organization at noon of Wednesday, 2026-12-09, in its time zone.
type office struct {
	*apptest.Organization
}

func openOffice(t testing.TB) office { return openOfficeAt(t, "UTC", "2026-12-09T12:00:00Z") }

func openOfficeAt(t testing.TB, zone, now string) office {
	t.Helper()
	o := apptest.SignUp(t, func(r *platformv1.SignUpRequest) { r.TimeZone = zone })
	apptest.SetClock(t, o, now)
	return office{o}
}

// hire returns a new person with a role.
func (o office) hire(t testing.TB, name string, role platformv1.ApiKey_Role) (office, string) {
	t.Helper()
	p := must(platformv1.NewIdentityServiceClient(o).CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: name}}))(t)
	return office{o.AsPerson(t, p.GetId(), role)}, p.GetId()
}

// manage puts persons below a manager in the reporting tree.
func (o office) manage(t testing.TB, manager string, persons ...string) {
	t.Helper()
	for _, person := range persons {
		o.execute(t, "insert into platform.team_members (org_id, manager_id, person_id) values ($1, $2, $3)",
			key(t, "prs", manager), key(t, "prs", person))
	}
}

// execute runs a statement whose first argument is the organization.
func (o office) execute(t testing.TB, sql string, args ...any) {
	t.Helper()
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	must(conn.Exec(t.Context(), sql, append([]any{key(t, "org", o.Organization.Organization.GetId())}, args...)...))(t)
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func key(t testing.TB, prefix, text string) any {
	t.Helper()
	return must(id.Parse(prefix, text))(t)
}

// task creates a task.
func (o office) task(t testing.TB, task *pb.Task) *pb.Task {
	t.Helper()
	return must(pb.NewWorkServiceClient(o).CreateTask(t.Context(), &pb.CreateTaskRequest{Task: task}))(t)
}

// away creates an absence.
func (o office) away(t testing.TB, person, deputy, start, end string) {
	t.Helper()
	must(platformv1.NewResponsibilitiesServiceClient(o).CreateAbsence(t.Context(), &platformv1.CreateAbsenceRequest{
		Absence: &platformv1.Absence{PersonId: person, DeputyId: deputy, StartDate: start, EndDate: end}}))(t)
}

// myWork returns all work items of a request, read in pages of three, and the counts.
func (o office) myWork(t testing.TB, req *pb.ListMyWorkRequest) (items []*pb.WorkItem, counts *pb.WorkCounts) {
	t.Helper()
	for req.PageSize = 3; ; {
		page := must(pb.NewWorkloadServiceClient(o).ListMyWork(t.Context(), req))(t)
		items, counts = append(items, page.GetWorkItems()...), page.GetCounts()
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return items, counts
		}
	}
}

// names returns the names of work items.
func names(items []*pb.WorkItem) (out []string) {
	for _, w := range items {
		out = append(out, w.GetDisplayName())
	}
	return out
}

func wantNames(t testing.TB, what string, items []*pb.WorkItem, want ...string) {
	t.Helper()
	if got := names(items); !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// mask returns the mask of fields.
func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

// advance advances the clock to a time.
func advance(t testing.TB, o office, to string) {
	t.Helper()
	at := must(time.Parse(time.RFC3339, to))(t)
	must(platformv1.NewIdentityServiceClient(o).AdvanceClock(t.Context(), &platformv1.AdvanceClockRequest{
		ToTime: timestamppb.New(at)}))(t)
}
