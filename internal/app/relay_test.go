package app_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
)

// TestRelayDeliversEachEventOnce steps the relay while several writers add events.
func TestRelayDeliversEachEventOnce(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	_, relayDB := apptest.Databases(t)
	var delivered []history.Occurrence
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler),
		history.Follower{Name: uniqueName("test"), Take: func(_ context.Context, _ pgx.Tx, page []history.Occurrence) error {
			for _, e := range page {
				if id.Format("org", e.Organization) == o.Organization.GetId() && e.Type == "platform.person.created" &&
					e.SubjectID != o.Owner.GetId() {
					delivered = append(delivered, e)
				}
			}
			return nil
		}})
	if _, err := relay.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	const writers, each = 8, 15
	stepUntil(t, relay, createPersons(t, o, writers, each), func() bool { return len(delivered) >= writers*each })
	seen := map[string]bool{}
	for _, e := range delivered {
		if seen[e.SubjectID] {
			t.Errorf("%s was delivered twice", e.SubjectID)
		}
		seen[e.SubjectID] = true
	}
	if len(seen) != writers*each {
		t.Errorf("got %d events, want %d", len(seen), writers*each)
	}
}

// createPersons creates persons with several writers at once. It closes done after the last one.
func createPersons(t *testing.T, o *apptest.Organization, writers, each int) (done <-chan struct{}) {
	t.Helper()
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range each {
				_, err := platformv1.NewIdentityServiceClient(o).CreatePerson(t.Context(),
					&platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: uniqueName("Ann")}})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	finished := make(chan struct{})
	go func() {
		group.Wait()
		close(finished)
	}()
	return finished
}

// stepUntil steps the relay until done is closed, no event is left and all returns true.
func stepUntil(t *testing.T, relay *history.Relay, done <-chan struct{}, all func() bool) {
	t.Helper()
	finished := false
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		select {
		case <-done:
			finished = true
		default:
		}
		n, err := relay.Step(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if finished && n == 0 && all() {
			return
		}
	}
	t.Error("not all events were delivered in a minute")
}

// jobsRelay returns a relay that delivers events to the app's jobs, and steps it past older events.
func jobsRelay(t *testing.T, a *module.App) *history.Relay {
	t.Helper()
	_, relayDB := apptest.Databases(t)
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler),
		history.Follower{Name: uniqueName("jobs"), Take: a.Jobs.Deliver})
	if _, err := relay.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	return relay
}

// runJobs runs a relay and the app's jobs until the test ends.
func runJobs(t *testing.T, a *module.App, relay *history.Relay) {
	t.Helper()
	_, relayDB := apptest.Databases(t)
	ctx, cancel := context.WithCancel(context.Background())
	go relay.Run(ctx)
	if err := a.Jobs.Start(ctx, relayDB); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = a.Jobs.Stop(context.Background())
	})
}

// TestSubscriberReceivesEvent checks that a subscription is called with its events by a job.
func TestSubscriberReceivesEvent(t *testing.T) {
	t.Parallel()
	received := make(chan history.Occurrence, 1000)
	a := apptest.New(t, func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module {
			return module.Module{Name: "test", Subscriptions: []history.Subscription{{Name: "test",
				On: []history.Type{"platform.person.archived"}, Handle: func(_ context.Context, e history.Occurrence) error {
					received <- e
					return nil
				}}}}
		})
	})
	o := apptest.SignUpTo(t, a)
	relay := jobsRelay(t, a)
	runJobs(t, a, relay)
	ids := platformv1.NewIdentityServiceClient(o)
	p, err := ids.CreatePerson(t.Context(),
		&platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Ann"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ids.ArchivePerson(t.Context(), &platformv1.ArchivePersonRequest{PersonId: p.GetId()}); err != nil {
		t.Fatal(err)
	}
	for {
		select {
		case e := <-received:
			if e.SubjectID == p.GetId() {
				return
			}
		case <-time.After(time.Minute):
			t.Fatal("the subscriber received no event in a minute")
		}
	}
}

// TestChoresSealEntries posts entries and checks that the server seals them in the background, even
// if the chore was marked due several times before it ran.
func TestChoresSealEntries(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o := apptest.SignUpTo(t, a)
	relay := jobsRelay(t, a)
	books := financev1.NewLedgerServiceClient(o)
	post := func() {
		if _, err := books.CreateJournalEntry(t.Context(),
			&financev1.CreateJournalEntryRequest{JournalEntry: entry(t, o, "4.00")}); err != nil {
			t.Fatal(err)
		}
	}
	// Mark the chore due several times before the jobs start.
	for range 3 {
		post()
		if _, err := relay.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	runJobs(t, a, relay)
	for deadline := time.Now().Add(time.Minute); ; {
		got, err := books.VerifyBooks(t.Context(), &financev1.VerifyBooksRequest{})
		if err != nil || !got.GetVerified() {
			t.Fatalf("got %v, %v", got, err)
		}
		if got.GetSealCount() >= 3 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %d sealed entries after a minute, want 3", got.GetSealCount())
		}
		// Open transactions of other tests may delay the horizon. Another event makes the chore due
		// again.
		post()
		time.Sleep(50 * time.Millisecond)
	}
}
