package timebilling_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// TestPlanningKnowsTheTimeOfProjects lists unbilled time in the close-out of a project to the cent,
// and freezes the time of all persons in an update.
func TestPlanningKnowsTheTimeOfProjects(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	plans := pb.NewPlanningServiceClient(s)
	s.rate(t, "99.99", &pb.BillingRate{})
	p := s.project(t)
	billed := s.log(t, p, "2025-03-10", 3600, "Draft")
	s.approve(t, billed)
	s.bill(t)
	s.log(t, p, "2026-03-10", 1200, "Call")
	s.log(t, p, "2026-03-11", 5400, "Design")

	list := must(plans.CloseOutProject(t.Context(),
		&pb.CloseOutProjectRequest{ProjectId: p.GetId(), ValidateOnly: true}))(t).GetOutstanding()
	if len(list) != 2 || list[0].GetKind() != pb.CloseOutProjectResponse_Outstanding_UNBILLED_TIME ||
		list[1].GetKind() != pb.CloseOutProjectResponse_Outstanding_DRAFT_INVOICES {
		t.Fatalf("got %v", list)
	}
	time := list[0]
	if time.GetCount() != 2 || time.GetSeconds() != 6600 || time.GetAmounts()[0].GetAmount() != "183.32" ||
		time.GetItems()[0].GetDisplayName() != "Call" || time.GetItems()[0].GetAmount().GetAmount() != "33.33" {
		t.Errorf("got %v", time)
	}
	u := must(plans.CreateProjectUpdate(t.Context(), &pb.CreateProjectUpdateRequest{ProjectUpdate: &pb.ProjectUpdate{
		ProjectId: p.GetId(), Status: pb.ProjectUpdate_ON_TRACK, BodyMarkdown: "Fine."}}))(t)
	if f := u.GetFigures(); f.GetTrackedSeconds() != 10200 || f.GetTrackedAmount().GetAmount() != "283.31" {
		t.Errorf("got the figures %v", f)
	}
	manager := pb.NewPlanningServiceClient(s.WithRole(t, platformv1.ApiKey_MANAGER))
	hidden := must(manager.CloseOutProject(t.Context(),
		&pb.CloseOutProjectRequest{ProjectId: p.GetId(), ValidateOnly: true}))(t).GetOutstanding()
	if o := hidden[len(hidden)-1]; o.GetKind() != pb.CloseOutProjectResponse_Outstanding_DRAFT_INVOICES ||
		o.GetCount() != 1 || len(o.GetItems()) > 0 || len(o.GetAmounts()) > 0 {
		t.Errorf("a manager: got %v, want the number of drafts only", o)
	}
	employee := pb.NewPlanningServiceClient(s.WithRole(t, platformv1.ApiKey_EMPLOYEE))
	seen := must(employee.GetProjectUpdate(t.Context(), &pb.GetProjectUpdateRequest{ProjectUpdateId: u.GetId()}))(t)
	if f := seen.GetFigures(); f == nil || f.TrackedSeconds != nil || f.TrackedAmount != nil {
		t.Errorf("an employee: got %v, want figures without time", f)
	}
}

// TestTimeOfRunningTimersIsKept closes out projects with running timers, which are outstanding. If
// that is accepted, the timers can still be stopped, also by another timer.
func TestTimeOfRunningTimersIsKept(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	plans := pb.NewPlanningServiceClient(s)
	for name, stop := range map[string]func(timer *pb.Timer) ([]*pb.TimeEntry, error){
		"stopped": func(timer *pb.Timer) ([]*pb.TimeEntry, error) {
			done, err := s.pat.StopTimer(t.Context(), &pb.StopTimerRequest{TimerId: timer.GetId()})
			return done.GetTimeEntries(), err
		},
		"replaced": func(*pb.Timer) ([]*pb.TimeEntry, error) {
			next, err := s.pat.StartTimer(t.Context(), &pb.StartTimerRequest{ReplaceRunning: true,
				Timer: &pb.Timer{ProjectId: s.project(t).GetId()}})
			if err == nil {
				_, err = s.pat.StopTimer(t.Context(), &pb.StopTimerRequest{TimerId: next.GetTimer().GetId()})
			}
			return next.GetTimeEntries(), err
		},
	} {
		p := s.project(t)
		timer := must(s.pat.StartTimer(t.Context(),
			&pb.StartTimerRequest{Timer: &pb.Timer{ProjectId: p.GetId(), Note: "Call"}}))(t).GetTimer()
		_, err := plans.CloseOutProject(t.Context(), &pb.CloseOutProjectRequest{ProjectId: p.GetId()})
		wantRefused(t, err, optionsv1.Reason_PROJECT_NOT_FINISHED)
		closed := must(plans.CloseOutProject(t.Context(),
			&pb.CloseOutProjectRequest{ProjectId: p.GetId(), AcceptOutstanding: true}))(t).GetOutstanding()
		if len(closed) != 1 || closed[0].GetKind() != pb.CloseOutProjectResponse_Outstanding_RUNNING_TIMERS ||
			closed[0].GetCount() != 1 {
			t.Errorf("%s: got %v, want a running timer", name, closed)
		}
		entries, err := stop(timer)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(entries) == 0 || entries[0].GetProjectId() != p.GetId() || !entries[0].GetBillable() ||
			entries[0].GetBillingState() != pb.TimeEntry_UNBILLED || entries[0].GetEtag() == "" {
			t.Errorf("%s: got %v, want billable time of the archived project", name, entries)
		}
	}
}
