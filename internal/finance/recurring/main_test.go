package recurring_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/recurring"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
)

// sent are the invoices that were sent.
var sent sync.Map

func TestMain(m *testing.M) {
	hooks := func(p module.Platform) recurring.Hooks {
		return recurring.Hooks{Send: func(
			ctx context.Context, invoiceID string, done func(context.Context, *db.Tx) error,
		) error {
			_, err := db.Write(ctx, p.DB, func(ctx context.Context, tx *db.Tx) (*pb.Invoice, error) {
				i, err := invoicing.FindInvoice(ctx, tx, invoiceID)
				if err != nil {
					return nil, err
				}
				sent.Store(i.Id, i.Number)
				return i, done(ctx, tx)
			})
			return err
		}}
	}
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks(), recurring.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks()), invoicing.Module,
		recurring.NewModule(hooks))
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

// agency is an organization with retainers. Its clock starts on 2027-01-15.
type agency struct {
	*apptest.Organization
	pb.RecurringInvoicesServiceClient
	invoicing pb.InvoicingServiceClient
	customers pb.CustomersServiceClient
	customer  string
}

func open(t *testing.T) *agency {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2027-01-15T17:00:00Z")
	a := &agency{Organization: o, RecurringInvoicesServiceClient: pb.NewRecurringInvoicesServiceClient(o),
		invoicing: pb.NewInvoicingServiceClient(o), customers: pb.NewCustomersServiceClient(o)}
	a.customer = a.newCustomer(t, &pb.Customer{DisplayName: "Harbor Cafe"})
	return a
}

// advance moves the clock to noon of a day.
func (a *agency) advance(t *testing.T, day string) {
	t.Helper()
	to := must(time.Parse(time.RFC3339, day+"T17:00:00Z"))(t)
	must(platformv1.NewIdentityServiceClient(a).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}))(t)
}

func (a *agency) newCustomer(t *testing.T, c *pb.Customer) string {
	t.Helper()
	return must(a.customers.CreateCustomer(t.Context(), &pb.CreateCustomerRequest{Customer: c}))(t).GetId()
}

// monthly returns a retainer of 500 that starts on a day.
func (a *agency) monthly(start string, mode pb.RecurringInvoice_Mode) *pb.RecurringInvoice {
	return &pb.RecurringInvoice{DisplayName: "Retainer", CustomerId: a.customer, Mode: mode,
		Recurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_MONTHLY, StartDate: start},
		Lines:      []*pb.RecurringInvoice_Line{{Description: "Retainer", UnitPrice: "500", ForPeriod: true}}}
}

func (a *agency) create(t *testing.T, r *pb.RecurringInvoice) *pb.RecurringInvoice {
	t.Helper()
	return must(a.CreateRecurringInvoice(t.Context(), &pb.CreateRecurringInvoiceRequest{RecurringInvoice: r}))(t)
}

func (a *agency) get(t *testing.T, key string) *pb.RecurringInvoice {
	t.Helper()
	return must(a.GetRecurringInvoice(t.Context(), &pb.GetRecurringInvoiceRequest{RecurringInvoiceId: key}))(t)
}

// made returns the invoices of a recurring invoice by their dates.
func (a *agency) made(t *testing.T, key string) []*pb.Invoice {
	t.Helper()
	list := must(a.invoicing.ListInvoices(t.Context(), &pb.ListInvoicesRequest{OrderBy: "issue_date",
		Filter: fmt.Sprintf("recurring_invoice_id = %q", key)}))(t)
	return list.GetInvoices()
}

// want runs the jobs, and compares the dates, states and totals of the invoices of a recurring
// invoice.
func (a *agency) want(t *testing.T, key string, want ...string) {
	t.Helper()
	a.RunJobs(t)
	var got []string
	for _, i := range a.made(t, key) {
		got = append(got, fmt.Sprint(i.GetIssueDate(), " ", i.GetState(), " ", i.GetTotalAmount().GetAmount()))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got the invoices %q, want %q", got, want)
	}
}

// tell passes the events of the organization on, and writes the notifications about them.
func (a *agency) tell(t *testing.T) {
	t.Helper()
	_, relayDB := apptest.Databases(t)
	at := slices.IndexFunc(a.App.Followers, func(f history.Follower) bool { return f.Name == "notifications" })
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), a.App.Followers[at])
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer conn.Close(t.Context())
	key := must(id.Parse("org", a.Organization.Organization.GetId()))(t)
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
	a.RunJobs(t)
}
