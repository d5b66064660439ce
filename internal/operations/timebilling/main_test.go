package timebilling_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/planning"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/timebilling"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks(), projects.CustomerHooks(), timebilling.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks()), invoicing.NewModule(timebilling.InvoicingHooks()),
		projects.NewModule(timekeeping.ProjectsHooks()), work.Module, timekeeping.Module, timebilling.Module,
		planning.NewModule(timebilling.PlanningHooks()))
}

var wantRefused = apptest.WantRefused

// studio is an organization that bills time.
type studio struct {
	*apptest.Organization
	pb.TimekeepingServiceClient
	pb.TimeBillingServiceClient
	pb.ProjectsServiceClient
	financev1.InvoicingServiceClient
	customer string
	// pat is an employee.
	pat *studio
}

func as(o *apptest.Organization) *studio {
	return &studio{Organization: o, TimekeepingServiceClient: pb.NewTimekeepingServiceClient(o),
		TimeBillingServiceClient: pb.NewTimeBillingServiceClient(o), ProjectsServiceClient: pb.NewProjectsServiceClient(o),
		InvoicingServiceClient: financev1.NewInvoicingServiceClient(o)}
}

// openStudio creates an organization with a chart of accounts, a customer and an employee.
func openStudio(t testing.TB) *studio {
	t.Helper()
	s := as(apptest.SignUp(t))
	must(financev1.NewLedgerServiceClient(s).ApplyChartTemplate(t.Context(),
		&financev1.ApplyChartTemplateRequest{Template: "service-firm"}))(t)
	s.customer = must(financev1.NewCustomersServiceClient(s).CreateCustomer(t.Context(),
		&financev1.CreateCustomerRequest{
			Customer: &financev1.Customer{DisplayName: "Acme"}}))(t).GetId()
	p := must(platformv1.NewIdentityServiceClient(s).CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: "Pat"}}))(t)
	s.pat = as(s.AsPerson(t, p.GetId(), platformv1.ApiKey_EMPLOYEE))
	return s
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

// project returns a new project that is billed by the hour.
func (s *studio) project(t testing.TB, changes ...func(*pb.Project)) *pb.Project {
	t.Helper()
	p := &pb.Project{DisplayName: "Website", CustomerId: s.customer}
	for _, change := range changes {
		change(p)
	}
	return must(s.CreateProject(t.Context(), &pb.CreateProjectRequest{Project: p}))(t)
}

// rate sets a rate in dollars from 2020 on.
func (s *studio) rate(t testing.TB, amount string, b *pb.BillingRate) *pb.BillingRate {
	t.Helper()
	b.HourlyRate, b.StartDate = &typepb.Money{Amount: amount, CurrencyCode: "USD"}, "2020-01-01"
	return must(s.CreateBillingRate(t.Context(), &pb.CreateBillingRateRequest{BillingRate: b}))(t)
}

// log records time of the employee.
func (s *studio) log(t testing.TB, p *pb.Project, date string, seconds int32, note string) *pb.TimeEntry {
	t.Helper()
	return must(s.pat.CreateTimeEntry(t.Context(), &pb.CreateTimeEntryRequest{TimeEntry: &pb.TimeEntry{
		ProjectId: p.GetId(), WorkDate: date, DurationSeconds: seconds, Note: note}}))(t)
}

// approve submits and approves the timesheets of time.
func (s *studio) approve(t testing.TB, entries ...*pb.TimeEntry) {
	t.Helper()
	var sheets []string
	for _, e := range entries {
		if !slices.Contains(sheets, e.GetTimesheetId()) {
			sheets = append(sheets, e.GetTimesheetId())
			must(s.pat.SubmitTimesheet(t.Context(), &pb.SubmitTimesheetRequest{TimesheetId: e.GetTimesheetId()}))(t)
		}
	}
	must(s.BatchApproveTimesheets(t.Context(), &pb.BatchApproveTimesheetsRequest{Ids: sheets}))(t)
}

// bill bills the time of the customer up to the end of 2025.
func (s *studio) bill(t testing.TB, changes ...func(*pb.BillTimeEntriesRequest)) *pb.BillTimeEntriesResponse {
	t.Helper()
	return must(s.tryBill(t, changes...))(t)
}

func (s *studio) tryBill(
	t testing.TB, changes ...func(*pb.BillTimeEntriesRequest),
) (*pb.BillTimeEntriesResponse, error) {
	t.Helper()
	req := &pb.BillTimeEntriesRequest{CustomerId: s.customer, EndDate: "2025-12-31"}
	for _, change := range changes {
		change(req)
	}
	return s.BillTimeEntries(t.Context(), req)
}

// wantState checks the billing state of time.
func (s *studio) wantState(t testing.TB, e *pb.TimeEntry, want pb.TimeEntry_BillingState) *pb.TimeEntry {
	t.Helper()
	got := must(s.GetTimeEntry(t.Context(), &pb.GetTimeEntryRequest{TimeEntryId: e.GetId()}))(t)
	if got.GetBillingState() != want || (got.GetInvoiceId() != "") != (want >= pb.TimeEntry_ON_DRAFT) ||
		(got.GetInvoiceNumber() != "") != (want == pb.TimeEntry_BILLED) {
		t.Errorf("got %v, want %v", got, want)
	}
	return got
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
