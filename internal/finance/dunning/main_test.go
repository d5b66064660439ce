package dunning_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/dunning"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks(), dunning.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks()), invoicing.Module, dunning.Module)
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

// lender is an organization that sells in dollars on credit. Its clock starts on 2027-01-15.
type lender struct {
	*apptest.Organization
	pb.DunningServiceClient
	pb.FollowUpsServiceClient
	invoicing   pb.InvoicingServiceClient
	receivables pb.ReceivablesServiceClient
	ledger      pb.LedgerServiceClient
	customers   pb.CustomersServiceClient
	mails       platformv1.MailServiceClient
	accounts    map[string]string
	customer    string
}

func openLender(t testing.TB) *lender {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2027-01-15T17:00:00Z")
	l := &lender{Organization: o, DunningServiceClient: pb.NewDunningServiceClient(o),
		FollowUpsServiceClient: pb.NewFollowUpsServiceClient(o), invoicing: pb.NewInvoicingServiceClient(o),
		receivables: pb.NewReceivablesServiceClient(o), ledger: pb.NewLedgerServiceClient(o),
		customers: pb.NewCustomersServiceClient(o), mails: platformv1.NewMailServiceClient(o)}
	l.readAccounts(t)
	l.customer = l.newCustomer(t, &pb.Customer{DisplayName: "Harbor Cafe"})
	return l
}

// readAccounts reads the accounts. Postings add accounts.
func (l *lender) readAccounts(t testing.TB) {
	t.Helper()
	l.accounts = map[string]string{}
	list := must(l.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500}))(t)
	for _, a := range list.GetAccounts() {
		l.accounts[a.GetCode()] = a.GetId()
	}
}

// advance moves the clock to noon of a day.
func (l *lender) advance(t testing.TB, day string) {
	t.Helper()
	to := must(time.Parse(time.RFC3339, day+"T17:00:00Z"))(t)
	must(platformv1.NewIdentityServiceClient(l).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}))(t)
}

func (l *lender) newCustomer(t testing.TB, c *pb.Customer) string {
	t.Helper()
	return must(l.customers.CreateCustomer(t.Context(), &pb.CreateCustomerRequest{Customer: c}))(t).GetId()
}

// standard returns the default policy: a reminder three days before the due date, one a week after
// it, and one after three weeks with a fee of 15 and 9.5 % of interest.
func standard() *pb.DunningPolicy {
	return &pb.DunningPolicy{DisplayName: "Standard", DefaultPolicy: true,
		InterestRates: []*pb.DunningPolicy_InterestRate{{Percent: "9.5"}},
		Steps: []*pb.DunningPolicy_Step{
			{Days: -3, DisplayName: "Notice"},
			{Days: 7, DisplayName: "Reminder"},
			{Days: 21, DisplayName: "Second reminder", ChargeInterest: true, Fees: []*typepb.Money{dollars("15.00")}},
			{Days: 42, DisplayName: "Last reminder", ChargeInterest: true, Fees: []*typepb.Money{dollars("25.00")}},
		}}
}

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

func dollars(amount string) *typepb.Money { return &typepb.Money{Amount: amount, CurrencyCode: "USD"} }

func (l *lender) newPolicy(t testing.TB, p *pb.DunningPolicy) *pb.DunningPolicy {
	t.Helper()
	return must(l.CreateDunningPolicy(t.Context(), &pb.CreateDunningPolicyRequest{DunningPolicy: p}))(t)
}

// invoice issues an invoice on a day, due on another, and returns it.
func (l *lender) invoice(t testing.TB, customer, issue, due, amount string) *pb.Invoice {
	t.Helper()
	draft := must(l.invoicing.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{
		CustomerId: customer, DueDate: due, Lines: []*pb.DocumentLine{{Description: "Consulting", UnitPrice: amount}}}}))(t)
	return must(l.invoicing.IssueInvoice(t.Context(),
		&pb.IssueInvoiceRequest{InvoiceId: draft.GetId(), IssueDate: issue}))(t)
}

// pay records a payment of an invoice on a day.
func (l *lender) pay(t testing.TB, i *pb.Invoice, date, amount string) *pb.Payment {
	t.Helper()
	return must(l.receivables.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: i.GetCustomerId(), Date: date, AccountId: l.accounts["1000"],
		Amount:      &typepb.Money{Amount: amount, CurrencyCode: i.GetCurrencyCode()},
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId()}}}}))(t)
}

// run creates the notices of a day.
func (l *lender) run(t testing.TB, day string) *pb.RunDunningResponse {
	t.Helper()
	return must(l.RunDunning(t.Context(), &pb.RunDunningRequest{RunDate: day}))(t)
}

// runOne creates the only notice of a day.
func (l *lender) runOne(t testing.TB, day string) *pb.DunningNotice {
	t.Helper()
	made := l.run(t, day).GetNotices()
	if len(made) != 1 {
		t.Fatalf("got %d notices on %s, want 1", len(made), day)
	}
	return made[0]
}

// notices returns the stored notices.
func (l *lender) notices(t testing.TB) []*pb.DunningNotice {
	t.Helper()
	return must(l.ListDunningNotices(t.Context(), &pb.ListDunningNoticesRequest{OrderBy: "date"}))(t).
		GetDunningNotices()
}

// entry returns the lines of a journal entry as `code amount`.
func (l *lender) entry(t testing.TB, key string) (lines []string) {
	t.Helper()
	l.readAccounts(t)
	codes := map[string]string{}
	for code, account := range l.accounts {
		codes[account] = code
	}
	e := must(l.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: key}))(t)
	for _, line := range e.GetLines() {
		lines = append(lines, fmt.Sprintf("%s %s", codes[line.GetAccountId()], line.GetAmount().GetAmount()))
	}
	return lines
}

func (l *lender) receivable(t testing.TB, key string) *pb.Receivable {
	t.Helper()
	return must(l.receivables.GetReceivable(t.Context(), &pb.GetReceivableRequest{ReceivableId: key}))(t)
}

// wantSound checks that the books agree with the receivables, and aging with its account.
func (l *lender) wantSound(t testing.TB) {
	t.Helper()
	r := must(l.ledger.CheckIntegrity(t.Context(), &pb.CheckIntegrityRequest{}))(t)
	for _, c := range r.GetChecks() {
		if c.GetBrokenCount() != 0 {
			t.Errorf("%s: %v", c.GetRule(), c)
		}
	}
}
