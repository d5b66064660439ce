package timekeeping_test

import (
	"strconv"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// start starts a timer.
func (s *studio) start(t testing.TB, req *pb.StartTimerRequest) *pb.StartTimerResponse {
	t.Helper()
	return must(s.StartTimer(t.Context(), req))(t)
}

// TestOneTimerRuns starts two timers at once, one after the other and concurrently.
func TestOneTimerRuns(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	first := s.start(t, &pb.StartTimerRequest{Timer: &pb.Timer{Note: "a", StartTime: at(t,
		"2025-03-10T14:00:00Z")}}).GetTimer()
	_, err := s.StartTimer(t.Context(), &pb.StartTimerRequest{Timer: &pb.Timer{}})
	wantRefused(t, err, optionsv1.Reason_TIMER_RUNNING, "personId")
	next := s.start(t, &pb.StartTimerRequest{ReplaceRunning: true, Timer: &pb.Timer{StartTime: at(t,
		"2025-03-10T15:30:00.5Z")}})
	if e := next.GetTimeEntries(); len(e) != 1 || e[0].GetDurationSeconds() != 5400 || e[0].GetNote() != "a" ||
		e[0].GetWorkDate() != "2025-03-10" || next.GetTimer().GetId() == first.GetId() {
		t.Errorf("got %v", next)
	}
	_, err = s.StartTimer(t.Context(), &pb.StartTimerRequest{ReplaceRunning: true,
		Timer: &pb.Timer{StartTime: at(t, "2025-03-10T15:00:00Z")}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "timer.startTime")
	must(s.DeleteTimer(t.Context(), &pb.DeleteTimerRequest{TimerId: next.GetTimer().GetId()}))(t)
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() { _, errs[i] = s.StartTimer(t.Context(), &pb.StartTimerRequest{Timer: &pb.Timer{}}) })
	}
	wg.Wait()
	started := 0
	for _, err := range errs {
		if err == nil {
			started++
			continue
		}
		wantRefused(t, err, optionsv1.Reason_TIMER_RUNNING, "personId")
	}
	if list := must(s.ListTimers(t.Context(), &pb.ListTimersRequest{}))(t); started != 1 || len(list.GetTimers()) != 1 {
		t.Errorf("got %d timers started, and %v", started, list)
	}
}

// TestTimerBecomesTimeEntries stops timers that ran over midnight, for an instant, and too long.
func TestTimerBecomesTimeEntries(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	run := func(start, stop string) (*pb.StopTimerResponse, error) {
		timer := s.start(t, &pb.StartTimerRequest{Timer: &pb.Timer{StartTime: at(t, start)}}).GetTimer()
		res, err := s.StopTimer(t.Context(), &pb.StopTimerRequest{TimerId: timer.GetId(), StopTime: at(t, stop)})
		if err != nil {
			must(s.DeleteTimer(t.Context(), &pb.DeleteTimerRequest{TimerId: timer.GetId()}))(t)
		}
		return res, err
	}
	// The clocks go back at 2:00 on November 2: the night has an hour more.
	night := must(run("2025-11-02T02:00:00Z", "2025-11-02T08:00:00Z"))(t).GetTimeEntries()
	if len(night) != 2 || night[0].GetWorkDate() != "2025-11-01" || night[0].GetDurationSeconds() != 7200 ||
		night[1].GetWorkDate() != "2025-11-02" || night[1].GetDurationSeconds() != 14400 {
		t.Errorf("got %v", night)
	}
	instant := must(run("2025-03-10T14:00:00Z", "2025-03-10T14:00:00Z"))(t).GetTimeEntries()
	if len(instant) != 1 || instant[0].GetDurationSeconds() != 1 {
		t.Errorf("got %v", instant)
	}
	_, err := run("2025-04-10T14:00:00Z", "2025-04-11T14:00:01Z")
	wantRefused(t, err, optionsv1.Reason_TIMER_TOO_LONG)
	_, err = run("2025-04-10T14:00:00Z", "2025-04-10T13:00:00Z")
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "stopTime")
	_, err = run("2025-04-10T14:00:00Z", "2199-04-10T13:00:00Z")
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "stopTime")
	s.log(t, &pb.TimeEntry{WorkDate: "2025-05-05", DurationSeconds: 86000})
	_, err = run("2025-05-05T14:00:00Z", "2025-05-05T15:00:00Z")
	wantRefused(t, err, optionsv1.Reason_DAY_FULL)
	_, err = s.StartTimer(t.Context(), &pb.StartTimerRequest{Timer: &pb.Timer{StartTime: at(t,
		"2199-04-10T13:00:00Z")}})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "timer.startTime")
}

// TestTimerIsOwn updates a timer while it runs, and hides it from others.
func TestTimerIsOwn(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "America/New_York")
	pat, _ := s.hire(t, platformv1.ApiKey_EMPLOYEE)
	kim, _ := s.hire(t, platformv1.ApiKey_EMPLOYEE)
	timer := pat.start(t, &pb.StartTimerRequest{}).GetTimer()
	p := s.project(t, pb.Project_TIME_AND_MATERIALS)
	updated := must(pat.UpdateTimer(t.Context(), &pb.UpdateTimerRequest{TimerId: timer.GetId(),
		Timer: &pb.Timer{Note: "Design",
			ProjectId: p.GetId()}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"note", "project_id"}}}))(t)
	if updated.GetNote() != "Design" {
		t.Errorf("got %v", updated)
	}
	_, err := kim.StopTimer(t.Context(), &pb.StopTimerRequest{TimerId: timer.GetId()})
	wantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
	stopped := must(pat.StopTimer(t.Context(), &pb.StopTimerRequest{TimerId: timer.GetId(),
		Etag: updated.GetEtag()}))(t)
	if e := stopped.GetTimeEntries(); len(e) != 1 || !e[0].GetBillable() || e[0].GetNote() != "Design" {
		t.Errorf("got %v", stopped)
	}
}
