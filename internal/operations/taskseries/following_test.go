package taskseries_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// change changes a series from a day on.
func (o *office) change(t testing.TB, s *pb.TaskSeries, from string, next *pb.TaskSeries) *pb.TaskSeries {
	t.Helper()
	if next.DisplayName == "" {
		next.DisplayName = "Report"
	}
	return must(o.ChangeFollowingTaskSeries(t.Context(), &pb.ChangeFollowingTaskSeriesRequest{
		TaskSeriesId: s.GetId(), FromDate: from, Series: next}))(t)
}

// TestClosedDaysAreNotRepeated completes, cancels and deletes the tasks of days ahead, and then
// changes the series from these days on.
func TestClosedDaysAreNotRepeated(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	for name, closeTask := range map[string]func(task string) error{
		"complete": func(task string) error {
			_, err := o.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: task})
			return err
		},
		"cancel": func(task string) error {
			_, err := o.work.CancelTask(t.Context(), &pb.CancelTaskRequest{TaskId: task})
			return err
		},
		"delete": func(task string) error {
			_, err := o.work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: task})
			return err
		},
	} {
		s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-18", 7), LeadDays: 10})
		list := o.tasks(t, s.GetId())
		if len(list) != 2 || list[1].GetDueDate() != "2027-01-25" {
			t.Fatalf("got the tasks %v", list)
		}
		if err := closeTask(list[1].GetId()); err != nil {
			t.Fatal(err)
		}
		next := o.change(t, s, "2027-01-25", &pb.TaskSeries{Recurrence: daily("2027-01-25", 7), LeadDays: 17})
		if got := o.days(t, next.GetId()); !slices.Equal(got, []string{"2027-02-01"}) {
			t.Errorf("%s: got the days %q, want that after the task that is closed", name, got)
		}
		if next.GetCreatedCount() != 1 || next.GetNextDate() != "2027-02-08" {
			t.Errorf("%s: got %v", name, next)
		}
	}
}

// TestPausedSeriesIsContinuedPaused changes a paused series from a day on. The new series creates
// tasks once it is resumed, but none for days before.
func TestPausedSeriesIsContinuedPaused(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-16", 1)})
	must(o.PauseTaskSeries(t.Context(), &pb.PauseTaskSeriesRequest{TaskSeriesId: s.GetId()}))(t)
	every := &typepb.Recurrence{Frequency: typepb.Recurrence_DAILY, StartDate: "2027-01-10"}
	next := o.change(t, s, "2027-01-20", &pb.TaskSeries{Recurrence: every, LeadDays: 7})
	if next.GetState() != pb.TaskSeries_PAUSED || next.GetFromDate() != "2027-01-20" ||
		len(o.days(t, next.GetId())) != 0 {
		t.Errorf("got %v, want a paused series", next)
	}
	next = must(o.ResumeTaskSeries(t.Context(), &pb.ResumeTaskSeriesRequest{TaskSeriesId: next.GetId()}))(t)
	if got, want := o.days(t, next.GetId()), []string{"2027-01-20", "2027-01-21", "2027-01-22"}; !slices.Equal(got, want) {
		t.Errorf("got the days %q, want %q", got, want)
	}
	if got := o.get(t, s.GetId()); got.GetState() != pb.TaskSeries_PAUSED {
		t.Errorf("got %v, want the former series still paused", got)
	}
}

// apply updates the named fields of a series and of its open tasks.
func (o *office) apply(t testing.TB, s *pb.TaskSeries, change *pb.TaskSeries, paths ...string) error {
	t.Helper()
	_, err := o.UpdateTaskSeries(t.Context(), &pb.UpdateTaskSeriesRequest{TaskSeriesId: s.GetId(), TaskSeries: change,
		ApplyToOpenTasks: true, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
	return err
}

// set updates the named fields of a task.
func (o *office) set(t testing.TB, task *pb.Task, change *pb.Task, paths ...string) {
	t.Helper()
	must(o.work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{TaskId: task.GetId(), Task: change,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}}))(t)
}

func (o *office) person(t testing.TB) string {
	t.Helper()
	return must(platformv1.NewIdentityServiceClient(o).CreatePerson(t.Context(),
		&platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Pat"}}))(t).GetId()
}

func (o *office) archive(t testing.TB, person string) {
	t.Helper()
	must(platformv1.NewIdentityServiceClient(o).ArchivePerson(t.Context(),
		&platformv1.ArchivePersonRequest{PersonId: person}))(t)
}

// TestTasksKeepWhatWasChangedForThem updates a series whose second task was changed by hand. The
// third one gets the new values; the second one only those that it shared with the series.
func TestTasksKeepWhatWasChangedForThem(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	bob, cleo, dora := o.person(t), o.person(t), o.person(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-15", 1), LeadDays: 2, EstimateSeconds: 60,
		Description: "Old", CollaboratorIds: []string{bob}})
	list := o.tasks(t, s.GetId())
	o.set(t, list[1], &pb.Task{DisplayName: "Mine", OwnerId: bob, CollaboratorIds: []string{bob, dora}},
		"display_name", "owner_id", "collaborator_ids")
	if err := o.apply(t, s, &pb.TaskSeries{EstimateSeconds: 120, Priority: pb.Task_HIGH, Description: "New",
		CollaboratorIds: []string{cleo}}, "estimate_seconds", "priority", "description", "collaborator_ids"); err != nil {
		t.Fatal(err)
	}
	list = o.tasks(t, s.GetId())
	for i, want := range []*pb.Task{
		1: {DisplayName: "Mine", OwnerId: bob, CollaboratorIds: []string{cleo, dora}},
		2: {DisplayName: "Report", OwnerId: o.Owner.GetId(), CollaboratorIds: []string{cleo}},
	} {
		if want == nil {
			continue
		}
		got := list[i]
		if got.GetDisplayName() != want.GetDisplayName() || got.GetOwnerId() != want.GetOwnerId() ||
			!slices.Equal(slices.Sorted(slices.Values(got.GetCollaboratorIds())), want.GetCollaboratorIds()) ||
			got.GetEstimateSeconds() != 120 || got.GetPriority() != pb.Task_HIGH || got.GetDescription() != "New" {
			t.Errorf("task %d: got %v", i, got)
		}
	}
	next := o.change(t, o.get(t, s.GetId()), "2027-01-15", &pb.TaskSeries{DisplayName: "Summary", OwnerId: dora,
		Recurrence: daily("2027-01-15", 1), EstimateSeconds: 30})
	list = o.tasks(t, next.GetId())
	for i, want := range []string{"Summary " + dora, "Mine " + bob, "Summary " + dora} {
		if got := list[i].GetDisplayName() + " " + list[i].GetOwnerId(); got != want ||
			list[i].GetEstimateSeconds() != 30 {
			t.Errorf("task %d: got %v, want %s", i, list[i], want)
		}
	}
}

// TestTasksStayWithWhoGotThem hands the task of an archived owner over, and updates the series,
// which still names that owner.
func TestTasksStayWithWhoGotThem(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ann, bob := o.person(t), o.person(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-15", 1), OwnerId: ann})
	o.set(t, o.tasks(t, s.GetId())[0], &pb.Task{OwnerId: bob}, "owner_id")
	o.archive(t, ann)
	if err := o.apply(t, s, &pb.TaskSeries{DisplayName: "Summary"}, "display_name"); err != nil {
		t.Fatal(err)
	}
	if got := o.tasks(t, s.GetId())[0]; got.GetOwnerId() != bob || got.GetDisplayName() != "Summary" {
		t.Errorf("got %v, want the task still with %s", got, bob)
	}
	apptest.WantRefused(t, o.apply(t, s, &pb.TaskSeries{OwnerId: ann}, "owner_id"),
		optionsv1.Reason_REFERENCE_ARCHIVED, "ownerId")
	if err := o.apply(t, s, &pb.TaskSeries{OwnerId: o.Owner.GetId()}, "owner_id"); err != nil {
		t.Fatal(err)
	}
	if got := o.tasks(t, s.GetId())[0]; got.GetOwnerId() != o.Owner.GetId() {
		t.Errorf("got %v, want the task with the named owner", got)
	}
}

// TestTasksWithPartsStayInTheirProject moves a series to another project, first while one of its
// tasks has a part.
func TestTasksWithPartsStayInTheirProject(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	project := func() string {
		return must(pb.NewProjectsServiceClient(o).CreateProject(t.Context(), &pb.CreateProjectRequest{
			Project: &pb.Project{DisplayName: "Website"}}))(t).GetId()
	}
	first, second := project(), project()
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-15", 1), ProjectId: first})
	task := o.tasks(t, s.GetId())[0]
	part := must(o.work.CreateTask(t.Context(), &pb.CreateTaskRequest{Task: &pb.Task{DisplayName: "Part",
		ProjectId: first, ParentId: task.GetId()}}))(t)
	moved := &pb.TaskSeries{DisplayName: "Report", ProjectId: second, Recurrence: daily("2027-01-15", 1)}
	apptest.WantRefused(t, o.apply(t, s, moved, "project_id"), optionsv1.Reason_FIELDS_INVALID, "projectId")
	_, err := o.ChangeFollowingTaskSeries(t.Context(), &pb.ChangeFollowingTaskSeriesRequest{
		TaskSeriesId: s.GetId(), FromDate: "2027-01-15", Series: moved})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "series.projectId")
	o.set(t, part, &pb.Task{}, "parent_id")
	if err := o.apply(t, s, moved, "project_id"); err != nil {
		t.Fatal(err)
	}
	if got := o.tasks(t, s.GetId())[0]; got.GetProjectId() != second {
		t.Errorf("got %v, want the task in the other project", got)
	}
}
