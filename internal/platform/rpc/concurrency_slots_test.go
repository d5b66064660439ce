package rpc

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

func acquire(t *testing.T, p *Slots, organization uuid.UUID) (release func()) {
	t.Helper()
	release, err := p.Acquire(t.Context(), organization)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

// TestSlotsAreFirstComeFirstServed queues several requests of an organization for its only slot.
// One of them is canceled.
func TestSlotsAreFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, organization := NewSlots(5, 1, time.Second), uuid.New()
		release := acquire(t, p, organization)
		var served []int
		for i := range 5 {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				defer cancel()
				if i == 2 {
					time.AfterFunc(time.Millisecond, cancel)
				}
				release, err := p.Acquire(ctx, organization)
				if err != nil {
					if i != 2 || !errors.Is(err, context.Canceled) {
						t.Errorf("request %d: got %v, want a slot", i, err)
					}
					return
				}
				served = append(served, i)
				release()
			}()
			synctest.Wait() // the request is queued
		}
		time.Sleep(10 * time.Millisecond)
		release()
		synctest.Wait()
		if want := []int{0, 1, 3, 4}; !slices.Equal(served, want) {
			t.Errorf("got served %v, want %v", served, want)
		}
		if n := len(p.organizations); n > 0 {
			t.Errorf("got %d organizations in memory, want none", n)
		}
	})
}

// TestSlotsAreLimited checks the limits per organization and in total, and that a released slot
// can be acquired again.
func TestSlotsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, a, b, c := NewSlots(3, 2, time.Second), uuid.New(), uuid.New(), uuid.New()
		refused := func(organization uuid.UUID, want optionsv1.Reason) {
			t.Helper()
			begun := time.Now()
			_, err := p.Acquire(t.Context(), organization)
			if got := fault.From(err); got.Reason != want || got.RetryAfter == 0 || time.Since(begun) != time.Second {
				t.Errorf("got %v after %s, want %s after 1s", err, time.Since(begun), want)
			}
		}
		release := acquire(t, p, a)
		acquire(t, p, a)
		refused(a, optionsv1.Reason_ORGANIZATION_BUSY)
		acquire(t, p, b)
		refused(c, optionsv1.Reason_TEMPORARILY_UNAVAILABLE)
		release()
		release()
		acquire(t, p, c)
		refused(b, optionsv1.Reason_TEMPORARILY_UNAVAILABLE)
	})
}

// TestHeavyRequestsLeaveConnectionsToWrites starts one heavy request per connection, each of
// another organization.
func TestHeavyRequestsLeaveConnectionsToWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		heavy, served := LoadSlots(12)[optionsv1.Load_HEAVY], 0
		for range 12 {
			if _, err := heavy.Acquire(t.Context(), uuid.New()); err == nil {
				served++
			}
		}
		if served != 9 {
			t.Errorf("got %d concurrent heavy requests, want 9", served)
		}
	})
}
