package projects_test

import (
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// studio is an organization with a fixed-price project.
type studio struct {
	*apptest.Organization
	pb.ProjectsServiceClient
	invoices financev1.InvoicingServiceClient
	customer string
	project  *pb.Project
}

func openStudio(t *testing.T) *studio {
	t.Helper()
	o, projects := signUp(t)
	s := &studio{Organization: o, ProjectsServiceClient: projects, invoices: financev1.NewInvoicingServiceClient(o)}
	c, err := financev1.NewCustomersServiceClient(o).CreateCustomer(t.Context(),
		&financev1.CreateCustomerRequest{Customer: &financev1.Customer{DisplayName: "Harbor Cafe"}})
	if err != nil {
		t.Fatal(err)
	}
	s.customer = c.GetId()
	s.project = newProject(t, projects, &pb.Project{Billing: pb.Project_FIXED_PRICE, CustomerId: s.customer})
	return s
}

func (s *studio) milestone(t *testing.T, name, amount string) *pb.Milestone {
	t.Helper()
	m := &pb.Milestone{ProjectId: s.project.GetId(), DisplayName: name}
	if amount != "" {
		m.Amount = &typepb.Money{Amount: amount}
	}
	made, err := s.CreateMilestone(t.Context(), &pb.CreateMilestoneRequest{Milestone: m})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (s *studio) complete(t *testing.T, m *pb.Milestone) *pb.Milestone {
	t.Helper()
	done, err := s.CompleteMilestone(t.Context(), &pb.CompleteMilestoneRequest{MilestoneId: m.GetId(),
		Date: "2026-03-02"})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (s *studio) get(t *testing.T, m *pb.Milestone) *pb.Milestone {
	t.Helper()
	got, err := s.GetMilestone(t.Context(), &pb.GetMilestoneRequest{MilestoneId: m.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (s *studio) bill(t *testing.T, m *pb.Milestone) *pb.BillMilestoneResponse {
	t.Helper()
	got, err := s.BillMilestone(t.Context(), &pb.BillMilestoneRequest{MilestoneId: m.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// offers reports whether a milestone offers a verb.
func offers(m *pb.Milestone, verb string) bool {
	return slices.ContainsFunc(m.GetAllowedActions(), func(a *typepb.AllowedAction) bool {
		return a.GetVerb() == verb && a.GetAllowed()
	})
}

// TestCompletedMilestoneIsBilledOnce completes a milestone and bills it twice. The draft has one
// line.
func TestCompletedMilestoneIsBilledOnce(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	m := s.milestone(t, "Design", "5000.00")
	if offers(m, "bill") {
		t.Errorf("an open milestone offers to bill it: %v", m)
	}
	_, err := s.BillMilestone(t.Context(), &pb.BillMilestoneRequest{MilestoneId: m.GetId()})
	wantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	m = s.complete(t, m)
	if !offers(m, "bill") || m.GetCompleteDate() != "2026-03-02" {
		t.Errorf("got %v, want a milestone that can be billed", m)
	}
	preview, err := s.BillMilestone(t.Context(), &pb.BillMilestoneRequest{MilestoneId: m.GetId(), ValidateOnly: true})
	if err != nil || len(preview.GetInvoice().GetLines()) != 1 || s.get(t, m).GetInvoiceId() != "" {
		t.Errorf("preview: got %v, %v", preview, err)
	}
	first, again := s.bill(t, m), s.bill(t, m)
	line := first.GetInvoice().GetLines()[0]
	if first.GetInvoice().GetId() != again.GetInvoice().GetId() || len(again.GetInvoice().GetLines()) != 1 ||
		line.GetNetAmount().GetAmount() != "5000.00" || line.GetDescription() != "Website: Design" ||
		!slices.Equal(line.GetDimensionValueIds(), []string{s.project.GetDimensionValueId()}) ||
		first.GetInvoice().GetCustomerId() != s.customer {
		t.Errorf("got %v and %v", first, again)
	}
	m = s.get(t, m)
	if offers(m, "bill") || offers(m, "reopen") || m.GetInvoiceId() != first.GetInvoice().GetId() {
		t.Errorf("got %v, want a billed milestone", m)
	}
	_, err = s.ReopenMilestone(t.Context(), &pb.ReopenMilestoneRequest{MilestoneId: m.GetId()})
	wantRefused(t, err, optionsv1.Reason_MILESTONE_BILLED)
	_, err = s.DeleteMilestone(t.Context(), &pb.DeleteMilestoneRequest{MilestoneId: m.GetId()})
	wantRefused(t, err, optionsv1.Reason_MILESTONE_BILLED)
	_, err = s.UpdateMilestone(t.Context(), &pb.UpdateMilestoneRequest{MilestoneId: m.GetId(),
		Milestone:  &pb.Milestone{Amount: &typepb.Money{Amount: "1", CurrencyCode: "USD"}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"amount"}}})
	wantRefused(t, err, optionsv1.Reason_MILESTONE_BILLED)
}

// TestMilestoneIsBilledAgainOnceFree removes the line from the draft, deletes the draft and voids
// the invoice. Each time the milestone can be billed again.
func TestMilestoneIsBilledAgainOnceFree(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	m, other := s.complete(t, s.milestone(t, "Design", "5000.00")), s.complete(t, s.milestone(t, "Build", "70.00"))
	free := map[string]func(i *financev1.Invoice) error{
		"line removed": func(i *financev1.Invoice) error {
			i.Lines = slices.DeleteFunc(i.Lines,
				func(l *financev1.DocumentLine) bool { return l.SourceIds[0] == m.GetId() })
			_, err := s.invoices.UpdateInvoice(t.Context(), &financev1.UpdateInvoiceRequest{InvoiceId: i.Id, Invoice: i,
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"lines"}}})
			return err
		},
		"draft deleted": func(i *financev1.Invoice) error {
			_, err := s.invoices.DeleteInvoice(t.Context(), &financev1.DeleteInvoiceRequest{InvoiceId: i.Id})
			return err
		},
		"invoice voided": func(i *financev1.Invoice) error {
			_, err := s.invoices.IssueInvoice(t.Context(), &financev1.IssueInvoiceRequest{InvoiceId: i.Id})
			if err == nil {
				_, err = s.invoices.VoidInvoice(t.Context(), &financev1.VoidInvoiceRequest{InvoiceId: i.Id})
			}
			return err
		},
	}
	for name, release := range free {
		s.bill(t, other)
		i := s.bill(t, m).GetInvoice()
		if err := release(i); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := s.get(t, m); got.GetInvoiceId() != "" || !offers(got, "bill") || !offers(got, "reopen") {
			t.Errorf("%s: got %v, want a free milestone", name, got)
		}
		if again := s.bill(t, m).GetInvoice(); name == "invoice voided" && again.GetId() == i.GetId() {
			t.Errorf("%s: got the same invoice", name)
		}
	}
}

// TestMilestoneIsBilledOnceConcurrently bills a milestone in eight calls at once.
func TestMilestoneIsBilledOnceConcurrently(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	m := s.complete(t, s.milestone(t, "Design", "5000.00"))
	ids := make([]string, 8)
	var calls sync.WaitGroup
	for n := range ids {
		calls.Go(func() {
			got, err := s.BillMilestone(t.Context(), &pb.BillMilestoneRequest{MilestoneId: m.GetId()})
			if err != nil {
				t.Error(err)
			}
			ids[n] = got.GetInvoice().GetId()
		})
	}
	calls.Wait()
	if slices.Sort(ids); len(slices.Compact(ids)) != 1 {
		t.Errorf("got the invoices %v, want one", ids)
	}
	list, err := s.invoices.ListInvoices(t.Context(), &financev1.ListInvoicesRequest{})
	if err != nil || len(list.GetInvoices()) != 1 || len(list.GetInvoices()[0].GetLines()) != 1 {
		t.Errorf("got %v, %v, want one invoice with one line", list, err)
	}
}

// TestMilestoneAmountIsChecked refuses amounts that cannot be billed, and billing nothing.
func TestMilestoneAmountIsChecked(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	hourly := newProject(t, s, &pb.Project{CustomerId: s.customer})
	for name, bad := range map[string]struct {
		project, amount, currency, field string
	}{
		"not a fixed price": {hourly.GetId(), "1.00", "USD", "amount"},
		"another currency":  {s.project.GetId(), "1.00", "EUR", "amount.currencyCode"},
		"negative":          {s.project.GetId(), "-1.00", "USD", "amount"},
		"zero":              {s.project.GetId(), "0", "USD", "amount"},
	} {
		_, err := s.CreateMilestone(t.Context(), &pb.CreateMilestoneRequest{Milestone: &pb.Milestone{
			ProjectId: bad.project, DisplayName: name, Amount: &typepb.Money{Amount: bad.amount,
				CurrencyCode: bad.currency}}})
		if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID || !slices.Contains(apptest.Fields(err), bad.field) {
			t.Errorf("%s: got %v, want a violation at %s", name, err, bad.field)
		}
	}
	plain := s.complete(t, s.milestone(t, "Plan", ""))
	_, err := s.BillMilestone(t.Context(), &pb.BillMilestoneRequest{MilestoneId: plain.GetId()})
	wantRefused(t, err, optionsv1.Reason_MILESTONE_WITHOUT_AMOUNT)
	s.milestone(t, "Design", "10.00")
	_, err = s.UpdateProject(t.Context(), &pb.UpdateProjectRequest{ProjectId: s.project.GetId(),
		Project:    &pb.Project{Billing: pb.Project_TIME_AND_MATERIALS, CurrencyCode: "EUR"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"billing", "currency_code"}}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "billing", "currencyCode")
	_, err = s.CompleteMilestone(t.Context(),
		&pb.CompleteMilestoneRequest{MilestoneId: s.milestone(t, "Late", "").GetId(), Date: "2099-01-01"})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "date")
}

// TestMilestonesFollowTheReachOfTheirProject changes milestones as a manager and as a bookkeeper.
func TestMilestonesFollowTheReachOfTheirProject(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	m := s.milestone(t, "Design", "5000.00")
	manager := pb.NewProjectsServiceClient(s.AsPerson(t, newPerson(t, s.Organization, false),
		platformv1.ApiKey_MANAGER))
	_, err := manager.CompleteMilestone(t.Context(), &pb.CompleteMilestoneRequest{MilestoneId: m.GetId()})
	wantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	s.complete(t, m)
	bookkeeper := pb.NewProjectsServiceClient(s.WithRole(t, platformv1.ApiKey_BOOKKEEPER))
	if _, err := bookkeeper.BillMilestone(t.Context(), &pb.BillMilestoneRequest{MilestoneId: m.GetId()}); err != nil {
		t.Error(err)
	}
	own := newProject(t, manager, &pb.Project{Billing: pb.Project_NON_BILLABLE})
	made, err := manager.CreateMilestone(t.Context(), &pb.CreateMilestoneRequest{
		Milestone: &pb.Milestone{ProjectId: own.GetId(), DisplayName: "Start"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = manager.BillMilestone(t.Context(), &pb.BillMilestoneRequest{MilestoneId: made.GetId()})
	wantRefused(t, err, optionsv1.Reason_PERMISSION_MISSING)
}

// TestPeopleOfProjectReadItsMilestones reads a milestone with a price as the member and the deputy
// of its project, and as an employee who has no part in it.
func TestPeopleOfProjectReadItsMilestones(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	member, deputy, other := newPerson(t, s.Organization, false), newPerson(t, s.Organization, false),
		newPerson(t, s.Organization, false)
	p := newProject(t, s, &pb.Project{Billing: pb.Project_NON_BILLABLE, DeputyId: deputy, MemberIds: []string{member}})
	if _, err := s.CreateMilestone(t.Context(), &pb.CreateMilestoneRequest{
		Milestone: &pb.Milestone{ProjectId: p.GetId(), DisplayName: "Start"}}); err != nil {
		t.Fatal(err)
	}
	for person, want := range map[string]int{member: 1, deputy: 1, other: 0} {
		client := pb.NewProjectsServiceClient(s.AsPerson(t, person, platformv1.ApiKey_EMPLOYEE))
		list, err := client.ListMilestones(t.Context(), &pb.ListMilestonesRequest{})
		if err != nil || len(list.GetMilestones()) != want {
			t.Errorf("%s: got %v, %v, want %d milestones", person, list, err, want)
		}
	}
}
