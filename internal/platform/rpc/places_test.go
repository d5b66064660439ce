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

func enter(t *testing.T, p *Places, organization uuid.UUID) (leave func()) {
	t.Helper()
	leave, err := p.Enter(t.Context(), organization)
	if err != nil {
		t.Fatal(err)
	}
	return leave
}

// TestPlacesAreFirstComeFirstServed lets several requests of an organization wait for its only
// place, one of which gives up.
func TestPlacesAreFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, organization := NewPlaces(5, 1, time.Second), uuid.New()
		leave := enter(t, p, organization)
		var served []int
		for i := range 5 {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				defer cancel()
				if i == 2 {
					time.AfterFunc(time.Millisecond, cancel)
				}
				leave, err := p.Enter(ctx, organization)
				if err != nil {
					if i != 2 || !errors.Is(err, context.Canceled) {
						t.Errorf("request %d is refused: %v", i, err)
					}
					return
				}
				served = append(served, i)
				leave()
			}()
			synctest.Wait() // it stands in line
		}
		time.Sleep(10 * time.Millisecond)
		leave()
		synctest.Wait()
		if !slices.Equal(served, []int{0, 1, 3, 4}) {
			t.Errorf("served in the order %v", served)
		}
		if len(p.ofOrganization) > 0 {
			t.Errorf("%d organizations are remembered", len(p.ofOrganization))
		}
	})
}

// TestPlacesAreBounded refuses an organization more than its own places, and all of them
// together more than the total, and serves those who come once a place is given back.
func TestPlacesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, a, b, c := NewPlaces(3, 2, time.Second), uuid.New(), uuid.New(), uuid.New()
		refused := func(organization uuid.UUID, want optionsv1.Reason) {
			t.Helper()
			begun := time.Now()
			_, err := p.Enter(t.Context(), organization)
			if got := fault.From(err); got.Reason != want || got.RetryAfter == 0 || time.Since(begun) != time.Second {
				t.Errorf("refused by %v after %s, want %s", err, time.Since(begun), want)
			}
		}
		leave := enter(t, p, a)
		enter(t, p, a)
		refused(a, optionsv1.Reason_ORGANIZATION_BUSY)
		enter(t, p, b)
		refused(c, optionsv1.Reason_TEMPORARILY_UNAVAILABLE)
		leave()
		leave()
		enter(t, p, c)
		refused(b, optionsv1.Reason_TEMPORARILY_UNAVAILABLE)
	})
}

// TestHeavyRequestsLeaveConnectionsToWrites fills the places for heavy requests from as many
// organizations as there are connections.
func TestHeavyRequestsLeaveConnectionsToWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		heavy, served := LoadPlaces(12)[optionsv1.Load_HEAVY], 0
		for range 12 {
			if _, err := heavy.Enter(t.Context(), uuid.New()); err == nil {
				served++
			}
		}
		if served != 9 {
			t.Errorf("%d heavy requests hold connections at once", served)
		}
	})
}
