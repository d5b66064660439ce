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

// TestRelay holds the relay to deliver each event of concurrent writers once, in an
// order in which nothing is added behind it.
func TestRelay(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	_, relayDB := apptest.Databases(t)
	var met []history.Occurrence
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), history.Follower{Name: nth("test"), Take: func(_ context.Context, _ pgx.Tx, page []history.Occurrence) error {
		for _, e := range page {
			if id.Format("org", e.Organization) == o.Organization.GetId() && e.Type == "platform.person.created" && e.SubjectID != o.Owner.GetId() {
				met = append(met, e)
			}
		}
		return nil
	}})
	if _, err := relay.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	const writers, each = 8, 15
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range each {
				_, err := platformv1.NewIdentityServiceClient(o).CreatePerson(t.Context(), &platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: nth("Ann")}})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	follow(t, relay, done, func() bool { return len(met) >= writers*each })
	seen := map[string]bool{}
	for _, e := range met {
		if seen[e.SubjectID] {
			t.Errorf("%s was delivered twice", e.SubjectID)
		}
		seen[e.SubjectID] = true
	}
	if len(seen) != writers*each {
		t.Errorf("%d events of %d were delivered", len(seen), writers*each)
	}
}

// follow steps the relay, also while others write, until all is there.
func follow(t *testing.T, relay *history.Relay, done <-chan struct{}, all func() bool) {
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

// TestSubscription holds an event to reach its subscriber as a job, in a call of the
// event's organization that says what caused it.
func TestSubscription(t *testing.T) {
	t.Parallel()
	met := make(chan history.Occurrence, 1000)
	a := apptest.New(t, func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module {
			return module.Module{Name: "test", Subscriptions: []history.Subscription{{Name: "test", On: []history.Type{"platform.person.archived"}, Handle: func(_ context.Context, e history.Occurrence) error {
				met <- e
				return nil
			}}}}
		})
	})
	o := apptest.SignUpTo(t, a)
	_, relayDB := apptest.Databases(t)
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), history.Follower{Name: nth("jobs"), Take: a.Jobs.Deliver})
	if _, err := relay.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go relay.Run(ctx)
	if err := a.Jobs.Start(ctx, relayDB); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = a.Jobs.Stop(context.Background())
	})
	ids := platformv1.NewIdentityServiceClient(o)
	p, err := ids.CreatePerson(t.Context(), &platformv1.CreatePersonRequest{Person: &platformv1.Person{DisplayName: "Ann"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ids.ArchivePerson(t.Context(), &platformv1.ArchivePersonRequest{PersonId: p.GetId()}); err != nil {
		t.Fatal(err)
	}
	for {
		select {
		case e := <-met:
			if e.SubjectID == p.GetId() {
				return
			}
		case <-time.After(time.Minute):
			t.Fatal("the subscriber met nothing in a minute")
		}
	}
}

// TestChores posts page after page of entries and holds the server to add them up and to
// seal them behind the requests, however often the same chore is due.
func TestChores(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o := apptest.SignUpTo(t, a)
	_, relayDB := apptest.Databases(t)
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), history.Follower{Name: nth("chores"), Take: a.Jobs.Deliver})
	if _, err := relay.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	books := financev1.NewLedgerServiceClient(o)
	post := func() {
		if _, err := books.CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{JournalEntry: entry(t, o, "4.00")}); err != nil {
			t.Fatal(err)
		}
	}
	// The chore is due several times before anybody works.
	for range 3 {
		post()
		if _, err := relay.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	go relay.Run(ctx)
	if err := a.Jobs.Start(ctx, relayDB); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = a.Jobs.Stop(context.Background())
	})
	for patience := time.Now().Add(time.Minute); ; {
		got, err := books.VerifyBooks(t.Context(), &financev1.VerifyBooksRequest{})
		if err != nil || !got.GetVerified() {
			t.Fatalf("got %v, %v", got, err)
		}
		if got.GetSealCount() >= 3 {
			return
		}
		if time.Now().After(patience) {
			t.Fatalf("after a minute %d entries are sealed", got.GetSealCount())
		}
		// Events of transactions under way elsewhere come later, and wake the chore.
		post()
		time.Sleep(50 * time.Millisecond)
	}
}
