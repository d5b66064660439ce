package projects_test

import (
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestAmountsFitTheBillingOfTheirProject gives milestones amounts while the billing or the currency
// of their project changes: one of the two is refused.
func TestAmountsFitTheBillingOfTheirProject(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	create := func(m *pb.Milestone) error {
		_, err := s.CreateMilestone(t.Context(), &pb.CreateMilestoneRequest{Milestone: &pb.Milestone{
			ProjectId: m.GetProjectId(), DisplayName: "Build", Amount: &typepb.Money{Amount: "5000"}}})
		return err
	}
	update := func(m *pb.Milestone) error {
		_, err := s.UpdateMilestone(t.Context(), &pb.UpdateMilestoneRequest{MilestoneId: m.GetId(),
			Milestone:  &pb.Milestone{Amount: &typepb.Money{Amount: "5000", CurrencyCode: "USD"}},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"amount"}}})
		return err
	}
	for name, test := range map[string]struct {
		set           func(m *pb.Milestone) error
		project       *pb.Project
		path          string
		amount, field string // the paths of the violations
	}{
		"new milestone, billing": {create, &pb.Project{Billing: pb.Project_TIME_AND_MATERIALS}, "billing",
			"amount", "billing"},
		"existing milestone, billing": {update, &pb.Project{Billing: pb.Project_NON_BILLABLE}, "billing",
			"amount", "billing"},
		"existing milestone, currency": {update, &pb.Project{CurrencyCode: "EUR"}, "currency_code",
			"amount.currencyCode", "currencyCode"},
	} {
		for range 12 {
			p := newProject(t, s, &pb.Project{Billing: pb.Project_FIXED_PRICE, CustomerId: s.customer})
			s.project = p
			m := s.milestone(t, "Design", "")
			var calls sync.WaitGroup
			var setting, changing error
			calls.Go(func() { setting = test.set(m) })
			calls.Go(func() {
				_, changing = s.UpdateProject(t.Context(), &pb.UpdateProjectRequest{ProjectId: p.GetId(),
					Project: test.project, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{test.path}}})
			})
			calls.Wait()
			switch {
			case setting == nil:
				wantRefused(t, changing, optionsv1.Reason_FIELDS_INVALID, test.field)
			case changing == nil:
				wantRefused(t, setting, optionsv1.Reason_FIELDS_INVALID, test.amount)
			default:
				t.Fatalf("%s: got %v and %v", name, setting, changing)
			}
		}
	}
}
