package schedule_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/schedule"
)

// rule is a recurrence that the test can compute without package recurrence, by looking at each
// day of three years.
type rule struct {
	recurrence *typepb.Recurrence
	matches    func(d calendar.Date) bool
}

// randomRule returns a daily, weekly, monthly or yearly rule in one of several zones.
func randomRule(random *rand.Rand, start calendar.Date) rule {
	zone := []string{"", "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"}[random.IntN(6)]
	r := &typepb.Recurrence{
		StartDate: start.String(), TimeZone: zone,
		TimeOfDay: fmt.Sprintf("%02d:%02d", random.IntN(24), 15*random.IntN(4)),
	}
	interval := 1 + random.IntN(3)
	r.Interval = int32(interval)
	switch random.IntN(20) {
	case 0:
		r.Frequency, r.Interval = typepb.Recurrence_DAILY, int32(interval+2)
		return rule{r, func(d calendar.Date) bool { return start.DaysUntil(d)%(interval+2) == 0 }}
	case 1, 2, 3, 4:
		r.Frequency = typepb.Recurrence_WEEKLY
		return rule{r, func(d calendar.Date) bool { return start.DaysUntil(d)%(7*interval) == 0 }}
	case 5, 6:
		r.Frequency, r.Interval = typepb.Recurrence_YEARLY, 1
		return rule{r, func(d calendar.Date) bool { return d.Month() == start.Month() && d.Day() == min(start.Day(), 28) }}
	}
	day := 1 + random.IntN(31)
	r.Frequency, r.MonthDays = typepb.Recurrence_MONTHLY, []int32{int32(day)}
	return rule{r, func(d calendar.Date) bool {
		months := (d.Year()-start.Year())*12 + int(d.Month()) - int(start.Month())
		return months%interval == 0 && d.Day() == min(day, d.LastOfMonth().Day())
	}}
}

// expected returns the firings of a rule after a time, up to and including another.
func (r rule) expected(t *testing.T, subject string, start calendar.Date, after, until time.Time) (out []fired) {
	t.Helper()
	name := cmp.Or(r.recurrence.TimeZone, "America/New_York")
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	var hour, minute int
	if _, err := fmt.Sscanf(r.recurrence.TimeOfDay, "%d:%d", &hour, &minute); err != nil {
		t.Fatal(err)
	}
	for d := start; !d.After(calendar.DateOf(until, time.UTC).AddDays(1)); d = d.AddDays(1) {
		if at := d.At(hour, minute, zone); r.matches(d) && at.After(after) && !at.After(until) {
			out = append(out, fired{subject, at, at})
		}
	}
	return out
}

// TestThreeYearsFireAsComputed advances the clock of a test organization over three years in steps
// of random length, with 200 schedules, and compares the firings with a recomputation.
func TestThreeYearsFireAsComputed(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	a := newApp(t)
	c := a.signUp(t)
	now := c.now(t)
	start := calendar.DateOf(now, time.UTC).FirstOfMonth().AddMonths(1)
	until := now.AddDate(3, 0, 0)
	var want []fired
	c.write(t, func(ctx context.Context, tx *db.Tx) error {
		want = nil
		for range 200 {
			first := start.AddDays(random.IntN(28))
			r := randomRule(random, first)
			subject := id.Format("prs", id.New())
			if _, err := schedule.Set(ctx, tx, schedule.Plan{
				Kind: "test", SubjectID: subject, DisplayName: "Test", Recurrence: r.recurrence,
				CatchUp: pb.Schedule_RUN_ALL,
			}); err != nil {
				return err
			}
			want = append(want, r.expected(t, subject, first, now, until)...)
		}
		return nil
	})
	slices.SortFunc(want, func(a, b fired) int {
		return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.subject, b.subject))
	})
	for at := now; at.Before(until); {
		at = at.AddDate(0, 0, 1+random.IntN(400))
		if at.After(until) {
			at = until
		}
		c.advanceTo(t, at)
	}
	got := a.firings()
	t.Logf("%d firings", len(want))
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Fatalf("firing %d is missing: %v", i, want[i])
		case i >= len(want):
			t.Fatalf("firing %d should not have happened: %v", i, got[i])
		case got[i].subject != want[i].subject || !got[i].time.Equal(want[i].time) || !got[i].now.Equal(want[i].now):
			t.Fatalf("firing %d: got %v, want %v", i, got[i], want[i])
		}
	}
}

// TestAdvanceBesideTheDispatcherIsOrdered advances a clock over due and later schedules while a
// server fires what is due. Each schedule fires once, by time and then by id.
func TestAdvanceBesideTheDispatcherIsOrdered(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	start := c.now(t)
	var want []fired
	for n := range 40 {
		at := start.AddDate(0, 0, 1).Truncate(24 * time.Hour).Add(9 * time.Hour)
		if n%2 == 0 {
			at = start.Truncate(time.Minute).Add(-time.Duration(n) * time.Minute)
		}
		r := daily(at.Format(time.DateOnly))
		r.TimeOfDay, r.Count = at.Format("15:04"), 1
		subject := c.set(t, r, func(p *schedule.Plan) { p.After = at.Add(-1) })
		want = append(want, fired{subject: subject, time: at})
	}
	slices.SortFunc(want, func(a, b fired) int {
		return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.subject, b.subject))
	})
	a.work = func() { time.Sleep(time.Duration(rand.IntN(5)) * time.Millisecond) }
	served := make(chan error)
	go func() { served <- a.Jobs.RunChores(t.Context(), c.id) }()
	c.advanceTo(t, start.AddDate(0, 0, 1).Truncate(24*time.Hour).Add(12*time.Hour))
	if err := <-served; err != nil {
		t.Error(err)
	}
	if n := c.events(t, "platform.schedule.fired"); n != len(want) {
		t.Errorf("got %d firings, want %d", n, len(want))
	}
	// The log has also the attempts that a rival won; the first of each is where it belongs.
	var got []string
	seen := map[string]bool{}
	for _, f := range a.firings() {
		if !seen[f.subject] {
			seen[f.subject] = true
			got = append(got, f.subject)
		}
	}
	for i, f := range want {
		if i >= len(got) || got[i] != f.subject {
			t.Fatalf("firing %d: got %q, want %v", i, got[min(i, len(got)):][:1], f)
		}
	}
}

// TestInterruptedAdvanceKeepsTheClock ends the connection of the second firing of an advance. The
// clock does not stay behind the first one, which does not happen again.
func TestInterruptedAdvanceKeepsTheClock(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	c := a.signUp(t)
	start := c.now(t)
	subject := c.set(t, daily(start.AddDate(0, 0, 1).Format(time.DateOnly)))
	a.then = func(context.Context, *db.Tx, schedule.Firing) error {
		a.kill = true
		return nil
	}
	second := start.AddDate(0, 0, 2).Truncate(24 * time.Hour).Add(9 * time.Hour)
	_, err := pb.NewIdentityServiceClient(c).AdvanceClock(t.Context(), &pb.AdvanceClockRequest{
		ToTime: stamp(second.Add(time.Hour))})
	if err == nil {
		t.Fatal("the advance survived the end of its connection")
	}
	if now := c.now(t); now.Before(second) || now.After(second.Add(time.Minute)) {
		t.Errorf("the clock shows %s, want the time of the second firing, %s", now, second)
	}
	a.mu.Lock()
	a.kill, a.then = false, func(context.Context, *db.Tx, schedule.Firing) error { return nil }
	a.mu.Unlock()
	c.advanceTo(t, second.Add(time.Hour))
	want := []string{second.AddDate(0, 0, -1).Format("2006-01-02T15:04"), second.Format("2006-01-02T15:04")}
	if got := a.times(subject); len(got) < 2 || !slices.Equal(slices.Compact(got), want) {
		t.Errorf("got the firings %q, want %q", got, want)
	}
	if n := c.events(t, "platform.schedule.fired"); n != 2 {
		t.Errorf("got %d events, want 2", n)
	}
}
