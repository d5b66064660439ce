package planning_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestRescheduleMovesWhatIsNotStarted moves a project by a week. Its open milestone and the task
// that is not started move; what is started, completed or canceled stays.
func TestRescheduleMovesWhatIsNotStarted(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.newProject(t, &pb.Project{StartDate: "2027-03-01", DueDate: "2027-03-31"})
	open := s.newMilestone(t, &pb.Milestone{ProjectId: p.GetId(), DisplayName: "Open", DueDate: "2027-03-15"})
	reached := s.newMilestone(t, &pb.Milestone{ProjectId: p.GetId(), DisplayName: "Reached", DueDate: "2027-03-10"})
	must(s.projects.CompleteMilestone(t.Context(), &pb.CompleteMilestoneRequest{MilestoneId: reached.GetId()}))(t)
	task := func(name string) *pb.Task {
		return s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: name, StartDate: "2027-03-02",
			DueDate: "2027-03-05"})
	}
	planned, started, done, canceled := task("Planned"), task("Started"), task("Done"), task("Canceled")
	undated := s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Undated"})
	must(s.work.StartTask(t.Context(), &pb.StartTaskRequest{TaskId: started.GetId()}))(t)
	must(s.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: done.GetId()}))(t)
	must(s.work.CancelTask(t.Context(), &pb.CancelTaskRequest{TaskId: canceled.GetId()}))(t)

	req := &pb.RescheduleProjectRequest{ProjectId: p.GetId(), StartDate: "2027-03-08", ValidateOnly: true}
	preview := must(s.RescheduleProject(t.Context(), req))(t)
	if s.getProject(t, p.GetId()).GetStartDate() != "2027-03-01" {
		t.Fatal("a preview moved the project")
	}
	req.ValidateOnly = false
	moved := must(s.RescheduleProject(t.Context(), req))(t)
	want := map[string][4]string{
		p.GetId():       {"2027-03-01", "2027-03-08", "2027-03-31", "2027-04-07"},
		open.GetId():    {"", "", "2027-03-15", "2027-03-22"},
		planned.GetId(): {"2027-03-02", "2027-03-09", "2027-03-05", "2027-03-12"},
	}
	if len(moved.GetMoves()) != len(want) || len(preview.GetMoves()) != len(want) {
		t.Errorf("got %v and the preview %v", moved, preview)
	}
	for _, m := range moved.GetMoves() {
		got := [4]string{m.GetOldStartDate(), m.GetStartDate(), m.GetOldDueDate(), m.GetDueDate()}
		if got != want[m.GetRecordId()] {
			t.Errorf("%s: got %v, want %v", m.GetDisplayName(), got, want[m.GetRecordId()])
		}
	}
	for _, key := range []string{started.GetId(), done.GetId(), canceled.GetId()} {
		if got := must(s.work.GetTask(t.Context(),
			&pb.GetTaskRequest{TaskId: key}))(t); got.GetDueDate() != "2027-03-05" {
			t.Errorf("got %v, want the same dates", got)
		}
	}
	if got := must(s.work.GetTask(t.Context(),
		&pb.GetTaskRequest{TaskId: undated.GetId()}))(t); got.GetEtag() != undated.GetEtag() {
		t.Errorf("got %v, want no change", got)
	}
	if again := must(s.RescheduleProject(t.Context(), req))(t); len(again.GetMoves()) != 0 {
		t.Errorf("the same start date: got %v, want no moves", again)
	}
}

// TestRescheduleIsRefused moves a project without a start date, one that is completed, and one of
// another person.
func TestRescheduleIsRefused(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.newProject(t, &pb.Project{})
	move := func(client pb.PlanningServiceClient, key, start string) error {
		_, err := client.RescheduleProject(t.Context(), &pb.RescheduleProjectRequest{ProjectId: key, StartDate: start})
		return err
	}
	wantRefused(t, move(s, p.GetId(), "2027-03-01"), optionsv1.Reason_FIELDS_INVALID, "startDate")
	p = s.newProject(t, &pb.Project{StartDate: "2027-03-01"})
	wantRefused(t, move(s, p.GetId(), "soon"), optionsv1.Reason_FIELDS_INVALID, "startDate")
	manager := s.AsPerson(t, s.newPerson(t, "Max"), platformv1.ApiKey_MANAGER)
	wantRefused(t, move(pb.NewPlanningServiceClient(manager), p.GetId(), "2027-03-02"), optionsv1.Reason_OUT_OF_REACH)
	must(s.projects.CompleteProject(t.Context(), &pb.CompleteProjectRequest{ProjectId: p.GetId()}))(t)
	wantRefused(t, move(s, p.GetId(), "2027-03-02"), optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err := s.RescheduleProject(t.Context(), &pb.RescheduleProjectRequest{ProjectId: p.GetId(),
		StartDate: "2027-03-02", HolidaySets: []string{"US"}})
	if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("got %v, want FIELDS_INVALID", err)
	}
}

// TestRescheduleHidesTasksBeyondReach moves a project of a manager's team with a task of another
// team. The manager sees only that something else moves.
func TestRescheduleHidesTasksBeyondReach(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	manages, tom := s.newPerson(t, "Max"), s.newPerson(t, "Tom")
	s.manage(t, manages, tom)
	p := s.newProject(t, &pb.Project{StartDate: "2027-03-01", OwnerId: tom})
	own := s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Plan", DueDate: "2027-03-05", OwnerId: tom})
	hidden := s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Salary talk", DueDate: "2027-03-05",
		OwnerId: s.newPerson(t, "Zoe")})
	manager := pb.NewPlanningServiceClient(s.AsPerson(t, manages, platformv1.ApiKey_MANAGER))
	for _, validateOnly := range []bool{true, false} {
		got := must(manager.RescheduleProject(t.Context(), &pb.RescheduleProjectRequest{ProjectId: p.GetId(),
			StartDate: "2027-03-08", ValidateOnly: validateOnly}))(t)
		if m := got.GetMoves(); len(m) != 2 || m[0].GetRecordId() != p.GetId() || m[1].GetRecordId() != own.GetId() ||
			got.GetHiddenCount() != 1 {
			t.Errorf("got %v, want the project, the own task and one hidden", got)
		}
	}
	moved := must(s.work.GetTask(t.Context(), &pb.GetTaskRequest{TaskId: hidden.GetId()}))(t)
	if moved.GetDueDate() != "2027-03-12" {
		t.Errorf("got %v, want the hidden task moved", moved)
	}
}

// TestRescheduleNeedsRightsOverParts moves a project with a key that may write only projects.
func TestRescheduleNeedsRightsOverParts(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	key := pb.NewPlanningServiceClient(s.WithRole(t, platformv1.ApiKey_OWNER, "operations.projects.*"))
	move := func(p *pb.Project) error {
		_, err := key.RescheduleProject(t.Context(),
			&pb.RescheduleProjectRequest{ProjectId: p.GetId(), StartDate: "2027-03-08"})
		return err
	}
	plain := s.newProject(t, &pb.Project{StartDate: "2027-03-01"})
	if err := move(plain); err != nil {
		t.Error(err)
	}
	tasks, milestones := s.newProject(t, &pb.Project{StartDate: "2027-03-01"}),
		s.newProject(t, &pb.Project{StartDate: "2027-03-01"})
	s.newTask(t, &pb.Task{ProjectId: tasks.GetId(), DisplayName: "Plan", DueDate: "2027-03-05"})
	s.newMilestone(t, &pb.Milestone{ProjectId: milestones.GetId(), DisplayName: "Open", DueDate: "2027-03-15"})
	wantRefused(t, move(tasks), optionsv1.Reason_PERMISSION_MISSING)
	wantRefused(t, move(milestones), optionsv1.Reason_PERMISSION_MISSING)
}
