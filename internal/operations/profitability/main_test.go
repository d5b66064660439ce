package profitability_test

import (
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/reports"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/profitability"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/timebilling"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/operations/work"
	"backoffice/internal/people/directory"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks()), receivables.NewModule(invoicing.ReceivablesHooks()),
		invoicing.NewModule(timebilling.InvoicingHooks()), reports.Module, projects.Module, work.Module, timekeeping.Module,
		timebilling.Module, profitability.NewModule(directory.ProfitabilityHooks()), directory.Module)
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

// studio is an organization that works for customers, called by its owner or by someone else.
type studio struct {
	*apptest.Organization
	pb.ProfitabilityServiceClient
	pb.TimekeepingServiceClient
	pb.ProjectsServiceClient
	financev1.InvoicingServiceClient
	financev1.LedgerServiceClient
	customer string
	// accounts are accounts by subtype.
	accounts map[financev1.Account_Subtype]string
}

func as(o *apptest.Organization) *studio {
	return &studio{Organization: o, ProfitabilityServiceClient: pb.NewProfitabilityServiceClient(o),
		TimekeepingServiceClient: pb.NewTimekeepingServiceClient(o), ProjectsServiceClient: pb.NewProjectsServiceClient(o),
		InvoicingServiceClient: financev1.NewInvoicingServiceClient(o),
		LedgerServiceClient:    financev1.NewLedgerServiceClient(o), accounts: map[financev1.Account_Subtype]string{}}
}

// openStudio creates an organization with a chart of accounts and a customer.
func openStudio(t testing.TB) *studio {
	t.Helper()
	s := as(apptest.SignUp(t))
	must(s.ApplyChartTemplate(t.Context(), &financev1.ApplyChartTemplateRequest{Template: "service-firm"}))(t)
	s.customer = must(financev1.NewCustomersServiceClient(s).CreateCustomer(t.Context(), &financev1.CreateCustomerRequest{
		Customer: &financev1.Customer{DisplayName: "Acme"}}))(t).GetId()
	for _, a := range must(s.ListAccounts(t.Context(), &financev1.ListAccountsRequest{PageSize: 500}))(t).GetAccounts() {
		if s.accounts[a.GetSubtype()] == "" && a.GetCode() != "6560" {
			s.accounts[a.GetSubtype()] = a.GetId()
		}
	}
	return s
}

// project returns a new project for the customer that is billed by the hour.
func (s *studio) project(t testing.TB, name string, changes ...func(*pb.Project)) *pb.Project {
	t.Helper()
	p := &pb.Project{DisplayName: name, CustomerId: s.customer}
	for _, change := range changes {
		change(p)
	}
	return must(s.CreateProject(t.Context(), &pb.CreateProjectRequest{Project: p}))(t)
}

func (s *studio) person(t testing.TB, name string) string {
	t.Helper()
	return must(platformv1.NewIdentityServiceClient(s).CreatePerson(t.Context(), &platformv1.CreatePersonRequest{
		Person: &platformv1.Person{DisplayName: name}}))(t).GetId()
}

// employee returns the employee of a person who is paid by the month from a day on.
func (s *studio) employee(t testing.TB, person string) string {
	t.Helper()
	return must(peoplev1.NewDirectoryServiceClient(s).CreateEmployee(t.Context(), &peoplev1.CreateEmployeeRequest{
		Employee: &peoplev1.Employee{DisplayName: "Pat", PersonId: person, HireDate: "2020-01-01"}}))(t).GetId()
}

func (s *studio) pay(
	t testing.TB, employee, start, amount, currency string, period peoplev1.Compensation_Period,
) *peoplev1.Compensation {
	t.Helper()
	return must(peoplev1.NewDirectoryServiceClient(s).CreateCompensation(t.Context(),
		&peoplev1.CreateCompensationRequest{Compensation: &peoplev1.Compensation{EmployeeId: employee, StartDate: start,
			Amount: &typepb.Money{Amount: amount, CurrencyCode: currency}, Period: period}}))(t)
}

// costRate sets what an hour of a person costs, "" for the standard.
func (s *studio) costRate(t testing.TB, person, start, amount string) *pb.CostRate {
	t.Helper()
	return must(s.CreateCostRate(t.Context(), &pb.CreateCostRateRequest{CostRate: &pb.CostRate{PersonId: person,
		StartDate: start, HourlyCost: usd(amount)}}))(t)
}

// log records time of a person.
func (s *studio) log(t testing.TB, person string, p *pb.Project, date string, seconds int32) *pb.TimeEntry {
	t.Helper()
	return must(s.CreateTimeEntry(t.Context(), &pb.CreateTimeEntryRequest{TimeEntry: &pb.TimeEntry{PersonId: person,
		ProjectId: p.GetId(), WorkDate: date, DurationSeconds: seconds}}))(t)
}

// issue issues an invoice with one line for a project.
func (s *studio) issue(t testing.TB, p *pb.Project, date, quantity, price, term string) *financev1.Invoice {
	t.Helper()
	draft := must(s.CreateInvoice(t.Context(), &financev1.CreateInvoiceRequest{Invoice: &financev1.Invoice{
		CustomerId: s.customer, IssueDate: date, PaymentTermId: term, Lines: []*financev1.DocumentLine{{Description: "Design",
			Quantity: quantity, UnitPrice: price, DimensionValueIds: []string{p.GetDimensionValueId()}}}}}))(t)
	return must(s.IssueInvoice(t.Context(), &financev1.IssueInvoiceRequest{InvoiceId: draft.GetId()}))(t)
}

// post posts an amount from cash to an account, with the dimension value of a project if it is not
// nil.
func (s *studio) post(t testing.TB, p *pb.Project, date string, account financev1.Account_Subtype, amount string) {
	t.Helper()
	var values []string
	if p != nil {
		values = []string{p.GetDimensionValueId()}
	}
	must(s.CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: &financev1.JournalEntry{
		Date: date, Description: "Purchase", Lines: []*financev1.JournalLine{
			{AccountId: s.accounts[account], Amount: usd(amount), DimensionValueIds: values},
			{AccountId: s.accounts[financev1.Account_BANK], Amount: usd(negated(amount))}}}}))(t)
}

func negated(amount string) string {
	if amount[0] == '-' {
		return amount[1:]
	}
	return "-" + amount
}

func usd(amount string) *typepb.Money { return &typepb.Money{Amount: amount, CurrencyCode: "USD"} }

// report returns the report of 2025, with changes to the request.
func (s *studio) report(
	t testing.TB, changes ...func(*pb.GetProjectProfitabilityRequest),
) *pb.ProjectProfitability {
	t.Helper()
	req := &pb.GetProjectProfitabilityRequest{StartDate: "2025-01-01", EndDate: "2025-12-31"}
	for _, change := range changes {
		change(req)
	}
	return must(s.GetProjectProfitability(t.Context(), req))(t)
}

// explain returns all pages of an explanation of 2025.
func (s *studio) explain(
	t testing.TB, p *pb.Project, f pb.ExplainProjectProfitabilityRequest_Figure,
) *pb.ExplainProjectProfitabilityResponse {
	t.Helper()
	all := &pb.ExplainProjectProfitabilityResponse{}
	req := &pb.ExplainProjectProfitabilityRequest{StartDate: "2025-01-01", EndDate: "2025-12-31", ProjectId: p.GetId(),
		Figure: f, PageSize: 2}
	for {
		page := must(s.ExplainProjectProfitability(t.Context(), req))(t)
		all.JournalLines = append(all.JournalLines, page.GetJournalLines()...)
		all.LaborLines = append(all.LaborLines, page.GetLaborLines()...)
		all.Masked = page.GetMasked()
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return all
		}
	}
}

// profitAndLoss returns the profit and loss of 2025 of a project.
func (s *studio) profitAndLoss(
	t testing.TB, p *pb.Project, start, end string, basis financev1.AccountingBasis,
) *financev1.ProfitAndLoss {
	t.Helper()
	return must(financev1.NewReportsServiceClient(s).GetProfitAndLoss(t.Context(), &financev1.GetProfitAndLossRequest{
		StartDate: start, EndDate: end, DimensionValueIds: []string{p.GetDimensionValueId()}, Basis: basis}))(t)
}
