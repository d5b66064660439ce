package taskseries_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestMonthlySeriesClamps creates tasks on the 31st of each month, over a leap year and the changes
// of daylight saving time.
func TestMonthlySeriesClamps(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: monthly("2027-01-31"), Checklist: []string{"Count", "Send"},
		StartOffsetDays: proto.Int32(2), EstimateSeconds: 3600})
	if s.GetNextDate() != "2027-01-31" || s.GetCreatedCount() != 0 || s.GetState() != pb.TaskSeries_ACTIVE {
		t.Errorf("got %v", s)
	}
	o.advance(t, "2028-03-31")
	want := []string{"2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31",
		"2027-08-31", "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"}
	if got := o.days(t, s.GetId()); !slices.Equal(got, want) {
		t.Errorf("got the days %q, want %q", got, want)
	}
	task := o.tasks(t, s.GetId())[1]
	if task.GetStartDate() != "2027-02-26" || task.GetOccurrenceDate() != "2027-02-28" ||
		len(task.GetChecklist()) != 2 ||
		task.GetChecklist()[0].GetChecked() || task.GetOwnerId() != o.Owner.GetId() ||
		task.GetEstimateSeconds() != 3600 {
		t.Errorf("got the task %v", task)
	}
	if s = o.get(t, s.GetId()); s.GetNextDate() != "2028-04-30" || s.GetCreatedCount() != 15 ||
		s.GetLastDate() != "2028-03-31" {
		t.Errorf("got %v", s)
	}
}

// TestTasksAreCreatedAhead creates tasks a week before they are due, also when the clock moves over
// several at once, and ends the series.
func TestTasksAreCreatedAhead(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	r := daily("2027-01-10", 3)
	r.Count = 6 // the last day is 2027-01-25
	s := o.create(t, &pb.TaskSeries{Recurrence: r, LeadDays: 7})
	if got, want := o.days(t, s.GetId()), []string{"2027-01-16", "2027-01-19", "2027-01-22"}; !slices.Equal(got, want) {
		t.Errorf("got the days %q, want %q", got, want)
	}
	preview := must(o.PreviewTaskSeries(t.Context(), &pb.PreviewTaskSeriesRequest{TaskSeriesId: s.GetId()}))(t)
	if !slices.Equal(preview.GetDates(), []string{"2027-01-25"}) {
		t.Errorf("got the preview %v", preview)
	}
	o.advance(t, "2027-01-18")
	if got := o.days(t, s.GetId()); len(got) != 4 || got[3] != "2027-01-25" {
		t.Errorf("got the days %q", got)
	}
	if s = o.get(t, s.GetId()); s.GetState() != pb.TaskSeries_ENDED || s.GetNextDate() != "" {
		t.Errorf("got %v, want an ended series", s)
	}
}

// TestSeriesRepeatsFromCompletion completes and cancels the tasks of a series.
func TestSeriesRepeatsFromCompletion(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-15", 14), RepeatFrom: pb.TaskSeries_COMPLETION})
	want := func(days ...string) {
		t.Helper()
		o.RunJobs(t)
		if got := o.days(t, s.GetId()); !slices.Equal(got, days) {
			t.Errorf("got the days %q, want %q", got, days)
		}
	}
	want("2027-01-15")
	o.advance(t, "2027-01-20")
	want("2027-01-15")
	must(o.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: o.tasks(t, s.GetId())[0].GetId()}))(t)
	want("2027-01-15", "2027-02-03")
	want("2027-01-15", "2027-02-03")
	o.advance(t, "2027-01-25")
	must(o.work.CancelTask(t.Context(), &pb.CancelTaskRequest{TaskId: o.tasks(t, s.GetId())[1].GetId()}))(t)
	want("2027-01-15", "2027-02-03", "2027-02-08")
}

// TestEarlyCompletionCountsFromItsDay completes tasks of a series before they are due.
func TestEarlyCompletionCountsFromItsDay(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-22", 7), RepeatFrom: pb.TaskSeries_COMPLETION})
	last := func() *pb.Task {
		t.Helper()
		o.RunJobs(t)
		list := must(o.work.ListTasks(t.Context(), &pb.ListTasksRequest{
			Filter: `task_series_id = "` + s.GetId() + `" AND state = "UNSTARTED"`}))(t).GetTasks()
		if len(list) != 1 {
			t.Fatalf("got the open tasks %v, want one", list)
		}
		return list[0]
	}
	seen := map[string]bool{}
	for _, step := range []struct{ day, due string }{
		{"2027-01-15", "2027-01-22"}, {"2027-01-15", "2027-01-22"}, {"2027-01-16", "2027-01-23"},
		{"2027-01-24", "2027-01-31"}, {"2027-01-30", "2027-02-06"},
	} {
		if step.day != "2027-01-15" {
			o.advance(t, step.day)
		}
		must(o.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: last().GetId()}))(t)
		task := last()
		if task.GetDueDate() != step.due || seen[task.GetOccurrenceDate()] {
			t.Errorf("completed on %s: got %v, want it due on %s", step.day, task, step.due)
		}
		seen[task.GetOccurrenceDate()] = true
	}
	must(o.work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: last().GetId()}))(t)
	if got := last(); got.GetDueDate() != "2027-02-06" {
		t.Errorf("deleted on 2027-01-30: got %v", got)
	}
}

// TestDeletedTaskIsFollowedFromToday deletes the open task of a series long after the one before
// was completed. The next one is not due in the past.
func TestDeletedTaskIsFollowedFromToday(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-15", 7), RepeatFrom: pb.TaskSeries_COMPLETION})
	must(o.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: o.tasks(t, s.GetId())[0].GetId()}))(t)
	o.RunJobs(t)
	o.advance(t, "2027-02-15")
	list := o.tasks(t, s.GetId())
	if len(list) != 2 || list[1].GetDueDate() != "2027-01-22" {
		t.Fatalf("got the tasks %v", list)
	}
	must(o.work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: list[1].GetId()}))(t)
	o.RunJobs(t)
	if got, want := o.days(t, s.GetId()), []string{"2027-01-15", "2027-02-22"}; !slices.Equal(got, want) {
		t.Errorf("got the days %q, want %q", got, want)
	}
}

// TestSeriesPauses pauses and resumes a series. Days in between get no task.
func TestSeriesPauses(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-15", 1)})
	must(o.PauseTaskSeries(t.Context(), &pb.PauseTaskSeriesRequest{TaskSeriesId: s.GetId()}))(t)
	o.advance(t, "2027-01-18")
	must(o.ResumeTaskSeries(t.Context(), &pb.ResumeTaskSeriesRequest{TaskSeriesId: s.GetId()}))(t)
	o.advance(t, "2027-01-19")
	must(o.EndTaskSeries(t.Context(), &pb.EndTaskSeriesRequest{TaskSeriesId: s.GetId()}))(t)
	o.advance(t, "2027-01-22")
	if got, want := o.days(t, s.GetId()), []string{"2027-01-15", "2027-01-18", "2027-01-19"}; !slices.Equal(got, want) {
		t.Errorf("got the days %q, want %q", got, want)
	}
	_, err := o.DeleteTaskSeries(t.Context(), &pb.DeleteTaskSeriesRequest{TaskSeriesId: s.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_TASK_SERIES_IN_USE)
}

// TestArchivedOwnerPausesTheSeries archives the owner of a series. Nothing is created, and the
// series says why.
func TestArchivedOwnerPausesTheSeries(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	identity := platformv1.NewIdentityServiceClient(o)
	p := must(identity.CreatePerson(t.Context(),
		&platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Pat"}}))(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-20", 1), OwnerId: p.GetId()})
	must(identity.ArchivePerson(t.Context(), &platformv1.ArchivePersonRequest{PersonId: p.GetId()}))(t)
	o.advance(t, "2027-01-25")
	s = o.get(t, s.GetId())
	if s.GetState() != pb.TaskSeries_PAUSED || s.GetPauseReason() == "" || len(o.days(t, s.GetId())) != 0 {
		t.Errorf("got %v", s)
	}
	must(o.UpdateTaskSeries(t.Context(), &pb.UpdateTaskSeriesRequest{TaskSeriesId: s.GetId(),
		TaskSeries: &pb.TaskSeries{OwnerId: o.Owner.GetId()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"owner_id"}}}))(t)
	must(o.ResumeTaskSeries(t.Context(), &pb.ResumeTaskSeriesRequest{TaskSeriesId: s.GetId()}))(t)
	if got := o.days(t, s.GetId()); !slices.Equal(got, []string{"2027-01-25"}) {
		t.Errorf("got the days %q", got)
	}
}

// TestArchivedCollaboratorIsLeftOut archives a collaborator of a series. Its tasks are created
// without that person, whether they repeat from the schedule or from completion.
func TestArchivedCollaboratorIsLeftOut(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	leaves, stays := o.person(t), o.person(t)
	team := []string{leaves, stays}
	scheduled := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-16", 1), CollaboratorIds: team})
	completed := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-15", 3), CollaboratorIds: team,
		RepeatFrom: pb.TaskSeries_COMPLETION})
	o.archive(t, leaves)
	must(o.work.CompleteTask(t.Context(),
		&pb.CompleteTaskRequest{TaskId: o.tasks(t, completed.GetId())[0].GetId()}))(t)
	o.advance(t, "2027-01-17")
	o.RunJobs(t)
	for _, s := range []*pb.TaskSeries{scheduled, completed} {
		list := o.tasks(t, s.GetId())
		if s = o.get(t, s.GetId()); s.GetState() != pb.TaskSeries_ACTIVE || len(list) != 2 ||
			!slices.Equal(s.GetCollaboratorIds(), team) {
			t.Fatalf("got %v with the tasks %v", s, list)
		}
		if got := list[1].GetCollaboratorIds(); !slices.Equal(got, []string{stays}) {
			t.Errorf("got the collaborators %v, want the one who stays", got)
		}
	}
}

// TestTasksGetLabelsOfSeries labels a series, archives a label, and continues the series.
func TestTasksGetLabelsOfSeries(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	labels := platformv1.NewCollaborationServiceClient(o)
	label := func(name string) string {
		return must(labels.CreateLabel(t.Context(),
			&platformv1.CreateLabelRequest{Label: &platformv1.Label{DisplayName: name}}))(t).GetId()
	}
	kept, archived := label("Books"), label("Old")
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-16", 1)})
	must(labels.ApplyLabels(t.Context(), &platformv1.ApplyLabelsRequest{LabelIds: []string{kept, archived},
		SubjectIds: []string{s.GetId()}}))(t)
	must(labels.ArchiveLabel(t.Context(), &platformv1.ArchiveLabelRequest{LabelId: archived}))(t)
	o.advance(t, "2027-01-17")
	next := must(o.ChangeFollowingTaskSeries(t.Context(), &pb.ChangeFollowingTaskSeriesRequest{TaskSeriesId: s.GetId(),
		FromDate: "2027-01-18", Series: &pb.TaskSeries{DisplayName: "Count", Recurrence: daily("2027-01-18", 1)}}))(t)
	o.advance(t, "2027-01-19")
	var tasks []string
	for _, series := range []*pb.TaskSeries{s, next} {
		for _, task := range o.tasks(t, series.GetId()) {
			tasks = append(tasks, task.GetId())
		}
	}
	list := must(labels.ListLabelAssignments(t.Context(),
		&platformv1.ListLabelAssignmentsRequest{SubjectIds: tasks}))(t).GetLabelAssignments()
	if len(list) != 4 {
		t.Fatalf("got %v, want the labels of four tasks", list)
	}
	for _, a := range list {
		if !slices.Equal(a.GetLabelIds(), []string{kept}) {
			t.Errorf("got %v, want the label that is not archived", a)
		}
	}
}

// TestFollowingTasksChange changes a series from a day on. The open tasks for days from then on
// move to the new series, which creates no second task for them.
func TestFollowingTasksChange(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-15", 1), LeadDays: 3})
	next := must(o.ChangeFollowingTaskSeries(t.Context(), &pb.ChangeFollowingTaskSeriesRequest{
		TaskSeriesId: s.GetId(), FromDate: "2027-01-17",
		Series: &pb.TaskSeries{DisplayName: "Long report", Recurrence: daily("2027-01-17", 2), LeadDays: 1}}))(t)
	if got, want := o.days(t, s.GetId()), []string{"2027-01-15", "2027-01-16"}; !slices.Equal(got, want) {
		t.Errorf("got the days %q, want %q", got, want)
	}
	if got := o.get(t, s.GetId()); got.GetState() != pb.TaskSeries_ENDED {
		t.Errorf("got %v, want an ended series", got)
	}
	o.advance(t, "2027-01-21")
	if got, want := o.days(t, next.GetId()), []string{"2027-01-17", "2027-01-18", "2027-01-19",
		"2027-01-21"}; !slices.Equal(got, want) {
		t.Errorf("got the days %q, want %q", got, want)
	}
	for _, task := range o.tasks(t, next.GetId()) {
		if task.GetDisplayName() != "Long report" {
			t.Errorf("got the task %v", task)
		}
	}
	_, err := o.ChangeFollowingTaskSeries(t.Context(), &pb.ChangeFollowingTaskSeriesRequest{TaskSeriesId: s.GetId(),
		FromDate: "2027-02-01", Series: &pb.TaskSeries{DisplayName: "x", Recurrence: daily("2027-02-01", 1)}})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// TestAllOpenTasksChange renames a series with and without its open tasks. Changing one task
// changes no other one, and the task keeps its name when the series is renamed.
func TestAllOpenTasksChange(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	for _, apply := range []bool{false, true} {
		s := o.create(t, &pb.TaskSeries{Recurrence: daily("2027-01-15", 1), LeadDays: 2})
		list := o.tasks(t, s.GetId())
		must(o.work.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: list[0].GetId()}))(t)
		must(o.work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{TaskId: list[1].GetId(),
			Task: &pb.Task{DisplayName: "Mine"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}}}))(t)
		must(o.UpdateTaskSeries(t.Context(), &pb.UpdateTaskSeriesRequest{TaskSeriesId: s.GetId(),
			ApplyToOpenTasks: apply,
			TaskSeries:       &pb.TaskSeries{DisplayName: "Summary"},
			UpdateMask:       &fieldmaskpb.FieldMask{Paths: []string{"display_name"}}}))(t)
		var names []string
		for _, task := range o.tasks(t, s.GetId()) {
			names = append(names, task.GetDisplayName())
		}
		want := []string{"Report", "Mine", "Report"}
		if apply {
			want = []string{"Report", "Mine", "Summary"}
		}
		if !slices.Equal(names, want) {
			t.Errorf("apply %v: got the names %q, want %q", apply, names, want)
		}
	}
}

// TestSeriesIsChecked refuses series that could never create a task, or too many.
func TestSeriesIsChecked(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	for field, change := range map[string]func(s *pb.TaskSeries){
		"recurrence.count":     func(s *pb.TaskSeries) { s.Recurrence.Count = 1_000_000_000 },
		"recurrence.timeOfDay": func(s *pb.TaskSeries) { s.Recurrence.TimeOfDay = "09:00" },
		"leadDays":             func(s *pb.TaskSeries) { s.RepeatFrom, s.LeadDays = pb.TaskSeries_COMPLETION, 1 },
		"recurrence":           func(s *pb.TaskSeries) { s.Recurrence = nil },
		"sectionId":            func(s *pb.TaskSeries) { s.SectionId = "sct_01k9zzzzzzzzzzzzzzzzzzzzzz" },
	} {
		s := &pb.TaskSeries{DisplayName: "Report", Recurrence: daily("2027-01-15", 1)}
		change(s)
		_, err := o.CreateTaskSeries(t.Context(), &pb.CreateTaskSeriesRequest{TaskSeries: s})
		if !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("%s: got %v at %v", field, err, apptest.Fields(err))
		}
	}
}
