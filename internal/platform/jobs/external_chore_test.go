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
