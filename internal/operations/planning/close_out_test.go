package planning_test

import (
	"strings"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// invoice creates a draft with a line of a project and one of another project, and issues it if
// asked.
func (s *studio) invoice(t *testing.T, p, other *pb.Project, price string, issue bool) *financev1.Invoice {
	t.Helper()
	invoices := financev1.NewInvoicingServiceClient(s)
	line := func(p *pb.Project, price string) *financev1.DocumentLine {
		return &financev1.DocumentLine{Description: "Work", UnitPrice: price,
			DimensionValueIds: []string{p.GetDimensionValueId()}}
	}
	i := must(invoices.CreateInvoice(t.Context(), &financev1.CreateInvoiceRequest{Invoice: &financev1.Invoice{
		CustomerId: s.customer, Lines: []*financev1.DocumentLine{line(p, price), line(other, "1.01")}}}))(t)
	if issue {
		i = must(invoices.IssueInvoice(t.Context(), &financev1.IssueInvoiceRequest{InvoiceId: i.GetId()}))(t)
	}
	return i
}

// TestCloseOutListsWhatIsOutstanding closes a project with open tasks, milestones and invoices.
func TestCloseOutListsWhatIsOutstanding(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	other := s.newProject(t, &pb.Project{DisplayName: "Other"})
	p := s.newProject(t, &pb.Project{Billing: pb.Project_FIXED_PRICE, CustomerId: s.customer})
	open := s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Draw", DueDate: "2027-02-01"})
	done := s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Measure"})
	must(s.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: done.GetId()}))(t)
	s.newMilestone(t, &pb.Milestone{ProjectId: p.GetId(), DisplayName: "Opened"})
	unbilled := s.newMilestone(t, &pb.Milestone{ProjectId: p.GetId(), DisplayName: "Approved",
		Amount: &typepb.Money{Amount: "5000.10"}})
	must(s.projects.CompleteMilestone(t.Context(), &pb.CompleteMilestoneRequest{MilestoneId: unbilled.GetId()}))(t)
	s.invoice(t, other, other, "7.00", true)
	unpaid, draft := s.invoice(t, p, other, "100.10", true), s.invoice(t, p, other, "0.99", false)
	second := s.invoice(t, p, other, "200.20", true)

	list := must(s.CloseOutProject(t.Context(),
		&pb.CloseOutProjectRequest{ProjectId: p.GetId(), ValidateOnly: true}))(t)
	type found struct{ ids, amount string }
	want := map[pb.CloseOutProjectResponse_Outstanding_Kind]found{
		pb.CloseOutProjectResponse_Outstanding_OPEN_TASKS:          {open.GetId(), ""},
		pb.CloseOutProjectResponse_Outstanding_OPEN_MILESTONES:     {"Opened", ""},
		pb.CloseOutProjectResponse_Outstanding_UNBILLED_MILESTONES: {unbilled.GetId(), "5000.10"},
		pb.CloseOutProjectResponse_Outstanding_DRAFT_INVOICES:      {draft.GetId(), "2.00"},
		pb.CloseOutProjectResponse_Outstanding_UNPAID_INVOICES:     {unpaid.GetId() + " " + second.GetId(), "302.32"},
	}
	if len(list.GetOutstanding()) != len(want) || list.GetProject().GetArchiveTime() != nil {
		t.Errorf("got %v", list)
	}
	for _, o := range list.GetOutstanding() {
		var ids []string
		for _, i := range o.GetItems() {
			if o.GetKind() == pb.CloseOutProjectResponse_Outstanding_OPEN_MILESTONES {
				ids = append(ids, i.GetDisplayName())
			} else {
				ids = append(ids, i.GetRecordId())
			}
		}
		got := found{ids: strings.Join(ids, " ")}
		if len(o.GetAmounts()) == 1 {
			got.amount = o.GetAmounts()[0].GetAmount()
		}
		if got != want[o.GetKind()] || int(o.GetCount()) != len(ids) {
			t.Errorf("%s: got %v, want %v", o.GetKind(), got, want[o.GetKind()])
		}
	}

	_, err := s.CloseOutProject(t.Context(), &pb.CloseOutProjectRequest{ProjectId: p.GetId()})
	wantRefused(t, err, optionsv1.Reason_PROJECT_NOT_FINISHED)
	if !strings.Contains(err.Error(), "2 unpaid invoices (302.32 USD)") {
		t.Errorf("got %v, want the unpaid invoices", err)
	}
	closed := must(s.CloseOutProject(t.Context(),
		&pb.CloseOutProjectRequest{ProjectId: p.GetId(), AcceptOutstanding: true, Etag: p.GetEtag()}))(t)
	if closed.GetProject().GetState() != pb.Project_COMPLETED || closed.GetProject().GetArchiveTime() == nil ||
		len(closed.GetOutstanding()) != len(want) {
		t.Errorf("got %v", closed)
	}
	_, err = s.CloseOutProject(t.Context(), &pb.CloseOutProjectRequest{ProjectId: p.GetId(), AcceptOutstanding: true})
	wantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	if list := must(s.projects.ListProjects(t.Context(), &pb.ListProjectsRequest{}))(t); len(list.GetProjects()) != 1 {
		t.Errorf("got the projects %v, want only the other one", list)
	}
}

// TestFinishedProjectIsClosedOut closes a project without anything outstanding, and a canceled one.
func TestFinishedProjectIsClosedOut(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p, canceled := s.newProject(t, &pb.Project{}), s.newProject(t, &pb.Project{DisplayName: "Canceled"})
	closed := must(s.CloseOutProject(t.Context(), &pb.CloseOutProjectRequest{ProjectId: p.GetId()}))(t).GetProject()
	if closed.GetState() != pb.Project_COMPLETED || closed.GetCompleteTime() == nil || closed.GetArchiveTime() == nil {
		t.Errorf("got %v", closed)
	}
	must(s.projects.CancelProject(t.Context(), &pb.CancelProjectRequest{ProjectId: canceled.GetId()}))(t)
	closed = must(s.CloseOutProject(t.Context(),
		&pb.CloseOutProjectRequest{ProjectId: canceled.GetId()}))(t).GetProject()
	if closed.GetState() != pb.Project_CANCELED || closed.GetArchiveTime() == nil {
		t.Errorf("got %v", closed)
	}
	ledger := financev1.NewLedgerServiceClient(s)
	values := must(ledger.ListDimensionValues(t.Context(), &financev1.ListDimensionValuesRequest{ShowArchived: true,
		Filter: `subject_id = "` + p.GetId() + `"`}))(t).GetDimensionValues()
	if len(values) != 1 || values[0].GetArchiveTime() == nil {
		t.Errorf("got the dimension value %v, want it archived and in reports", values)
	}
}
