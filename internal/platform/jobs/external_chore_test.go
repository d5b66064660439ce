package jobs_test

import (
	"context"
	"testing"
	"time"

	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
)

// TestChoreRunsAgainAfterTheTimeItAsksFor runs a chore that has more work after half a second.
func TestChoreRunsAgainAfterTheTimeItAsksFor(t *testing.T) {
	t.Parallel()
	var began tally
	a := newApp(t, jobs.Chore{Name: unique("later"), After: []history.Type{created},
		Work: func(ctx context.Context) error {
			if began.add(organizationOf(ctx)) == 1 {
				return jobs.After(500 * time.Millisecond)
			}
			return nil
		}})
	o := signUp(t, a)
	deliver(t, a, o, created)
	start(t, a)
	eventually(t, "the chore runs", func() bool { return began.get(o) == 1 })
	since := time.Now()
	eventually(t, "the chore runs again", func() bool { return began.get(o) == 2 })
	if passed := time.Since(since); passed < 300*time.Millisecond {
		t.Errorf("the chore ran again after %v, want about 500 ms", passed)
	}
}

// TestEventEndsTheWaitOfAChore makes a chore due that has no other work for an hour.
func TestEventEndsTheWaitOfAChore(t *testing.T) {
	t.Parallel()
	var began tally
	a := newApp(t, jobs.Chore{Name: unique("waiting"), After: []history.Type{created},
		Work: func(ctx context.Context) error {
			began.add(organizationOf(ctx))
			return jobs.After(time.Hour)
		}})
	o := signUp(t, a)
	deliver(t, a, o, created)
	start(t, a)
	eventually(t, "the chore runs", func() bool { return began.get(o) == 1 })
	time.Sleep(500 * time.Millisecond) // until its result is stored
	deliver(t, a, o, created)
	eventually(t, "the chore runs again at the event", func() bool { return began.get(o) == 2 })
}

// TestChoreRunsWithinItsTimeout compares the deadlines of a chore with a timeout and one without.
func TestChoreRunsWithinItsTimeout(t *testing.T) {
	t.Parallel()
	deadlines := make(chan time.Duration, 2)
	work := func(ctx context.Context) error {
		deadline, _ := ctx.Deadline()
		deadlines <- time.Until(deadline).Round(10 * time.Second)
		return nil
	}
	a := newApp(t, jobs.Chore{Name: unique("default"), After: []history.Type{created}, Work: work},
		jobs.Chore{Name: unique("patient"), After: []history.Type{archived}, Work: work, Timeout: 10 * time.Minute})
	o := signUp(t, a)
	start(t, a)
	deliver(t, a, o, created)
	if got := <-deadlines; got != time.Minute {
		t.Errorf("a chore without a timeout has %v, want a minute", got)
	}
	deliver(t, a, o, archived)
	if got := <-deadlines; got != 10*time.Minute {
		t.Errorf("a chore with a timeout of ten minutes has %v", got)
	}
}

// TestExternalChoresDoNotDelayOthers lets a server that does not answer hold all workers of
// external chores. Other chores still run.
func TestExternalChoresDoNotDelayOthers(t *testing.T) {
	t.Parallel()
	var waiting, done tally
	leave := make(chan struct{})
	defer close(leave)
	var chores []jobs.Chore
	for range 5 {
		chores = append(chores, jobs.Chore{
			Name: unique("external"), External: true, After: []history.Type{created},
			Work: func(ctx context.Context) error {
				waiting.add(organizationOf(ctx))
				<-leave
				return nil
			},
		})
	}
	chores = append(chores, jobs.Chore{Name: unique("own"), After: []history.Type{archived},
		Work: func(ctx context.Context) error {
			done.add(organizationOf(ctx))
			return nil
		}})
	a := newApp(t, chores...)
	o := signUp(t, a)
	deliver(t, a, o, created)
	start(t, a)
	eventually(t, "all workers of external chores wait", func() bool { return waiting.get(o) == 4 })
	deliver(t, a, o, archived)
	eventually(t, "the other chore runs", func() bool { return done.get(o) == 1 })
}
