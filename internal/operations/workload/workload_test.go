package workload_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

const hour = 3600

// workloadOf returns the workload of a person.
func (o office) workloadOf(t testing.TB, person string, req *pb.ListWorkloadRequest) *pb.Workload {
	t.Helper()
	req.PersonIds = []string{person}
	list := must(pb.NewWorkloadServiceClient(o).ListWorkload(t.Context(), req))(t).GetWorkloads()
	if len(list) != 1 {
		t.Fatalf("got %v, want one person", list)
	}
	return list[0]
}

// wantHours checks the planned, available and free hours of weeks.
func wantHours(t testing.TB, what string, w *pb.Workload, want ...[3]int64) {
	t.Helper()
	var got [][3]int64
	for _, week := range w.GetWeeks() {
		got = append(got, [3]int64{
			week.GetPlannedSeconds() / hour, week.GetAvailableSeconds() / hour, week.GetFreeSeconds() / hour})
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestEstimatesArePlannedUntilDueDates plans from Wednesday, 2026-12-09.
func TestEstimatesArePlannedUntilDueDates(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ada, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	wantHours(t, "without tasks", o.workloadOf(t, adaID, &pb.ListWorkloadRequest{}),
		[3]int64{0, 24, 24}, [3]int64{0, 40, 40}, [3]int64{0, 40, 40}, [3]int64{0, 40, 40})
	// Eight working days, of which three are in the first week.
	eight := o.task(t, &pb.Task{OwnerId: adaID, DisplayName: "Eight days", EstimateSeconds: 20 * hour,
		DueDate: "2026-12-18"})
	must(pb.NewTimekeepingServiceClient(ada).CreateTimeEntry(t.Context(), &pb.CreateTimeEntryRequest{
		TimeEntry: &pb.TimeEntry{WorkDate: "2026-12-08", DurationSeconds: 4 * hour, TaskId: eight.GetId()}}))(t)
	wantHours(t, "16 hours are left", o.workloadOf(t, adaID, &pb.ListWorkloadRequest{Weeks: 2}),
		[3]int64{6, 24, 18}, [3]int64{10, 40, 30})
	o.task(t, &pb.Task{OwnerId: adaID, DisplayName: "Late", EstimateSeconds: 30 * hour, DueDate: "2026-12-01"})
	o.task(t, &pb.Task{OwnerId: adaID, DisplayName: "Next week", EstimateSeconds: 5 * hour, StartDate: "2026-12-14",
		DueDate: "2026-12-15"})
	o.task(t, &pb.Task{OwnerId: adaID, DisplayName: "Someday", EstimateSeconds: 7 * hour})
	o.task(t, &pb.Task{OwnerId: adaID, DisplayName: "Unknown", DueDate: "2026-12-10"})
	w := o.workloadOf(t, adaID, &pb.ListWorkloadRequest{Weeks: 2})
	wantHours(t, "with late work", w, [3]int64{36, 24, -12}, [3]int64{15, 40, 25})
	if w.GetOverdueSeconds() != 30*hour || w.GetUndatedSeconds() != 7*hour || w.GetUndatedCount() != 1 ||
		w.GetUnestimatedCount() != 1 || w.GetDisplayName() != "Ada" || w.GetWeeklyTargetSeconds() != 40*hour {
		t.Errorf("got %v", w)
	}
	wantHours(t, "a past week", o.workloadOf(t, adaID, &pb.ListWorkloadRequest{StartDate: "2026-12-02", Weeks: 1}),
		[3]int64{0, 0, 0})
	wantHours(t, "a later week", o.workloadOf(t, adaID, &pb.ListWorkloadRequest{StartDate: "2027-02-03", Weeks: 1}),
		[3]int64{0, 40, 40})
}

func TestTargetsHolidaysAndAbsencesLimitWhatIsAvailable(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	_, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	must(pb.NewTimekeepingServiceClient(o).UpdateTimeSettings(t.Context(), &pb.UpdateTimeSettingsRequest{
		TimeSettings: &pb.TimeSettings{PersonTargets: []*pb.TimeSettings_PersonTarget{
			{PersonId: adaID, WeeklyTargetSeconds: 20 * hour}}}, UpdateMask: mask("person_targets")}))(t)
	must(platformv1.NewHolidaysServiceClient(o).CreateHoliday(t.Context(), &platformv1.CreateHolidayRequest{
		Holiday: &platformv1.Holiday{Date: "2026-12-14", DisplayName: "Company day"}}))(t)
	o.away(t, adaID, "", "2026-12-17", "2026-12-20")
	o.task(t, &pb.Task{OwnerId: adaID, DisplayName: "Split", EstimateSeconds: 10 * hour, StartDate: "2026-12-14",
		DueDate: "2026-12-18"})
	req := func(sets ...string) *pb.ListWorkloadRequest {
		return &pb.ListWorkloadRequest{StartDate: "2026-12-14", Weeks: 2, HolidaySets: sets}
	}
	wantHours(t, "two days", o.workloadOf(t, adaID, req()), [3]int64{10, 8, -2}, [3]int64{0, 20, 20})
	wantHours(t, "Christmas is a Friday", o.workloadOf(t, adaID, req("DE-BY")), [3]int64{10, 8, -2}, [3]int64{0, 16, 16})

	explained := must(pb.NewWorkloadServiceClient(o).ExplainWorkload(t.Context(), &pb.ExplainWorkloadRequest{
		PersonId: adaID, StartDate: "2026-12-16"}))(t)
	var days []string
	for _, d := range explained.GetDays() {
		days = append(days, fmt.Sprintf("%s %s %d", d.GetDate(), d.GetType(), d.GetPlannedSeconds()/hour))
	}
	if want := []string{"2026-12-14 HOLIDAY 0", "2026-12-15 WORKING 5", "2026-12-16 WORKING 5", "2026-12-17 ABSENT 0",
		"2026-12-18 ABSENT 0", "2026-12-19 WEEKEND 0", "2026-12-20 WEEKEND 0"}; !slices.Equal(days, want) {
		t.Errorf("got %q, want %q", days, want)
	}
	_, err := pb.NewWorkloadServiceClient(o).ListWorkload(t.Context(), &pb.ListWorkloadRequest{
		HolidaySets: []string{"US", "XX"}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "holidaySets[1]")
	_, err = pb.NewWorkloadServiceClient(o).ListWorkload(t.Context(), &pb.ListWorkloadRequest{PersonIds: []string{"ada"}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "personIds[0]")
}

// TestExplanationAddsUp compares the tasks and days of an explanation with the workload of the
// week.
func TestExplanationAddsUp(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	_, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	dates := []string{"2026-12-01", "2026-12-09", "2026-12-10", "2026-12-13", "2026-12-29", "2199-12-31", ""}
	for i := range 20 {
		o.task(t, &pb.Task{OwnerId: adaID, DisplayName: fmt.Sprint(i), DueDate: dates[i%len(dates)],
			EstimateSeconds: int32(i*i*997) * 1000})
	}
	o.task(t, &pb.Task{OwnerId: adaID, DisplayName: "Huge", DueDate: "2026-12-11", EstimateSeconds: 1_000_000_000})
	var tasks []*pb.WorkloadTask
	var last *pb.ExplainWorkloadResponse
	for req := (&pb.ExplainWorkloadRequest{PersonId: adaID, PageSize: 4}); ; {
		last = must(pb.NewWorkloadServiceClient(o).ExplainWorkload(t.Context(), req))(t)
		tasks = append(tasks, last.GetTasks()...)
		if req.PageToken = last.GetNextPageToken(); req.PageToken == "" {
			break
		}
	}
	var ofTasks, ofDays, overdue int64
	reasons := map[pb.WorkloadTask_Reason]int32{}
	for _, task := range tasks {
		ofTasks += task.GetPlannedSeconds()
		reasons[task.GetReason()]++
		if task.GetReason() == pb.WorkloadTask_OVERDUE {
			overdue += task.GetPlannedSeconds()
		}
	}
	for _, d := range last.GetDays() {
		ofDays += d.GetPlannedSeconds()
	}
	w := last.GetWorkload()
	if planned := w.GetWeeks()[0].GetPlannedSeconds(); len(tasks) != 21 || ofTasks != planned || ofDays != planned ||
		overdue != w.GetOverdueSeconds() || planned < 1_000_000_000 {
		t.Errorf("got %d tasks with %d, days with %d, overdue %d, of %v", len(tasks), ofTasks, ofDays, overdue, w)
	}
	if reasons[pb.WorkloadTask_UNDATED] != w.GetUndatedCount() ||
		reasons[pb.WorkloadTask_UNESTIMATED] != w.GetUnestimatedCount() {
		t.Errorf("got %v, %v", reasons, w)
	}
	same := o.workloadOf(t, adaID, &pb.ListWorkloadRequest{Weeks: 1})
	if same.GetWeeks()[0].GetPlannedSeconds() != ofTasks {
		t.Errorf("got %v in the list", same)
	}
}

func TestWorkloadIsLimitedToReach(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ada, adaID := o.hire(t, "Ada", platformv1.ApiKey_EMPLOYEE)
	boss, bossID := o.hire(t, "Boss", platformv1.ApiKey_MANAGER)
	_, benID := o.hire(t, "Ben", platformv1.ApiKey_EMPLOYEE)
	o.manage(t, bossID, adaID)
	for name, c := range map[string]struct {
		caller office
		want   []string
	}{
		"an employee": {ada, []string{"Ada"}}, "a manager": {boss, []string{"Ada", "Boss"}},
		"the owner": {o, []string{o.Owner.GetDisplayName(), "Ada", "Boss", "Ben"}},
	} {
		var got []string
		for req := (&pb.ListWorkloadRequest{PageSize: 1}); ; {
			page := must(pb.NewWorkloadServiceClient(c.caller).ListWorkload(t.Context(), req))(t)
			for _, w := range page.GetWorkloads() {
				got = append(got, w.GetDisplayName())
			}
			if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
				break
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	beyond := must(pb.NewWorkloadServiceClient(boss).ListWorkload(t.Context(), &pb.ListWorkloadRequest{
		PersonIds: []string{benID}}))(t)
	if len(beyond.GetWorkloads()) > 0 {
		t.Errorf("beyond the team: got %v", beyond)
	}
	_, err := pb.NewWorkloadServiceClient(boss).ExplainWorkload(t.Context(), &pb.ExplainWorkloadRequest{PersonId: benID})
	wantRefused(t, err, optionsv1.Reason_OUT_OF_REACH)
	_, err = pb.NewWorkloadServiceClient(o).ExplainWorkload(t.Context(), &pb.ExplainWorkloadRequest{})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "personId")
}
