package projects_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestChangedMilestoneIsNotRestored changes milestones that credit notes released. A credit note
// can be voided once its milestone is as it was billed, and never if that was deleted.
func TestChangedMilestoneIsNotRestored(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	release := func(m *pb.Milestone) *financev1.CreditNote {
		t.Helper()
		i, err := s.invoices.IssueInvoice(t.Context(),
			&financev1.IssueInvoiceRequest{InvoiceId: s.bill(t, m).GetInvoice().GetId()})
		if err != nil {
			t.Fatal(err)
		}
		n, err := s.invoices.CreateCreditNote(t.Context(), &financev1.CreateCreditNoteRequest{
			CreditNote: &financev1.CreditNote{InvoiceId: i.GetId(), ReleaseSources: true,
				Lines: []*financev1.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId()}}}})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	void := func(n *financev1.CreditNote) error {
		_, err := s.invoices.VoidCreditNote(t.Context(), &financev1.VoidCreditNoteRequest{CreditNoteId: n.GetId()})
		return err
	}
	set := func(m *pb.Milestone, amount string) {
		t.Helper()
		if _, err := s.UpdateMilestone(t.Context(), &pb.UpdateMilestoneRequest{MilestoneId: m.GetId(),
			Milestone:  &pb.Milestone{Amount: &typepb.Money{Amount: amount, CurrencyCode: "USD"}},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"amount"}}}); err != nil {
			t.Fatal(err)
		}
	}
	m := s.complete(t, s.milestone(t, "Design", "5000.00"))
	n := release(m)
	set(m, "6000.00")
	wantRefused(t, void(n), optionsv1.Reason_RELEASED_SOURCES_CHANGED)
	set(m, "5000.00")
	if err := void(n); err != nil {
		t.Error(err)
	}
	if s.get(t, m).GetInvoiceId() == "" {
		t.Error("the milestone is free, want it billed")
	}
	gone := s.complete(t, s.milestone(t, "Build", "70.00"))
	n = release(gone)
	if _, err := s.DeleteMilestone(t.Context(), &pb.DeleteMilestoneRequest{MilestoneId: gone.GetId()}); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, void(n), optionsv1.Reason_RELEASED_SOURCES_CHANGED)
}
