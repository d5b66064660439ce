package timebilling_test

import (
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// raceWithTime runs a call while time is recorded on a new project: alone, with others, and by a
// change of time on another project. check gets the project, the time and both errors.
func (s *studio) raceWithTime(
	t *testing.T, call func(p *pb.Project) error, check func(p *pb.Project, e *pb.TimeEntry, logging, calling error),
) {
	t.Helper()
	other := s.project(t)
	record := []func(p *pb.Project) (*pb.TimeEntry, error){
		func(p *pb.Project) (*pb.TimeEntry, error) {
			return s.pat.CreateTimeEntry(t.Context(), &pb.CreateTimeEntryRequest{TimeEntry: &pb.TimeEntry{
				ProjectId: p.GetId(), DurationSeconds: 60}})
		},
		func(p *pb.Project) (*pb.TimeEntry, error) {
			var requests []*pb.CreateTimeEntryRequest
			for _, project := range []*pb.Project{p, other} {
				requests = append(requests, &pb.CreateTimeEntryRequest{TimeEntry: &pb.TimeEntry{
					ProjectId: project.GetId(), DurationSeconds: 60}})
			}
			made, err := s.pat.BatchCreateTimeEntries(t.Context(), &pb.BatchCreateTimeEntriesRequest{Requests: requests})
			if err != nil {
				return nil, err
			}
			return made.GetTimeEntries()[0], nil
		},
		func(p *pb.Project) (*pb.TimeEntry, error) {
			e := s.log(t, other, "2025-03-10", 60, "")
			return s.pat.UpdateTimeEntry(t.Context(), &pb.UpdateTimeEntryRequest{TimeEntryId: e.GetId(),
				TimeEntry:  &pb.TimeEntry{ProjectId: p.GetId()},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"project_id"}}})
		},
	}
	for i := range 24 {
		p := s.project(t)
		var calls sync.WaitGroup
		var e *pb.TimeEntry
		var logging, calling error
		calls.Go(func() { e, logging = record[i%len(record)](p) })
		calls.Go(func() { calling = call(p) })
		calls.Wait()
		check(p, e, logging, calling)
	}
}

// TestCloseOutSeesTimeOfTheMoment closes out projects while time is recorded on them: one of the
// two is refused.
func TestCloseOutSeesTimeOfTheMoment(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	plans := pb.NewPlanningServiceClient(s)
	s.raceWithTime(t, func(p *pb.Project) error {
		_, err := plans.CloseOutProject(t.Context(), &pb.CloseOutProjectRequest{ProjectId: p.GetId()})
		return err
	}, func(_ *pb.Project, _ *pb.TimeEntry, logging, closing error) {
		if closing != nil && logging == nil {
			wantRefused(t, closing, optionsv1.Reason_PROJECT_NOT_FINISHED)
			return
		}
		if closing != nil || apptest.Reason(logging) != optionsv1.Reason_REFERENCE_ARCHIVED {
			t.Errorf("got %v and %v", closing, logging)
		}
	})
}

// TestBillingEndSeesTimeOfTheMoment ends the billing of projects by the hour while time is recorded
// on them: no time stays to bill.
func TestBillingEndSeesTimeOfTheMoment(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.raceWithTime(t, func(p *pb.Project) error {
		_, err := s.UpdateProject(t.Context(), &pb.UpdateProjectRequest{ProjectId: p.GetId(),
			Project:    &pb.Project{Billing: pb.Project_NON_BILLABLE},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"billing"}}})
		return err
	}, func(p *pb.Project, e *pb.TimeEntry, logging, ending error) {
		switch {
		case logging != nil:
			t.Error(logging)
		case e.GetBillable():
			wantRefused(t, ending, optionsv1.Reason_PROJECT_HAS_UNBILLED_TIME)
		case ending != nil:
			t.Errorf("got %v of %s, want its time not billable", ending, p.GetId())
		}
	})
}
