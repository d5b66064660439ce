package timekeeping_test

import (
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestTimeEntryHasDefaults records time with a task only.
func TestTimeEntryHasDefaults(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	p := s.project(t, pb.Project_TIME_AND_MATERIALS)
	task := must(s.CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Design", ProjectId: p.GetId()}}))(t)
	e := s.log(t, &pb.TimeEntry{TaskId: task.GetId(), DurationSeconds: 5400, StartTime: at(t, "2025-03-11T03:30:00Z")})
	if e.GetProjectId() != p.GetId() || e.GetWorkDate() != "2025-03-10" || !e.GetBillable() ||
		e.GetBillingState() != pb.TimeEntry_UNBILLED || e.GetPersonId() != s.Owner.GetId() || e.GetTimesheetId() == "" {
		t.Errorf("got %v", e)
	}
	own := s.log(t, &pb.TimeEntry{DurationSeconds: 1, WorkDate: "2025-03-10"})
	if own.GetBillable() || own.GetBillingState() != 0 || own.GetTimesheetId() != e.GetTimesheetId() {
		t.Errorf("got %v", own)
	}
	internal := s.project(t, pb.Project_NON_BILLABLE)
	moved := must(s.UpdateTimeEntry(t.Context(), &pb.UpdateTimeEntryRequest{TimeEntryId: e.GetId(),
		TimeEntry:  &pb.TimeEntry{ProjectId: internal.GetId()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"project_id", "task_id"}}}))(t)
	if moved.GetBillable() || moved.GetTaskId() != "" {
		t.Errorf("got %v", moved)
	}
}

// TestTimeEntryIsRefused checks what does not fit together.
func TestTimeEntryIsRefused(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	billed, internal := s.project(t, pb.Project_TIME_AND_MATERIALS), s.project(t, pb.Project_NON_BILLABLE)
	task := must(s.CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Design", ProjectId: billed.GetId()}}))(t)
	for field, e := range map[string]*pb.TimeEntry{
		"durationSeconds": {DurationSeconds: 86401},
		"workDate":        {DurationSeconds: 1, WorkDate: "2025-02-30"},
		"startTime":       {DurationSeconds: 1, WorkDate: "2025-03-11", StartTime: at(t, "2025-03-11T03:30:00Z")},
		"taskId":          {DurationSeconds: 1, ProjectId: internal.GetId(), TaskId: task.GetId()},
		"billable":        {DurationSeconds: 1, Billable: proto.Bool(true)},
	} {
		if err := s.tryLog(t, e); !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("got %v, want a violation at %s", err, field)
		}
	}
	err := s.tryLog(t, &pb.TimeEntry{DurationSeconds: 1, ProjectId: internal.GetId(), Billable: proto.Bool(true)})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "billable")
	must(s.ArchiveProject(t.Context(), &pb.ArchiveProjectRequest{ProjectId: billed.GetId()}))(t)
	err = s.tryLog(t, &pb.TimeEntry{DurationSeconds: 1, ProjectId: billed.GetId()})
	wantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "projectId")
	err = s.tryLog(t, &pb.TimeEntry{DurationSeconds: 1, TaskId: task.GetId()})
	wantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "taskId")
	must(s.CompleteProject(t.Context(), &pb.CompleteProjectRequest{ProjectId: internal.GetId()}))(t)
	s.log(t, &pb.TimeEntry{DurationSeconds: 1, ProjectId: internal.GetId()})
}

// TestDayHas24Hours fills a day, also with concurrent requests.
func TestDayHas24Hours(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	e := s.log(t, &pb.TimeEntry{DurationSeconds: 43200, WorkDate: "2025-11-02"}) // a day of 25 hours
	wantRefused(t, s.tryLog(t, &pb.TimeEntry{DurationSeconds: 43201, WorkDate: "2025-11-02"}),
		optionsv1.Reason_DAY_FULL)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { errs[i] = s.tryLog(t, &pb.TimeEntry{DurationSeconds: 14400, WorkDate: "2025-11-02"}) })
	}
	wg.Wait()
	accepted := 0
	for _, err := range errs {
		if err == nil {
			accepted++
			continue
		}
		wantRefused(t, err, optionsv1.Reason_DAY_FULL)
	}
	if accepted != 3 {
		t.Errorf("got %d entries of 4 hours besides 12 hours, want 3", accepted)
	}
	_, err := s.UpdateTimeEntry(t.Context(), &pb.UpdateTimeEntryRequest{TimeEntryId: e.GetId(),
		TimeEntry:  &pb.TimeEntry{DurationSeconds: 43201},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"duration_seconds"}}})
	wantRefused(t, err, optionsv1.Reason_DAY_FULL)
	s.log(t, &pb.TimeEntry{DurationSeconds: 86400, WorkDate: "2025-11-03"})
}

// TestTimeIsWithinReach records and reads time as an employee and as the manager.
func TestTimeIsWithinReach(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	pat, patID := s.hire(t, platformv1.ApiKey_EMPLOYEE)
	kim, kimID := s.hire(t, platformv1.ApiKey_EMPLOYEE)
	boss, bossID := s.hire(t, platformv1.ApiKey_MANAGER)
	books, _ := s.hire(t, platformv1.ApiKey_BOOKKEEPER)
	s.manage(t, bossID, patID)
	e := pat.log(t, &pb.TimeEntry{DurationSeconds: 3600, WorkDate: "2025-03-10"})
	kim.log(t, &pb.TimeEntry{DurationSeconds: 7200, WorkDate: "2025-03-10"})
	boss.log(t, &pb.TimeEntry{DurationSeconds: 60, WorkDate: "2025-03-10", PersonId: patID})
	wantRefused(t, pat.tryLog(t, &pb.TimeEntry{DurationSeconds: 1, PersonId: kimID}), optionsv1.Reason_OUT_OF_REACH)
	wantRefused(t, boss.tryLog(t, &pb.TimeEntry{DurationSeconds: 1, PersonId: kimID}), optionsv1.Reason_OUT_OF_REACH)
	_, err := kim.GetTimeEntry(t.Context(), &pb.GetTimeEntryRequest{TimeEntryId: e.GetId()})
	wantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	for name, c := range map[string]struct {
		who     *studio
		entries int
		seconds int64
	}{"employee": {kim, 1, 7200}, "manager": {boss, 2, 3660}, "bookkeeper": {books, 3, 10860}, "owner": {s, 3, 10860}} {
		list := must(c.who.ListTimeEntries(t.Context(), &pb.ListTimeEntriesRequest{}))(t)
		sum := must(c.who.SummarizeTimeEntries(t.Context(), &pb.SummarizeTimeEntriesRequest{}))(t)
		if len(list.GetTimeEntries()) != c.entries || sum.GetTotal().GetDurationSeconds() != c.seconds {
			t.Errorf("%s: got %d entries and %v", name, len(list.GetTimeEntries()), sum)
		}
	}
	sum := must(pat.SummarizeTimeEntries(t.Context(), &pb.SummarizeTimeEntriesRequest{PersonIds: []string{kimID}}))(t)
	if sum.GetTotal().GetEntryCount() != 0 {
		t.Errorf("got %v", sum)
	}
}

// TestTimeIsSummarized adds up time in all groups.
func TestTimeIsSummarized(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	p := s.project(t, pb.Project_TIME_AND_MATERIALS)
	s.log(t, &pb.TimeEntry{DurationSeconds: 3600, WorkDate: "2025-03-31", ProjectId: p.GetId()}) // a Monday
	s.log(t, &pb.TimeEntry{DurationSeconds: 1800, WorkDate: "2025-04-01", ProjectId: p.GetId(),
		Billable: proto.Bool(false)})
	s.log(t, &pb.TimeEntry{DurationSeconds: 60, WorkDate: "2025-04-07"})
	for _, c := range []struct {
		by   []pb.TimeSummary_GroupBy
		want []string
	}{
		{nil, nil},
		{[]pb.TimeSummary_GroupBy{pb.TimeSummary_DAY}, []string{"2025-03-31 3600", "2025-04-01 1800", "2025-04-07 60"}},
		{[]pb.TimeSummary_GroupBy{pb.TimeSummary_WEEK}, []string{"2025-03-31 5400", "2025-04-07 60"}},
		{[]pb.TimeSummary_GroupBy{pb.TimeSummary_MONTH}, []string{"2025-03-01 3600", "2025-04-01 1860"}},
		{[]pb.TimeSummary_GroupBy{pb.TimeSummary_PERSON}, []string{s.Owner.GetId() + " 5460"}},
		{[]pb.TimeSummary_GroupBy{pb.TimeSummary_CUSTOMER, pb.TimeSummary_MONTH},
			[]string{"2025-03-01" + p.GetCustomerId() + " 3600", "2025-04-01" + p.GetCustomerId() + " 1800",
				"2025-04-01 60"}},
		{[]pb.TimeSummary_GroupBy{pb.TimeSummary_PROJECT}, []string{p.GetId() + " 5400", " 60"}},
	} {
		sum := must(s.SummarizeTimeEntries(t.Context(), &pb.SummarizeTimeEntriesRequest{GroupBy: c.by}))(t)
		var got []string
		for _, r := range sum.GetRows() {
			got = append(got, r.GetStartDate()+r.GetPersonId()+r.GetProjectId()+r.GetTaskId()+r.GetCustomerId()+" "+
				itoa(r.GetDurationSeconds()))
		}
		if !slices.Equal(got, c.want) || sum.GetTotal().GetDurationSeconds() != 5460 ||
			sum.GetTotal().GetUnbilledSeconds() != 3600 || sum.GetTotal().GetBillableSeconds() != 3600 {
			t.Errorf("%v: got %v and %v, want %v", c.by, got, sum.GetTotal(), c.want)
		}
	}
	sum := must(s.SummarizeTimeEntries(t.Context(), &pb.SummarizeTimeEntriesRequest{StartDate: "2025-04-01",
		EndDate: "2025-04-06", ProjectIds: []string{p.GetId()}, CustomerIds: []string{p.GetCustomerId()},
		Billable: proto.Bool(false)}))(t)
	if sum.GetTotal().GetDurationSeconds() != 1800 || sum.GetTotal().GetEntryCount() != 1 {
		t.Errorf("got %v", sum)
	}
	_, err := s.SummarizeTimeEntries(t.Context(), &pb.SummarizeTimeEntriesRequest{StartDate: "2025-04-02",
		EndDate: "2025-04-01",
		GroupBy: []pb.TimeSummary_GroupBy{pb.TimeSummary_DAY, pb.TimeSummary_WEEK}, PersonIds: []string{"x"}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "personIds[0]", "endDate", "groupBy[1]")
}
