package timekeeping_test

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

func (s *studio) tryChange(t testing.TB, e, to *pb.TimeEntry, paths ...string) (*pb.TimeEntry, error) {
	t.Helper()
	to = proto.CloneOf(to)
	to.Etag = ""
	return s.UpdateTimeEntry(t.Context(), &pb.UpdateTimeEntryRequest{TimeEntryId: e.GetId(), TimeEntry: to,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
}

// TestUpdateKeepsWhatItGives moves time to other projects and tasks, with and without saying what
// else holds.
func TestUpdateKeepsWhatItGives(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "UTC")
	billed, internal := s.project(t, pb.Project_TIME_AND_MATERIALS), s.project(t, pb.Project_NON_BILLABLE)
	task := must(s.CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Design", ProjectId: billed.GetId()}}))(t)
	e := s.log(t, &pb.TimeEntry{DurationSeconds: 60, ProjectId: internal.GetId()})
	to := &pb.TimeEntry{ProjectId: billed.GetId(), Billable: proto.Bool(false)}
	if got := must(s.tryChange(t, e, to, "project_id", "billable"))(t); got.GetBillable() {
		t.Errorf("got %v, want time that is not billable", got)
	}
	must(s.tryChange(t, e, e, "project_id"))(t)
	if got := must(s.tryChange(t, e, to, "project_id"))(t); !got.GetBillable() {
		t.Errorf("got %v, want billable time", got)
	}
	must(s.tryChange(t, e, e, "project_id"))(t)
	_, err := s.tryChange(t, e, &pb.TimeEntry{ProjectId: internal.GetId(), TaskId: task.GetId()}, "projectId", "task_id")
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "taskId")
	if got := must(s.tryChange(t, e, &pb.TimeEntry{TaskId: task.GetId()}, "task_id"))(t); got.GetProjectId() !=
		billed.GetId() {
		t.Errorf("got %v, want the project of the task", got)
	}
	timer := must(s.StartTimer(t.Context(),
		&pb.StartTimerRequest{Timer: &pb.Timer{ProjectId: internal.GetId()}}))(t).GetTimer()
	_, err = s.UpdateTimer(t.Context(), &pb.UpdateTimerRequest{TimerId: timer.GetId(),
		Timer:      &pb.Timer{ProjectId: internal.GetId(), TaskId: task.GetId()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"project_id", "task_id"}}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "taskId")
}

// TestTaskOfAnotherProjectIsOneViolation names a task of another project for billable time.
func TestTaskOfAnotherProjectIsOneViolation(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "UTC")
	billed, other := s.project(t, pb.Project_TIME_AND_MATERIALS), s.project(t, pb.Project_TIME_AND_MATERIALS)
	task := must(s.CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Design", ProjectId: other.GetId()}}))(t)
	err := s.tryLog(t, &pb.TimeEntry{DurationSeconds: 60, ProjectId: billed.GetId(), TaskId: task.GetId(),
		Billable: proto.Bool(true)})
	if got := apptest.Fields(err); !slices.Equal(got, []string{"taskId"}) {
		t.Errorf("got %v, want one violation", got)
	}
}

// TestZoneChangeLeavesEntries changes the zone of an organization, and then the note of time that
// now began on another day.
func TestZoneChangeLeavesEntries(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	e := s.log(t, &pb.TimeEntry{DurationSeconds: 60, StartTime: at(t, "2025-03-11T03:30:00Z")})
	must(platformv1.NewIdentityServiceClient(s).UpdateOrganization(t.Context(), &platformv1.UpdateOrganizationRequest{
		OrganizationId: s.Organization.Organization.GetId(),
		Organization:   &platformv1.Organization{TimeZone: "Europe/Berlin"},
		UpdateMask:     &fieldmaskpb.FieldMask{Paths: []string{"time_zone"}}}))(t)
	got, err := s.tryChange(t, e, &pb.TimeEntry{Note: "Call"}, "note")
	if err != nil || got.GetWorkDate() != "2025-03-10" {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestBillingOfProjectWaitsForItsTime ends the billing by the hour of a project with billable time.
func TestBillingOfProjectWaitsForItsTime(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "UTC")
	p := s.project(t, pb.Project_TIME_AND_MATERIALS)
	e := s.log(t, &pb.TimeEntry{DurationSeconds: 60, ProjectId: p.GetId()})
	change := func(billing pb.Project_Billing) error {
		_, err := s.UpdateProject(t.Context(), &pb.UpdateProjectRequest{ProjectId: p.GetId(),
			Project: &pb.Project{Billing: billing}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"billing"}}})
		return err
	}
	for _, to := range []pb.Project_Billing{pb.Project_FIXED_PRICE, pb.Project_NON_BILLABLE} {
		wantRefused(t, change(to), optionsv1.Reason_PROJECT_HAS_UNBILLED_TIME)
	}
	must(s.tryChange(t, e, &pb.TimeEntry{Billable: proto.Bool(false)}, "billable"))(t)
	for _, to := range []pb.Project_Billing{pb.Project_FIXED_PRICE, pb.Project_TIME_AND_MATERIALS} {
		if err := change(to); err != nil {
			t.Error(err)
		}
	}
	got := must(s.GetTimeEntry(t.Context(), &pb.GetTimeEntryRequest{TimeEntryId: e.GetId()}))(t)
	if got.GetBillable() {
		t.Errorf("got %v, want time as it was", got)
	}
}

// TestReplacedTimerErrorNamesTheRequest replaces a timer whose day is full.
func TestReplacedTimerErrorNamesTheRequest(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "UTC")
	p := s.project(t, pb.Project_TIME_AND_MATERIALS)
	must(s.StartTimer(t.Context(), &pb.StartTimerRequest{
		Timer: &pb.Timer{ProjectId: p.GetId(), Billable: proto.Bool(true)}}))(t)
	change := &pb.UpdateProjectRequest{ProjectId: p.GetId(), Project: &pb.Project{Billing: pb.Project_NON_BILLABLE},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"billing"}}}
	must(s.UpdateProject(t.Context(), change))(t)
	_, err := s.StartTimer(t.Context(), &pb.StartTimerRequest{Timer: &pb.Timer{}, ReplaceRunning: true})
	if got := apptest.Fields(err); !slices.Equal(got, []string{"replaceRunning"}) {
		t.Errorf("got %v from %v", got, err)
	}
}

// TestTimeEntriesAreCreatedTogether creates several time entries, all or none.
func TestTimeEntriesAreCreatedTogether(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "UTC")
	pat, person := s.hire(t, platformv1.ApiKey_EMPLOYEE)
	req := &pb.BatchCreateTimeEntriesRequest{}
	for i := range 20 {
		e := &pb.TimeEntry{DurationSeconds: 3600, WorkDate: fmt.Sprintf("2025-03-%02d", 1+i)}
		if i%2 == 1 {
			e.PersonId = person
		}
		req.Requests = append(req.Requests, &pb.CreateTimeEntryRequest{TimeEntry: e})
	}
	count := func(want int) {
		t.Helper()
		got := must(s.ListTimeEntries(t.Context(), &pb.ListTimeEntriesRequest{}))(t).GetTimeEntries()
		if len(got) != want {
			t.Errorf("got %d time entries, want %d", len(got), want)
		}
	}
	req.ValidateOnly = true
	must(s.BatchCreateTimeEntries(t.Context(), req))(t)
	req.ValidateOnly = false
	req.Requests[3].TimeEntry.DurationSeconds, req.Requests[5].TimeEntry.Billable = 86401, proto.Bool(true)
	_, err := s.BatchCreateTimeEntries(t.Context(), req)
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "requests[3].timeEntry.durationSeconds",
		"requests[5].timeEntry.billable")
	req.Requests[3].TimeEntry.DurationSeconds, req.Requests[5].TimeEntry.Billable = 86400, nil
	req.Requests[7].TimeEntry.WorkDate = req.Requests[3].TimeEntry.WorkDate
	_, err = s.BatchCreateTimeEntries(t.Context(), req)
	wantRefused(t, err, optionsv1.Reason_DAY_FULL)
	count(0)
	req.Requests[7].TimeEntry.WorkDate = "2025-03-08"
	made := must(s.BatchCreateTimeEntries(t.Context(), req))(t).GetTimeEntries()
	if len(made) != 20 || made[4].GetWorkDate() != "2025-03-05" || made[3].GetPersonId() != person {
		t.Errorf("got %v", made)
	}
	count(20)
	_, err = pat.BatchCreateTimeEntries(t.Context(), &pb.BatchCreateTimeEntriesRequest{
		Requests: []*pb.CreateTimeEntryRequest{{TimeEntry: &pb.TimeEntry{PersonId: s.Owner.GetId(), DurationSeconds: 1}}}})
	wantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	req.Requests[0].ValidateOnly = true
	_, err = s.BatchCreateTimeEntries(t.Context(), req)
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "requests[0].validateOnly")
}

// TestTimeIsListedByCustomer lists the time on projects of a customer.
func TestTimeIsListedByCustomer(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "UTC")
	a, b := s.project(t, pb.Project_TIME_AND_MATERIALS), s.project(t, pb.Project_TIME_AND_MATERIALS)
	first := s.log(t, &pb.TimeEntry{DurationSeconds: 60, ProjectId: a.GetId(), WorkDate: "2025-03-11"})
	second := s.log(t, &pb.TimeEntry{DurationSeconds: 60, ProjectId: a.GetId(), WorkDate: "2025-03-10"})
	s.log(t, &pb.TimeEntry{DurationSeconds: 60, ProjectId: b.GetId(), WorkDate: "2025-03-10"})
	s.log(t, &pb.TimeEntry{DurationSeconds: 60, WorkDate: "2025-03-10"})
	for order, want := range map[string][]string{
		"": {second.GetId(), first.GetId()}, "work_date": {second.GetId(), first.GetId()},
		"create_time": {first.GetId(), second.GetId()},
	} {
		list := must(s.ListTimeEntries(t.Context(), &pb.ListTimeEntriesRequest{CustomerId: a.GetCustomerId(),
			OrderBy: order, IncludeTotal: true}))(t)
		var got []string
		for _, e := range list.GetTimeEntries() {
			got = append(got, e.GetId())
		}
		if order == "" {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) || list.GetTotalSize() != 2 {
			t.Errorf("%q: got %v, want %v", order, list, want)
		}
	}
	_, err := s.ListTimeEntries(t.Context(), &pb.ListTimeEntriesRequest{CustomerId: "x"})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "customerId")
}

// TestSubmissionWithoutManagerTellsApprovers submits the timesheet of someone without a manager.
func TestSubmissionWithoutManagerTellsApprovers(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "UTC")
	s.tell(t) // the follower begins at the end of the log
	pat, _ := s.hire(t, platformv1.ApiKey_EMPLOYEE)
	e := pat.log(t, &pb.TimeEntry{DurationSeconds: 60, WorkDate: "2025-03-10"})
	must(pat.SubmitTimesheet(t.Context(), &pb.SubmitTimesheetRequest{TimesheetId: e.GetTimesheetId()}))(t)
	s.tell(t)
	list := must(platformv1.NewNotificationsServiceClient(s).ListNotifications(t.Context(),
		&platformv1.ListNotificationsRequest{Filter: `category = "APPROVAL"`}))(t).GetNotifications()
	if len(list) != 1 || list[0].GetSubjectId() != e.GetTimesheetId() {
		t.Errorf("got %v, want one notification", list)
	}
}
