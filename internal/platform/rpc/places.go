package rpc

import (
	"context"
	"math"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/semaphore"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// Places are the requests of one kind that may be served at once, in all and of each
// organization. Requests that find none free wait a little, first come, first served.
type Places struct {
	each     int64
	patience time.Duration
	all      *semaphore.Weighted

	mu             sync.Mutex
	ofOrganization map[uuid.UUID]*ownPlaces
}

// ownPlaces are the places of one organization, kept while a request holds or awaits one.
type ownPlaces struct {
	*semaphore.Weighted
	requests int
}

// NewPlaces returns so many places, each of them open to one organization or another.
func NewPlaces(total, each int64, patience time.Duration) *Places {
	return &Places{
		each: each, patience: patience, all: semaphore.NewWeighted(total), ofOrganization: map[uuid.UUID]*ownPlaces{},
	}
}

// loadPatience is how long a heavy request waits for a place: as long as a few of them take,
// so that a page may ask for more reports at once than are served at once.
const loadPatience = 3 * time.Second

// LoadPlaces returns the places for each load that a method may declare. An organization has
// as many as a quarter of the connections, and for what is heavy no more than half of the
// processors, on which others would wait; at least one. Heavy requests of all organizations
// leave a quarter of the connections to writes.
func LoadPlaces(connections int32) map[optionsv1.Load]*Places {
	quarter, half := max(1, int64(connections)/4), max(1, int64(runtime.GOMAXPROCS(0))/2)
	return map[optionsv1.Load]*Places{
		optionsv1.Load_HEAVY:    NewPlaces(max(1, int64(connections)*3/4), min(quarter, half), loadPatience),
		optionsv1.Load_TRANSFER: NewPlaces(math.MaxInt64, quarter, loadPatience),
	}
}

// Enter takes a place for a request of an organization, which gives it back by leave. If none
// becomes free, it refuses with ORGANIZATION_BUSY where the organization has taken all of its
// own, and with TEMPORARILY_UNAVAILABLE where others have taken the rest.
func (p *Places) Enter(ctx context.Context, organization uuid.UUID) (leave func(), err error) {
	own := p.join(organization)
	waiting, cancel := context.WithTimeout(ctx, p.patience)
	defer cancel()
	// The organization's own place comes first, so that its queue fills no one else's.
	if own.Acquire(waiting, 1) != nil {
		p.part(organization, own)
		return nil, refusal(ctx, optionsv1.Reason_ORGANIZATION_BUSY,
			"Too many large requests of the organization are under way; try again in a moment.")
	}
	if p.all.Acquire(waiting, 1) != nil {
		own.Release(1)
		p.part(organization, own)
		return nil, refusal(ctx, optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
			"Too many large requests are under way; try again in a moment.")
	}
	return sync.OnceFunc(func() {
		p.all.Release(1)
		own.Release(1)
		p.part(organization, own)
	}), nil
}

// refusal says why a request got no place: its caller gave it up, or none became free.
func refusal(ctx context.Context, reason optionsv1.Reason, message string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fault.Busy(reason, message)
}

// join returns the organization's places and counts a request for one.
func (p *Places) join(organization uuid.UUID) *ownPlaces {
	p.mu.Lock()
	defer p.mu.Unlock()
	own, ok := p.ofOrganization[organization]
	if !ok {
		own = &ownPlaces{Weighted: semaphore.NewWeighted(p.each)}
		p.ofOrganization[organization] = own
	}
	own.requests++
	return own
}

// part ends a request for a place, and forgets the organization with its last one.
func (p *Places) part(organization uuid.UUID, own *ownPlaces) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if own.requests--; own.requests == 0 {
		delete(p.ofOrganization, organization)
	}
}
