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

// reader is a follower that fails while trouble is set.
type reader struct {
	history.Follower

	mu      sync.Mutex
	tries   int
	met     []history.Occurrence
	trouble func() error
}

func newReader(trouble func() error, on ...history.Type) *reader {
	r := &reader{trouble: trouble}
	r.Follower = history.Follower{Name: id.New().String(), On: on, Take: r.take}
	return r
}

func (r *reader) take(_ context.Context, _ pgx.Tx, page []history.Occurrence) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tries++
	if r.trouble != nil {
		if err := r.trouble(); err != nil {
			return err
		}
	}
	r.met = append(r.met, page...)
	return nil
}

// types are the types of an organization's events that the reader met.
func (r *reader) types(organization string) (types []history.Type) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, o := range r.met {
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

func (r *reader) mend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trouble = nil
}

// safeBuffer is a log that is read while it is written.
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

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute it does not hold that %s", what)
		}
	}
}

// TestFailingFollowerHoldsUpNobody runs followers of which one returns an error and one
// panics, until they are mended: they miss nothing, and the others never wait.
func TestFailingFollowerHoldsUpNobody(t *testing.T) {
	t.Parallel()
	_, relayDB := apptest.Databases(t)
	broken := newReader(func() error { return errors.New("the index is gone") })
	panicking := newReader(func() error { panic("no index at all") })
	sound, picky := newReader(nil), newReader(nil, "platform.apiKey.created")
	var log safeBuffer
	relay := history.NewRelay(relayDB, slog.New(slog.NewTextHandler(&log, nil)), broken.Follower, panicking.Follower, sound.Follower, picky.Follower)
	if _, err := relay.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
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
	organization := apptest.SignUp(t).Organization.GetId()
	created := func(r *reader) func() bool {
		return func() bool { return slices.Contains(r.types(organization), "platform.apiKey.created") }
	}
	eventually(t, "the sound follower meets the event", created(sound))
	eventually(t, "the picky follower meets the event", created(picky))
	if got := picky.types(organization); slices.ContainsFunc(got, func(t history.Type) bool { return t != "platform.apiKey.created" }) {
		t.Errorf("a follower of one type meets %v", got)
	}
	eventually(t, "the failing followers are tried again", func() bool { return broken.count() > 2 && panicking.count() > 2 })
	if text := log.text(); !strings.Contains(text, "the index is gone") || !strings.Contains(text, "no index at all") || !strings.Contains(text, "retry=400ms") {
		t.Errorf("the log says %.2000s", text)
	}
	broken.mend()
	panicking.mend()
	eventually(t, "the mended followers meet the event", func() bool { return created(broken)() && created(panicking)() })
	if got, want := broken.types(organization), sound.types(organization); !slices.Equal(got, want) {
		t.Errorf("mended it meets %v, want %v", got, want)
	}
}
