package flock_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"backoffice/internal/platform/db/embedded/flock"
)

func TestTryFailsWhileLockIsHeld(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	first, err := flock.Try(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := flock.Try(path); !errors.Is(err, flock.ErrHeld) {
		t.Fatalf("second Try: got %v, want ErrHeld", err)
	}
	first.Release()
	first.Release()
	second, err := flock.Try(path)
	if err != nil {
		t.Fatalf("Try after Release: got %v, want a lock", err)
	}
	second.Release()
}

func TestAcquireWaitsForRelease(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	first, err := flock.Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	var released atomic.Bool
	done := make(chan error, 1)
	go func() {
		second, err := flock.Acquire(path)
		if err == nil {
			second.Release()
			if !released.Load() {
				err = errors.New("acquired while the lock was held")
			}
		}
		done <- err
	}()
	released.Store(true)
	first.Release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestReleaseFreesLockWhileProcessesStart releases and acquires a lock while other goroutines start
// processes, which briefly have copies of all descriptors.
func TestReleaseFreesLockWhileProcessesStart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	var started sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for range 2 {
		started.Go(func() {
			for ctx.Err() == nil {
				if err := exec.Command("true").Run(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 3000 {
		lock, err := flock.Try(path)
		if err != nil {
			t.Errorf("attempt %d: %v", i, err)
			break
		}
		lock.Release()
	}
	stop()
	started.Wait()
}

func TestTryFailsInMissingFolder(t *testing.T) {
	t.Parallel()
	if _, err := flock.Try(filepath.Join(t.TempDir(), "missing", "lock")); err == nil {
		t.Fatal("got no error, want one for a missing folder")
	}
}
