package schedule_test

import (
	"context"
	"slices"
	"testing"
	"time"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/schedule"
)

// TestAdvancedClockFiresInOrder advances a clock over two schedules. The handlers see the clock at
// the time of each firing.
func TestAdvancedClockFiresInOrder(t *testing.T) {
	t.Parallel()
	c := newApp(t).signUp(t)
	start := c.now(t)
	every := daily(start.AddDate(0, 0, 1).Format(time.DateOnly))
	late := daily(start.AddDate(0, 0, 1).Format(time.DateOnly))
	late.TimeOfDay = "17:30"
	second, first := c.set(t, late), c.set(t, every)
	c.advanceTo(t, start.AddDate(0, 0, 3).Truncate(24*time.Hour).Add(12*time.Hour))
	var got, want []string
	for _, f := range c.app.firings() {
		if !f.time.Equal(f.now) {
			t.Errorf("the clock shows %s during the firing of %s", f.now, f.time)
		}
		got = append(got, f.subject+" "+f.time.Format(time.DateTime))
	}
	for n := 1; n <= 3; n++ {
		day := start.AddDate(0, 0, n).Format(time.DateOnly)
		want = append(want, first+" "+day+" 09:00:00")
		if n < 3 {
			want = append(want, second+" "+day+" 17:30:00")
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := c.events(t, "platform.schedule.fired"); n != len(want) {
		t.Errorf("got %d events, want %d", n, len(want))
	}
	s := c.get(t, first)
	if len(s.UpcomingTimes) != 5 || !s.UpcomingTimes[0].AsTime().Equal(s.NextFireTime.AsTime()) {
		t.Errorf("got the upcoming times %v", s.UpcomingTimes)
	}
}

// TestFailedFiringIsRetried fails a firing twice. The other schedule of the organization is not
// delayed, and the retried firing gets its original time.
func TestFailedFiringIsRetried(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	start := c.now(t)
	r := daily(start.AddDate(0, 0, 1).Format(time.DateOnly))
	bad, good := c.set(t, r), c.set(t, r)
	failures := 0
	a.failWith(func(f schedule.Firing) error {
		if f.SubjectID != bad || failures == 2 {
			return nil
		}
		if failures++; failures == 1 {
			return fault.Refuse(optionsv1.Reason_ACCOUNT_ARCHIVED, "The account is archived.")
		}
		panic("the printer is on fire")
	})
	at := start.AddDate(0, 0, 1).Truncate(24 * time.Hour).Add(9 * time.Hour)
	c.advanceTo(t, at.Add(30*time.Second))
	s := c.get(t, bad)
	if s.FailureCount != 1 || s.LastError.GetReason() != "ACCOUNT_ARCHIVED" ||
		!s.RetryTime.AsTime().Equal(at.Add(time.Minute)) {
		t.Errorf("got %d failures, %v, retried at %s", s.FailureCount, s.LastError, s.RetryTime.AsTime())
	}
	if n := len(a.times(good)); n != 1 {
		t.Errorf("the other schedule fired %d times, want once", n)
	}
	c.advanceTo(t, at.Add(90*time.Second))
	if s := c.get(t, bad); s.FailureCount != 2 || s.LastError.GetReason() != "INTERNAL_FAULT" {
		t.Errorf("got %d failures, %v", s.FailureCount, s.LastError)
	}
	c.advanceTo(t, at.Add(time.Hour))
	if got := a.times(bad); !slices.Equal(got, []string{at.Format("2006-01-02T15:04")}) {
		t.Errorf("got the firings %q, want one at %s", got, at)
	}
	if s := c.get(t, bad); s.FailureCount != 0 || s.LastError != nil || s.RetryTime != nil {
		t.Errorf("got %v after a success", s)
	}
}

// TestFiringsKeepLocalTime fires over the gap in March and the fold in November in New York.
func TestFiringsKeepLocalTime(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	apptest.SetClock(t, c.Organization, "2027-01-01T12:00:00Z")
	r := &typepb.Recurrence{Frequency: typepb.Recurrence_DAILY, StartDate: "2027-03-13", TimeOfDay: "02:30",
		TimeZone: "America/New_York", UntilDate: "2027-03-15"}
	gap := c.set(t, r)
	r.StartDate, r.UntilDate, r.TimeOfDay = "2027-11-06", "2027-11-08", "01:30"
	fold := c.set(t, r)
	c.advanceTo(t, time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC))
	if got := a.times(gap); !slices.Equal(got, []string{"2027-03-13T07:30", "2027-03-14T07:30", "2027-03-15T06:30"}) {
		t.Errorf("over the gap: got %q", got)
	}
	if got := a.times(fold); !slices.Equal(got, []string{"2027-11-06T05:30", "2027-11-07T05:30", "2027-11-08T06:30"}) {
		t.Errorf("over the fold: got %q", got)
	}
	if s := c.get(t, fold); s.State != pb.Schedule_ENDED || s.NextFireTime != nil || s.RuleDate != "" {
		t.Errorf("got %v after the last firing, want ENDED", s)
	}
}

// TestChangedZoneRulesMoveFiring stores the time that older rules of the time zone gave. The
// schedule fires at the time of the current rules.
func TestChangedZoneRulesMoveFiring(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	start := c.now(t)
	subject := c.set(t, daily(start.AddDate(0, 0, 1).Format(time.DateOnly)))
	right := start.AddDate(0, 0, 1).Truncate(24 * time.Hour).Add(9 * time.Hour)
	c.fakeDue(t, subject, right.Format(time.DateOnly), right.Add(-time.Hour))
	c.advanceTo(t, right.Add(-30*time.Minute))
	if n := len(a.firings()); n != 0 {
		t.Fatalf("fired %d times at the time of the old rules", n)
	}
	if s := c.get(t, subject); !s.NextFireTime.AsTime().Equal(right) {
		t.Errorf("got the next time %s, want %s", s.NextFireTime.AsTime(), right)
	}
	c.advanceTo(t, right.Add(time.Minute))
	if got := a.times(subject); !slices.Equal(got, []string{right.Format("2006-01-02T15:04")}) {
		t.Errorf("got %q, want one firing at %s", got, right)
	}
}

// TestSetKeepsTheNextTime sets a schedule again with the same and with another recurrence.
func TestSetKeepsTheNextTime(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	start := c.now(t)
	subject := c.set(t, daily(start.AddDate(0, 0, 1).Format(time.DateOnly)))
	before := c.get(t, subject)
	again := func(r *typepb.Recurrence) *pb.Schedule {
		c.write(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := schedule.Set(ctx, tx, schedule.Plan{
				Kind: "test", SubjectID: subject, DisplayName: "Test", Recurrence: r})
			return err
		})
		return c.get(t, subject)
	}
	if same := again(before.Recurrence); same.Etag != before.Etag {
		t.Error("setting the same schedule changed it")
	}
	later := daily(start.AddDate(0, 0, 3).Format(time.DateOnly))
	if got := again(later).RuleDate; got != later.StartDate {
		t.Errorf("got the rule date %s, want %s", got, later.StartDate)
	}
}

// TestBusyOrganizationDoesNotStarveOthers makes many schedules of one organization due, and then
// one of another.
func TestBusyOrganizationDoesNotStarveOthers(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.work = func() { time.Sleep(20 * time.Millisecond) }
	busy, quiet := a.signUp(t, live), a.signUp(t, live)
	now := time.Now().UTC().Add(-time.Minute).Truncate(time.Minute)
	r := daily(now.AddDate(0, 0, -1).Format(time.DateOnly))
	r.TimeOfDay = now.Format("15:04")
	const many = 1500
	busy.write(t, func(ctx context.Context, tx *db.Tx) error {
		for range many {
			if _, err := schedule.Set(ctx, tx, schedule.Plan{
				Kind: "test", SubjectID: id.Format("prs", id.New()), DisplayName: "Test", Recurrence: r, After: now.Add(-1),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	subject := quiet.set(t, r)
	a.start(t)
	eventually(t, "the busy organization is served", func() bool { return len(a.firings()) > 50 })
	quiet.fakeDue(t, subject, now.Format(time.DateOnly), now)
	since := time.Now()
	eventually(t, "the quiet organization is served", func() bool { return len(a.times(subject)) == 1 })
	t.Logf("served after %v and %d firings", time.Since(since).Round(time.Millisecond), len(a.firings()))
	if n := len(a.firings()); n >= many {
		t.Errorf("the quiet organization was served after all %d firings of the busy one", many)
	}
}

// TestTwoServersFireOnce lets two servers compete for the same schedules.
func TestTwoServersFireOnce(t *testing.T) {
	t.Parallel()
	a, other := newApp(t), newApp(t)
	c := a.signUp(t, live)
	now := time.Now().UTC().Add(-time.Minute).Truncate(time.Minute)
	r := daily(now.AddDate(0, 0, -1).Format(time.DateOnly))
	r.TimeOfDay = now.Format("15:04")
	subjects := map[string]bool{}
	for range 100 {
		subject := c.set(t, r)
		c.fakeDue(t, subject, now.Format(time.DateOnly), now)
		subjects[subject] = true
	}
	ctx := t.Context()
	system, err := a.Identity.SystemCall(ctx, c.id)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	for range 2 {
		for _, server := range []*app{a, other} {
			go func() { done <- server.Jobs.RunChores(ctx, system.Organization.ID) }()
		}
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := c.events(t, "platform.schedule.fired"); n != 100 {
		t.Errorf("got %d firings of 100 schedules", n)
	}
}

// TestFiringOfLostServerHappensOnce ends the connection of a server in the middle of a firing, as
// the death of the server does. Another server fires the schedule, and only that firing counts.
func TestFiringOfLostServerHappensOnce(t *testing.T) {
	t.Parallel()
	lost, next := newApp(t), newApp(t)
	c := lost.signUp(t, live)
	now := time.Now().UTC().Add(-time.Minute).Truncate(time.Minute)
	r := daily(now.AddDate(0, 0, -1).Format(time.DateOnly))
	r.TimeOfDay = now.Format("15:04")
	subject := c.set(t, r, func(p *schedule.Plan) { p.After = now.Add(-1) })
	lost.kill = true
	died := make(chan error)
	go func() { died <- lost.Jobs.RunChores(t.Context(), c.id) }()
	if err := <-died; err == nil {
		t.Error("the firing survived the end of its connection")
	}
	if n := c.events(t, "platform.schedule.fired"); n != 0 {
		t.Fatalf("got %d events of the lost firing", n)
	}
	if err := next.Jobs.RunChores(t.Context(), c.id); err != nil {
		t.Fatal(err)
	}
	if n := c.events(t, "platform.schedule.fired"); n != 1 || len(next.times(subject)) != 1 {
		t.Errorf("got %d events and the firings %q, want one", n, next.times(subject))
	}
}
