package schedule_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/schedule"
)

// TestHandlerMayEndItsSchedule removes the schedule in its own firing.
func TestHandlerMayEndItsSchedule(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	subject := c.set(t, daily(c.now(t).AddDate(0, 0, 1).Format(time.DateOnly)))
	a.then = func(ctx context.Context, tx *db.Tx, f schedule.Firing) error {
		return schedule.Remove(ctx, tx, f.SubjectID)
	}
	c.advance(t, 5*24*time.Hour)
	if n := len(a.times(subject)); n != 1 {
		t.Errorf("fired %d times, want once", n)
	}
	_, err := c.client.GetSchedule(t.Context(), &pb.GetScheduleRequest{ScheduleId: scheduleOf(subject)})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

// TestHandlerMaySetItsSchedule sets the schedule again in each of its firings.
func TestHandlerMaySetItsSchedule(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{"from its next time": 0, "from before the firing": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			c := a.signUp(t)
			start := c.now(t)
			r := daily(start.AddDate(0, 0, 1).Format(time.DateOnly))
			subject := c.set(t, r)
			a.then = func(ctx context.Context, tx *db.Tx, f schedule.Firing) error {
				p := schedule.Plan{Kind: "test", SubjectID: f.SubjectID, DisplayName: "Renamed", Recurrence: r}
				if after != 0 {
					p.After = f.Time.Add(after)
				}
				_, err := schedule.Set(ctx, tx, p)
				return err
			}
			c.advanceTo(t, start.AddDate(0, 0, 3).Truncate(24*time.Hour).Add(-time.Hour))
			want := []string{
				start.AddDate(0, 0, 1).Format(time.DateOnly) + "T09:00", start.AddDate(0, 0, 2).Format(time.DateOnly) + "T09:00",
			}
			if got := a.times(subject); !slices.Equal(got, want) {
				t.Errorf("got the firings %q, want %q", got, want)
			}
			if s := c.get(t, subject); s.DisplayName != "Renamed" || s.RuleDate != start.AddDate(0, 0, 3).Format(time.DateOnly) {
				t.Errorf("got %v", s)
			}
			if n := c.events(t, "platform.schedule.fired"); n != len(want) {
				t.Errorf("got %d events, want %d", n, len(want))
			}
		})
	}
}

// TestFailureAfterTheHandlerIsStored lets what the handler left for the commit fail and panic. The
// server goes on, as does the other schedule.
func TestFailureAfterTheHandlerIsStored(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("out of paper") },
		"panic": func() error { panic("the printer is on fire") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			c := a.signUp(t)
			start := c.now(t)
			r := daily(start.AddDate(0, 0, 1).Format(time.DateOnly))
			bad, good := c.set(t, r), c.set(t, r)
			a.then = func(_ context.Context, tx *db.Tx, f schedule.Firing) error {
				if f.SubjectID == bad {
					tx.BeforeCommit(func(context.Context, *db.Tx) error { return fail() })
				}
				return nil
			}
			at := start.AddDate(0, 0, 1).Truncate(24 * time.Hour).Add(9 * time.Hour)
			c.advanceTo(t, at.Add(30*time.Second))
			s := c.get(t, bad)
			if s.FailureCount != 1 || s.LastError.GetReason() != "INTERNAL_FAULT" ||
				!s.RetryTime.AsTime().Equal(at.Add(time.Minute)) || s.LastFireTime != nil {
				t.Errorf("got %v, want one failure", s)
			}
			if n := len(a.times(good)); n != 1 {
				t.Errorf("the other schedule fired %d times, want once", n)
			}
		})
	}
}

// TestScheduleBelongsToOneRecord sets the schedule of a record for a record of another kind with
// the same UUID.
func TestScheduleBelongsToOneRecord(t *testing.T) {
	t.Parallel()
	c := newApp(t).signUp(t)
	r := daily(c.now(t).AddDate(0, 0, 1).Format(time.DateOnly))
	subject := c.set(t, r)
	var refusal error
	c.write(t, func(ctx context.Context, tx *db.Tx) error {
		_, refusal = schedule.Set(ctx, tx, schedule.Plan{
			Kind: "test", SubjectID: "tsk" + subject[3:], DisplayName: "Other", Recurrence: r})
		return nil
	})
	if refusal == nil || !strings.Contains(refusal.Error(), "belongs to "+subject) {
		t.Errorf("got %v, want a refusal that names %s", refusal, subject)
	}
}
