package history_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// reader is a follower that keeps the events it receives. It fails while failure is set.
type reader struct {
	history.Follower

	mu       sync.Mutex
	tries    int
	received []history.Occurrence
	failure  func() error
}

func newReader(failure func() error, on ...history.Type) *reader {
	r := &reader{failure: failure}
	r.Follower = history.Follower{Name: id.New().String(), On: on, Take: r.take}
	return r
}

func (r *reader) take(_ context.Context, _ pgx.Tx, page []history.Occurrence) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tries++
	if r.failure != nil {
		if err := r.failure(); err != nil {
			return err
		}
	}
	r.received = append(r.received, page...)
	return nil
}

// types returns the types of an organization's events that the reader received.
func (r *reader) types(organization string) (types []history.Type) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, o := range r.received {
		if id.Format("org", o.Organization) == organization {
			types = append(types, o.Type)
		}
	}
	return types
}

func (r *reader) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tries
}

func (r *reader) fix() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure = nil
}

// safeBuffer is a log that can be read while it is written.
type safeBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *safeBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.String()
}

func eventually(t *testing.T, what string, isTrue func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !isTrue(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("timed out after a minute: want that %s", what)
		}
	}
}

// TestFailingFollowerDoesNotDelayOthers runs several followers. One returns an error and one
// panics until they are fixed. They miss no event, and the others never wait.
func TestFailingFollowerDoesNotDelayOthers(t *testing.T) {
	t.Parallel()
	_, relayDB := apptest.Databases(t)
	broken := newReader(func() error { return errors.New("the index is gone") })
	panicking := newReader(func() error { panic("no index at all") })
	sound, picky := newReader(nil), newReader(nil, "platform.apiKey.created")
	var log safeBuffer
	relay := history.NewRelay(relayDB, slog.New(slog.NewTextHandler(&log, nil)),
		broken.Follower, panicking.Follower, sound.Follower, picky.Follower)
	if _, err := relay.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	runRelay(t, relay)
	organization := apptest.SignUp(t).Organization.GetId()
	const keyCreated = history.Type("platform.apiKey.created")
	received := func(r *reader) func() bool {
		return func() bool { return slices.Contains(r.types(organization), keyCreated) }
	}
	eventually(t, "the sound follower receives the event", received(sound))
	eventually(t, "the picky follower receives the event", received(picky))
	got := picky.types(organization)
	if slices.ContainsFunc(got, func(t history.Type) bool { return t != keyCreated }) {
		t.Errorf("a follower of %s received %v", keyCreated, got)
	}
	eventually(t, "the failing followers are retried", func() bool { return broken.count() > 2 && panicking.count() > 2 })
	text := log.text()
	for _, want := range []string{"the index is gone", "no index at all", "retry=400ms"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log is %.2000s, want it to contain %q", text, want)
		}
	}
	broken.fix()
	panicking.fix()
	eventually(t, "the fixed followers receive the event", func() bool {
		return received(broken)() && received(panicking)()
	})
	if got, want := broken.types(organization), sound.types(organization); !slices.Equal(got, want) {
		t.Errorf("the fixed follower received %v, want %v", got, want)
	}
}

// runRelay runs a relay until the test ends.
func runRelay(t *testing.T, relay *history.Relay) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		relay.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-stopped
	})
}
