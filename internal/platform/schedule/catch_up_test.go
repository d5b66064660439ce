package schedule_test

import (
	"context"
	"slices"
	"testing"
	"time"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/schedule"
)

// TestEachCatchUpPolicyAfterDowntime lets a live server start after three firings were missed.
func TestEachCatchUpPolicyAfterDowntime(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t, live)
	now := time.Now().UTC()
	day := func(n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }
	// The last missed firing is three hours ago, or one day and three hours before midnight.
	r := daily(day(-10))
	last := now.Add(-3 * time.Hour).Truncate(time.Minute)
	r.TimeOfDay = last.Format("15:04")
	subjects := map[pb.Schedule_CatchUp]string{}
	for _, policy := range []pb.Schedule_CatchUp{pb.Schedule_RUN_ONCE, pb.Schedule_RUN_ALL, pb.Schedule_SKIP} {
		subjects[policy] = c.set(t, r, func(p *schedule.Plan) { p.CatchUp = policy })
		c.fakeDue(t, subjects[policy], last.AddDate(0, 0, -2).Format(time.DateOnly), last.AddDate(0, 0, -2))
	}
	a.start(t)
	format := func(times ...time.Time) (out []string) {
		for _, at := range times {
			out = append(out, at.Format("2006-01-02T15:04"))
		}
		return out
	}
	for policy, want := range map[pb.Schedule_CatchUp][]string{
		pb.Schedule_RUN_ONCE: format(last),
		pb.Schedule_RUN_ALL:  format(last.AddDate(0, 0, -2), last.AddDate(0, 0, -1), last),
		pb.Schedule_SKIP:     nil,
	} {
		eventually(t, policy.String()+" moves on", func() bool {
			return c.get(t, subjects[policy]).NextFireTime.AsTime().After(time.Now())
		})
		if got := a.times(subjects[policy]); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", policy, got, want)
		}
	}
}

// TestPausedScheduleCatchesUp pauses schedules over two of their times, and resumes them three
// hours after the second. It does not fire while it is paused; then the policy decides.
func TestPausedScheduleCatchesUp(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	start := a.signUp(t).now(t)
	at := func(n int) string { return start.AddDate(0, 0, n).Format(time.DateOnly) + "T09:00" }
	for policy, want := range map[pb.Schedule_CatchUp][]string{
		pb.Schedule_RUN_ONCE: {at(2), at(3)}, pb.Schedule_RUN_ALL: {at(1), at(2), at(3)}, pb.Schedule_SKIP: {at(3)},
	} {
		t.Run(policy.String(), func(t *testing.T) {
			t.Parallel()
			c := a.signUp(t)
			subject := c.set(t, daily(start.AddDate(0, 0, 1).Format(time.DateOnly)), func(p *schedule.Plan) {
				p.CatchUp = policy
			})
			pause, resume := &pb.PauseScheduleRequest{ScheduleId: scheduleOf(subject)},
				&pb.ResumeScheduleRequest{ScheduleId: scheduleOf(subject)}
			if _, err := c.client.PauseSchedule(t.Context(), pause); err != nil {
				t.Fatal(err)
			}
			c.advanceTo(t, start.AddDate(0, 0, 2).Truncate(24*time.Hour).Add(12*time.Hour))
			if got := a.times(subject); len(got) != 0 {
				t.Errorf("got the firings %q while it was paused", got)
			}
			if _, err := c.client.ResumeSchedule(t.Context(), resume); err != nil {
				t.Fatal(err)
			}
			_, err := c.client.ResumeSchedule(t.Context(), resume)
			apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
			c.advance(t, 24*time.Hour)
			if got := a.times(subject); !slices.Equal(got, want) {
				t.Errorf("got the firings %q, want %q", got, want)
			}
		})
	}
}

// TestChangedRecurrenceKeepsOverdueTimes changes the recurrence of a schedule that has been overdue
// for two days. The times of the new recurrence since then are due, but none from before.
func TestChangedRecurrenceKeepsOverdueTimes(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	start := c.now(t)
	day := func(n int) string { return start.AddDate(0, 0, n).Format(time.DateOnly) }
	subject := c.set(t, daily(day(-5)), func(p *schedule.Plan) { p.CatchUp = pb.Schedule_RUN_ALL })
	overdue := start.AddDate(0, 0, -2).Truncate(24 * time.Hour).Add(9 * time.Hour)
	c.fakeDue(t, subject, day(-2), overdue)
	c.write(t, func(ctx context.Context, tx *db.Tx) error {
		evening := daily(day(-5))
		evening.TimeOfDay = "00:10"
		_, err := schedule.Set(ctx, tx, schedule.Plan{Kind: "test", SubjectID: subject, DisplayName: "Test",
			Recurrence: evening, CatchUp: pb.Schedule_RUN_ALL})
		return err
	})
	c.advanceTo(t, start.AddDate(0, 0, 1).Truncate(24*time.Hour).Add(time.Hour))
	want := []string{day(-1) + "T00:10", day(0) + "T00:10", day(1) + "T00:10"}
	if got := a.times(subject); !slices.Equal(got, want) {
		t.Errorf("got the firings %q, want %q", got, want)
	}
}
