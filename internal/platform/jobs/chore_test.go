package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
)

func organizationOf(ctx context.Context) uuid.UUID { return call.From(ctx).Organization.ID }

// TestBusyOrganizationDoesNotStarveOthers makes a thousand chores due for one organization and
// then one for another organization, which must get the next turn.
func TestBusyOrganizationDoesNotStarveOthers(t *testing.T) {
	t.Parallel()
	var began tally
	work := func(ctx context.Context) error {
		began.add(organizationOf(ctx))
		time.Sleep(2 * time.Millisecond)
		return nil
	}
	prefix := unique("busy")
	chores := []jobs.Chore{{Name: unique("quiet"), After: []history.Type{archived}, Work: work}}
	for i := range 1000 {
		chores = append(chores, jobs.Chore{Name: fmt.Sprint(prefix, i), After: []history.Type{created}, Work: work})
	}
	a := newApp(t, chores...)
	busy, quiet := signUp(t, a), signUp(t, a)
	deliver(t, a, busy, created)
	start(t, a)
	eventually(t, "the busy organization is served", func() bool { return began.get(busy) > 20 })
	deliver(t, a, quiet, archived)
	before, since := began.get(busy), time.Now()
	eventually(t, "the quiet organization is served", func() bool { return began.get(quiet) == 1 })
	passed := began.get(busy) - before
	t.Logf("served after %v, behind %d of %d chores of the busy organization",
		time.Since(since).Round(time.Millisecond), passed, 1000-before)
	if passed > 100 {
		t.Errorf("%d chores of the busy organization ran first, want at most 100", passed)
	}
}

// TestUnfinishedChoreGoesBehindOthers runs a chore that never ends in one organization, and
// takes several turns in the others.
func TestUnfinishedChoreGoesBehindOthers(t *testing.T) {
	t.Parallel()
	const turns, others = 5, 6
	var endless uuid.UUID
	var began tally
	a := newApp(t, jobs.Chore{Name: unique("long"), After: []history.Type{created}, Work: func(ctx context.Context) error {
		time.Sleep(5 * time.Millisecond)
		if o := organizationOf(ctx); began.add(o) < turns || o == endless {
			return jobs.ErrAgain
		}
		return nil
	}})
	endless = signUp(t, a)
	list := make([]uuid.UUID, others)
	for i := range list {
		list[i] = signUp(t, a)
	}
	for _, o := range append(list, endless) {
		deliver(t, a, o, created)
	}
	start(t, a)
	for _, o := range list {
		eventually(t, "each organization gets its turns", func() bool { return began.get(o) == turns })
	}
	if n := began.get(endless); n > 10*turns {
		t.Errorf("the endless chore had %d turns while the others had %d", n, turns)
	}
}

// TestChoreRunsOnceForManyEvents makes a chore due several times before it runs and while it
// runs.
func TestChoreRunsOnceForManyEvents(t *testing.T) {
	t.Parallel()
	var began tally
	again := func(uuid.UUID) {}
	a := newApp(t, jobs.Chore{Name: unique("once"), After: []history.Type{created}, Work: func(ctx context.Context) error {
		if o := organizationOf(ctx); began.add(o) == 1 {
			again(o)
		}
		return nil
	}})
	again = func(o uuid.UUID) {
		for range 3 {
			deliver(t, a, o, created)
		}
	}
	o := signUp(t, a)
	again(o)
	start(t, a)
	eventually(t, "the chore runs again because it became due while it ran", func() bool { return began.get(o) == 2 })
	time.Sleep(500 * time.Millisecond)
	if n := began.get(o); n != 2 {
		t.Errorf("the chore ran %d times, want 2", n)
	}
	deliver(t, a, o, created)
	eventually(t, "the chore runs when it is due later", func() bool { return began.get(o) == 3 })
}

// TestChoreIsTakenOverFromLostServer closes the connection of a server that is running a chore.
// Another server does not run the chore before that, and takes it over immediately after.
func TestChoreIsTakenOverFromLostServer(t *testing.T) {
	t.Parallel()
	name := unique("lost")
	var began tally
	leave := make(chan struct{})
	defer close(leave)
	chore := jobs.Chore{Name: name, After: []history.Type{created}, Work: func(ctx context.Context) error {
		if began.add(organizationOf(ctx)) == 1 {
			<-leave
		}
		return nil
	}}
	first, second := newApp(t, chore), newApp(t, chore)
	o := signUp(t, first)
	deliver(t, first, o, created)
	start(t, first)
	eventually(t, "the first server runs the chore", func() bool { return began.get(o) == 1 })
	start(t, second)
	time.Sleep(time.Second)
	if began.get(o) != 1 {
		t.Fatal("the second server ran a chore that the first is running")
	}
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	tag, err := conn.Exec(t.Context(), `
select pg_terminate_backend(pid)
from pg_locks
where locktype = 'advisory'
and (classid::bigint << 32) | objid::bigint = hashtextextended('chore ' || $1::uuid || ' ' || $2::text, 0)`, o, name)
	if err != nil || tag.RowsAffected() != 1 {
		t.Fatalf("%d sessions hold the lock, want 1: %v", tag.RowsAffected(), err)
	}
	since := time.Now()
	eventually(t, "the second server takes the chore over", func() bool { return began.get(o) == 2 })
	t.Logf("taken over after %v", time.Since(since).Round(time.Millisecond))
}

// TestFailingChoreIsRetried runs a chore that fails, then panics, then succeeds.
func TestFailingChoreIsRetried(t *testing.T) {
	t.Parallel()
	var began tally
	work := func(ctx context.Context) error {
		switch began.add(organizationOf(ctx)) {
		case 1:
			return errors.New("the disk is full")
		case 2:
			panic("the disk is broken")
		}
		return nil
	}
	a := newApp(t, jobs.Chore{Name: unique("failing"), After: []history.Type{created}, Work: work})
	o := signUp(t, a)
	deliver(t, a, o, created)
	start(t, a)
	eventually(t, "the chore runs", func() bool { return began.get(o) == 1 })
	since := time.Now()
	deliver(t, a, o, created) // must not shorten the pause
	eventually(t, "the chore is retried", func() bool { return began.get(o) == 2 })
	if passed := time.Since(since); passed < 500*time.Millisecond {
		t.Errorf("the chore was retried after %v, want at least 500 ms", passed)
	}
	eventually(t, "the chore succeeds", func() bool { return began.get(o) == 3 })
}

// TestChoreDoesNotDelayTheHistory delivers an event that is recorded while a chore runs. If a
// claim were a transaction, the event would stay above the horizon.
func TestChoreDoesNotDelayTheHistory(t *testing.T) {
	t.Parallel()
	var began tally
	leave := make(chan struct{})
	defer close(leave)
	a := newApp(t, jobs.Chore{Name: unique("slow"), After: []history.Type{created}, Work: func(ctx context.Context) error {
		began.add(organizationOf(ctx))
		<-leave
		return nil
	}})
	busy := signUp(t, a)
	deliver(t, a, busy, created)
	start(t, a)
	eventually(t, "the chore runs", func() bool { return began.get(busy) == 1 })

	var received tally
	_, relayDB := apptest.Databases(t)
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), history.Follower{
		Name: unique("reader"), Take: func(_ context.Context, _ pgx.Tx, page []history.Occurrence) error {
			for _, o := range page {
				received.add(o.Organization)
			}
			return nil
		},
	})
	if _, err := relay.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := signUp(t, a)
	for deadline := time.Now().Add(20 * time.Second); received.get(other) == 0; time.Sleep(10 * time.Millisecond) {
		if _, err := relay.Step(t.Context()); err != nil || time.Now().After(deadline) {
			t.Fatalf("the event is not delivered while the chore runs: %v", err)
		}
	}
}
