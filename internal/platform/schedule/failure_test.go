package schedule_test

import (
	"errors"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/schedule"
)

// TestSkippedFailureIsNotTriedAgain fails a firing until SKIP gives it up.
func TestSkippedFailureIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	start := c.now(t)
	subject := c.set(t, daily(start.AddDate(0, 0, 1).Format(time.DateOnly)), func(p *schedule.Plan) {
		p.CatchUp = pb.Schedule_SKIP
	})
	a.failWith(func(schedule.Firing) error { return errors.New("out of paper") })
	at := start.AddDate(0, 0, 1).Truncate(24 * time.Hour).Add(9 * time.Hour)
	c.advanceTo(t, at.Add(time.Hour))
	s := c.get(t, subject)
	if !s.NextFireTime.AsTime().Equal(at.AddDate(0, 0, 1)) || s.RetryTime != nil || s.FailureCount != 0 ||
		s.LastError != nil {
		t.Errorf("got %v, want the next day without a failure", s)
	}
	if n := c.events(t, "platform.schedule.skipped"); n != 1 {
		t.Errorf("got %d events of skipped firings, want 1", n)
	}
	if n := c.events(t, "platform.schedule.moved"); n != 0 {
		t.Errorf("got %d events of moved schedules, want none", n)
	}
}

// TestMovedFailureIsNotTriedAgain adds a holiday on the day of a firing that fails. The schedule
// moves to the next business day and is not tried before.
func TestMovedFailureIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	apptest.SetClock(t, c.Organization, "2027-06-29T00:00:00Z")
	subject := c.set(t, shifted(daily("2027-06-30"), following))
	a.failWith(func(schedule.Firing) error { return errors.New("out of paper") })
	c.advanceTo(t, time.Date(2027, 6, 30, 9, 0, 30, 0, time.UTC))
	if s := c.get(t, subject); s.FailureCount != 1 {
		t.Fatalf("got %v, want one failure", s)
	}
	c.addHoliday(t, "2027-06-30")
	c.advanceTo(t, time.Date(2027, 6, 30, 12, 0, 0, 0, time.UTC))
	s := c.get(t, subject)
	if s.RuleDate != "2027-06-30" || s.NextFireTime.AsTime().Format(time.DateOnly) != "2027-07-01" ||
		s.RetryTime != nil || s.FailureCount != 0 {
		t.Errorf("got %v, want 2027-07-01 without a failure", s)
	}
	if n := c.events(t, "platform.schedule.moved"); n != 1 {
		t.Errorf("got %d events of moved schedules, want 1", n)
	}
}
