package planning_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

func (s *studio) write(t *testing.T, p *pb.Project, text string) *pb.ProjectUpdate {
	t.Helper()
	return must(s.CreateProjectUpdate(t.Context(), &pb.CreateProjectUpdateRequest{ProjectUpdate: &pb.ProjectUpdate{
		ProjectId: p.GetId(), Status: pb.ProjectUpdate_AT_RISK, BodyMarkdown: text}}))(t)
}

// TestFiguresAreFrozen writes an update, changes the project, and reads the update again.
func TestFiguresAreFrozen(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.newProject(t, &pb.Project{BudgetSeconds: 36000, BudgetAmount: &typepb.Money{Amount: "900.00"}})
	late := s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Late", DueDate: "2027-01-14",
		EstimateSeconds: 3600})
	s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Today", DueDate: "2027-01-15"})
	done := s.newTask(t, &pb.Task{ProjectId: p.GetId(), DisplayName: "Done", EstimateSeconds: 1800})
	must(s.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: done.GetId()}))(t)
	s.newMilestone(t, &pb.Milestone{ProjectId: p.GetId(), DisplayName: "Late", DueDate: "2027-01-14"})
	u := s.write(t, p, "Late.")
	f := u.GetFigures()
	if f.GetDate() != "2027-01-15" || f.GetOpenTaskCount() != 2 || f.GetOverdueTaskCount() != 1 ||
		f.GetCompletedTaskCount() != 1 || f.GetEstimateSeconds() != 5400 || f.GetCompletedEstimateSeconds() != 1800 ||
		f.GetOpenMilestoneCount() != 1 || f.GetOverdueMilestoneCount() != 1 || f.GetCompletedMilestoneCount() != 0 ||
		f.GetBudgetSeconds() != 36000 || f.GetBudgetAmount().GetAmount() != "900.00" || f.TrackedSeconds != nil {
		t.Errorf("got the figures %v", f)
	}
	if u.GetAuthorId() != s.Owner.GetId() {
		t.Errorf("got the author %s", u.GetAuthorId())
	}
	must(s.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: late.GetId()}))(t)
	again := must(s.GetProjectUpdate(t.Context(), &pb.GetProjectUpdateRequest{ProjectUpdateId: u.GetId()}))(t)
	if again.GetFigures().String() != f.String() {
		t.Errorf("got the figures %v, want %v", again.GetFigures(), f)
	}
	second, other := s.write(t, p, "Better."), s.write(t, s.newProject(t, &pb.Project{}), "Fine.")
	list := must(s.ListProjectUpdates(t.Context(), &pb.ListProjectUpdatesRequest{Filter: "latest = true"}))(t)
	if got := list.GetProjectUpdates(); len(got) != 2 || got[0].GetId() != other.GetId() ||
		got[1].GetId() != second.GetId() {
		t.Errorf("got the latest updates %v", list)
	}
}

// TestOnlyTheAuthorEditsTheText edits an update as its author, as another person, and a day later.
func TestOnlyTheAuthorEditsTheText(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	u := s.write(t, s.newProject(t, &pb.Project{}), "Late.")
	edit := func(client pb.PlanningServiceClient) (*pb.ProjectUpdate, error) {
		return client.UpdateProjectUpdate(t.Context(), &pb.UpdateProjectUpdateRequest{ProjectUpdateId: u.GetId(),
			ProjectUpdate: &pb.ProjectUpdate{BodyMarkdown: "A bit late."},
			UpdateMask:    &fieldmaskpb.FieldMask{Paths: []string{"body_markdown"}}})
	}
	if edited := must(edit(s))(t); edited.GetBodyMarkdown() != "A bit late." || edited.GetEditTime() == nil {
		t.Errorf("got %v", edited)
	}
	other := pb.NewPlanningServiceClient(s.AsPerson(t, s.newPerson(t, "Ann"), platformv1.ApiKey_ADMIN))
	_, err := edit(other)
	wantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	_, err = other.DeleteProjectUpdate(t.Context(), &pb.DeleteProjectUpdateRequest{ProjectUpdateId: u.GetId()})
	wantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	s.advance(t, "2027-01-17")
	_, err = edit(s)
	wantRefused(t, err, optionsv1.Reason_PROJECT_UPDATE_FINAL)
	_, err = s.DeleteProjectUpdate(t.Context(), &pb.DeleteProjectUpdateRequest{ProjectUpdateId: u.GetId()})
	wantRefused(t, err, optionsv1.Reason_PROJECT_UPDATE_FINAL)
}

// TestUpdatesAreDueByRecurrence asks for updates each Friday until the project is completed.
func TestUpdatesAreDueByRecurrence(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.tell(t) // the follower begins at the end of the log
	p := s.newProject(t, &pb.Project{UpdateRecurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_WEEKLY,
		StartDate: "2027-01-22"}})
	due := func(want string) {
		t.Helper()
		if got := s.getProject(t, p.GetId()).GetUpdateDueDate(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	due("")
	s.advance(t, "2027-01-22")
	due("2027-01-22")
	s.tell(t)
	inbox := platformv1.NewNotificationsServiceClient(s)
	list := must(inbox.ListNotifications(t.Context(), &platformv1.ListNotificationsRequest{}))(t)
	if n := list.GetNotifications(); len(n) != 1 || n[0].GetNotificationKind() != "projectUpdate.due" ||
		n[0].GetSubjectId() != p.GetId() {
		t.Errorf("got the notifications %v", list)
	}
	s.write(t, p, "On track.")
	due("")
	s.advance(t, "2027-01-30")
	due("2027-01-29")
	must(s.projects.CompleteProject(t.Context(), &pb.CompleteProjectRequest{ProjectId: p.GetId()}))(t)
	due("")
	s.advance(t, "2027-02-06")
	due("")
	_, err := s.CreateProjectUpdate(t.Context(), &pb.CreateProjectUpdateRequest{ProjectUpdate: &pb.ProjectUpdate{
		ProjectId: p.GetId(), Status: pb.ProjectUpdate_ON_TRACK, BodyMarkdown: "Done."}})
	wantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = s.projects.CreateProject(t.Context(), &pb.CreateProjectRequest{Project: &pb.Project{DisplayName: "Bad",
		UpdateRecurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_DAILY, StartDate: "2027-01-22",
			TimeOfDay: "09:00"}}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "updateRecurrence.timeOfDay")
}

// TestMissedUpdateStaysDue misses an update, writes the next one, and deletes it.
func TestMissedUpdateStaysDue(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.newProject(t, &pb.Project{UpdateRecurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_WEEKLY,
		StartDate: "2027-01-22"}})
	due := func(want string) {
		t.Helper()
		if got := s.getProject(t, p.GetId()).GetUpdateDueDate(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	s.advance(t, "2027-01-30")
	due("2027-01-22")
	u := s.write(t, p, "Late.")
	if u.GetDueDate() != "2027-01-22" {
		t.Errorf("got %v, want the day on which it was due", u)
	}
	due("")
	must(s.DeleteProjectUpdate(t.Context(), &pb.DeleteProjectUpdateRequest{ProjectUpdateId: u.GetId()}))(t)
	due("2027-01-22")
	again := s.write(t, p, "Late again.")
	extra := s.write(t, p, "More.")
	must(s.DeleteProjectUpdate(t.Context(), &pb.DeleteProjectUpdateRequest{ProjectUpdateId: extra.GetId()}))(t)
	due("")
	s.write(t, p, "Newer.")
	must(s.DeleteProjectUpdate(t.Context(), &pb.DeleteProjectUpdateRequest{ProjectUpdateId: again.GetId()}))(t)
	due("")
}

// TestPeopleOfProjectWriteUpdates writes updates as the deputy and a member, who tell each other,
// and as another person.
func TestPeopleOfProjectWriteUpdates(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.tell(t) // the follower begins at the end of the log
	deputy, member, stranger := s.newPerson(t, "Dee"), s.newPerson(t, "Mia"), s.newPerson(t, "Sam")
	p := s.newProject(t, &pb.Project{DeputyId: deputy, MemberIds: []string{member}})
	write := func(person string) error {
		client := pb.NewPlanningServiceClient(s.AsPerson(t, person, platformv1.ApiKey_EMPLOYEE))
		_, err := client.CreateProjectUpdate(t.Context(), &pb.CreateProjectUpdateRequest{ProjectUpdate: &pb.ProjectUpdate{
			ProjectId: p.GetId(), Status: pb.ProjectUpdate_ON_TRACK, BodyMarkdown: "Fine."}})
		return err
	}
	for _, person := range []string{deputy, member} {
		if err := write(person); err != nil {
			t.Errorf("%s: %v", person, err)
		}
	}
	wantRefused(t, write(stranger), optionsv1.Reason_OUT_OF_REACH)
	s.tell(t)
	for person, want := range map[string]int{s.Owner.GetId(): 2, deputy: 1, member: 1, stranger: 0} {
		inbox := platformv1.NewNotificationsServiceClient(s.AsPerson(t, person, platformv1.ApiKey_EMPLOYEE))
		var got int
		for _, n := range must(inbox.ListNotifications(t.Context(),
			&platformv1.ListNotificationsRequest{}))(t).GetNotifications() {
			if n.GetNotificationKind() == "projectUpdate.written" && n.GetSubjectId() == p.GetId() {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: got %d notifications, want %d", person, got, want)
		}
	}
}
