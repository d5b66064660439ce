package search_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
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
	"backoffice/internal/people/directory"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, payables.Module, tax.Module, catalog.Module, customers.Module, projects.Module,
		work.Module, directory.Module)
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

// company is an organization whose records are searched.
type company struct {
	*apptest.Organization
	vendors financev1.PayablesServiceClient
	work    operationsv1.WorkServiceClient
}

func newCompany(t *testing.T) company {
	t.Helper()
	o := apptest.SignUp(t)
	return company{o, financev1.NewPayablesServiceClient(o), operationsv1.NewWorkServiceClient(o)}
}

func (o company) key(t testing.TB) uuid.UUID {
	t.Helper()
	return must(id.Parse("org", o.Organization.Organization.GetId()))(t)
}

// connect returns a connection of the login that owns the tables.
func connect(t testing.TB) *pgx.Conn {
	t.Helper()
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

// index indexes all records that have changed so far. It feeds the follower until it has passed the
// organization's events, and then runs the chores.
func (o company) index(t testing.TB) {
	t.Helper()
	_, relayDB := apptest.Databases(t)
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), o.App.Search.Follower())
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer conn.Close(t.Context())
	var last int64
	if err := conn.QueryRow(t.Context(), "select max(position) from platform.events where org_id = $1", o.key(t)).
		Scan(&last); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		must(relay.Step(t.Context()))(t)
		var passed bool
		if err := conn.QueryRow(t.Context(),
			"select coalesce(max(position), 0) >= $1 from platform.relay_cursors where name = 'search'", last).Scan(&passed); err != nil {
			t.Fatal(err)
		}
		if passed {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("timed out after a minute: the follower does not reach the last event")
		}
	}
	o.RunJobs(t)
}

func (o company) vendor(t testing.TB, v *financev1.Vendor) *financev1.Vendor {
	t.Helper()
	return must(o.vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{Vendor: v}))(t)
}

func (o company) task(t testing.TB, owner, name string) *operationsv1.Task {
	t.Helper()
	return must(o.work.CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
		Task: &operationsv1.Task{DisplayName: name, OwnerId: owner}}))(t)
}

func (o company) person(t testing.TB, name string) string {
	t.Helper()
	return must(pb.NewIdentityServiceClient(o).CreatePerson(t.Context(),
		&pb.CreatePersonRequest{Person: &pb.Person{DisplayName: name}}))(t).Id
}

// results searches in pages of two.
func results(t testing.TB, o *apptest.Organization, q string, resources ...string) (list []*pb.SearchResult) {
	t.Helper()
	req := &pb.SearchRequest{Q: q, Resources: resources, PageSize: 2}
	for {
		page := must(pb.NewSearchServiceClient(o).Search(t.Context(), req))(t)
		list = append(list, page.Results...)
		if req.PageToken = page.NextPageToken; req.PageToken == "" {
			return list
		}
	}
}

// found returns the names of the records that a search finds.
func found(t testing.TB, o *apptest.Organization, q string, resources ...string) (names []string) {
	t.Helper()
	for _, r := range results(t, o, q, resources...) {
		names = append(names, r.DisplayName)
	}
	return names
}

func wantFound(t *testing.T, o *apptest.Organization, q string, want ...string) {
	t.Helper()
	if got := found(t, o, q); !slices.Equal(got, want) {
		t.Errorf("%q: got %q, want %q", q, got, want)
	}
}
