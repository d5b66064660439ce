package timebilling_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestBudgetsAreNoticed spends the budgets of a project. The owner is told once of each part.
func TestBudgetsAreNoticed(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.tell(t) // the follower begins at the end of the log
	s.rate(t, "100", &pb.BillingRate{})
	p := s.project(t, func(p *pb.Project) {
		p.BudgetSeconds, p.BudgetAmount = 36000, &typepb.Money{Amount: "2000.00", CurrencyCode: "USD"}
	})
	want := func(titles ...string) {
		t.Helper()
		s.RunJobs(t)
		s.tell(t)
		var got []string
		for _, n := range must(platformv1.NewNotificationsServiceClient(s).ListNotifications(t.Context(),
			&platformv1.ListNotificationsRequest{Filter: `category = "DEADLINE"`}))(t).GetNotifications() {
			got = append(got, n.GetTitle()+": "+n.GetBody())
		}
		slices.Reverse(got)
		if !slices.Equal(got, titles) {
			t.Errorf("got %q, want %q", got, titles)
		}
	}
	s.log(t, p, "2025-03-10", 28000, "")
	want()
	s.log(t, p, "2025-03-10", 800, "")
	eighty := "Website has used 80% of its budget: 8:00 h / 10:00 h"
	want(eighty)
	s.log(t, p, "2025-03-11", 3600, "")
	want(eighty)
	got := must(s.BatchGetProjectBudgets(t.Context(),
		&pb.BatchGetProjectBudgetsRequest{Ids: []string{p.GetId()}}))(t).GetProjectBudgets()[0]
	if got.GetSpentSeconds() != 32400 || got.GetSpentSecondsPercent() != "90" ||
		got.GetSpentAmount().GetAmount() != "900.00" ||
		got.GetSpentAmountPercent() != "45" || got.GetUnpricedSeconds() != 0 {
		t.Errorf("got %v", got)
	}
	earlier := must(s.BatchGetProjectBudgets(t.Context(), &pb.BatchGetProjectBudgetsRequest{Ids: []string{p.GetId()},
		AsOf: "2025-03-10"}))(t).GetProjectBudgets()[0]
	if earlier.GetSpentSeconds() != 28800 {
		t.Errorf("got %v", earlier)
	}
	must(s.UpdateProject(t.Context(), &pb.UpdateProjectRequest{ProjectId: p.GetId(),
		Project:    &pb.Project{BudgetSeconds: 40000},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"budget_seconds"}}}))(t)
	want(eighty, "Website has used 80% of its budget: 9:00 h / 11:06:40 h")
	s.log(t, p, "2025-03-12", 43200, "")
	want(eighty, "Website has used 80% of its budget: 9:00 h / 11:06:40 h",
		"Website has used 100% of its budget: 21:00 h / 11:06:40 h",
		"Website has used 100% of its budget: 2100.00 / 2000.00 USD")
}
