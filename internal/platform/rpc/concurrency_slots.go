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

// Slots are concurrency slots: they limit how many requests of one kind run at the same time, in
// total and per organization. A request waits a short time for a free slot, first come, first
// served.
type Slots struct {
	perOrganization int64
	maxWait         time.Duration
	all             *semaphore.Weighted

	mu            sync.Mutex
	organizations map[uuid.UUID]*organizationSlots
}

// organizationSlots are the slots of an organization. They exist while a request uses one or
// waits for one.
type organizationSlots struct {
	*semaphore.Weighted
	// requests counts those that use a slot or wait for one.
	requests int
}

// NewSlots returns slots for total requests, of which one organization may use at most
// perOrganization. A request waits at most maxWait for a slot.
func NewSlots(total, perOrganization int64, maxWait time.Duration) *Slots {
	return &Slots{
		perOrganization: perOrganization, maxWait: maxWait,
		all: semaphore.NewWeighted(total), organizations: map[uuid.UUID]*organizationSlots{},
	}
}

// maxLoadWait is how long a heavy request waits for a slot. A few heavy requests finish in that
// time, so a page may request more reports than the server runs at the same time.
const maxLoadWait = 3 * time.Second

// LoadSlots returns the slots of each load that a method may declare, for a pool of database
// connections. An organization may use a quarter of the connections. For heavy requests it may
// also use at most half of the processors, which other requests would wait for. It always has at
// least one slot. Heavy requests of all organizations leave a quarter of the connections to writes.
func LoadSlots(connections int32) map[optionsv1.Load]*Slots {
	quarter, half := max(1, int64(connections)/4), max(1, int64(runtime.GOMAXPROCS(0))/2)
	return map[optionsv1.Load]*Slots{
		optionsv1.Load_HEAVY:    NewSlots(max(1, int64(connections)*3/4), min(quarter, half), maxLoadWait),
		optionsv1.Load_TRANSFER: NewSlots(math.MaxInt64, quarter, maxLoadWait),
	}
}

// Acquire acquires a slot for a request of an organization, which must call release at its end. If
// no slot becomes free in time, it fails: with ORGANIZATION_BUSY if the organization uses all of
// its slots, and with TEMPORARILY_UNAVAILABLE if other organizations use the rest.
func (p *Slots) Acquire(ctx context.Context, organization uuid.UUID) (release func(), err error) {
	own := p.addRequest(organization)
	waiting, cancel := context.WithTimeout(ctx, p.maxWait)
	defer cancel()
	// Acquire the organization's slot first, so that its queue does not block other organizations.
	if own.Acquire(waiting, 1) != nil {
		p.removeRequest(organization, own)
		return nil, refusal(ctx, optionsv1.Reason_ORGANIZATION_BUSY,
			"The organization has too many large requests in progress; try again in a moment.")
	}
	if p.all.Acquire(waiting, 1) != nil {
		own.Release(1)
		p.removeRequest(organization, own)
		return nil, refusal(ctx, optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
			"Too many large requests are in progress; try again in a moment.")
	}
	return sync.OnceFunc(func() {
		p.all.Release(1)
		own.Release(1)
		p.removeRequest(organization, own)
	}), nil
}

// refusal returns why a request got no slot: its context ended, or no slot became free.
func refusal(ctx context.Context, reason optionsv1.Reason, message string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fault.Busy(reason, message)
}

// addRequest counts a request of the organization and returns the organization's slots.
func (p *Slots) addRequest(organization uuid.UUID) *organizationSlots {
	p.mu.Lock()
	defer p.mu.Unlock()
	own, ok := p.organizations[organization]
	if !ok {
		own = &organizationSlots{Weighted: semaphore.NewWeighted(p.perOrganization)}
		p.organizations[organization] = own
	}
	own.requests++
	return own
}

// removeRequest ends a request. It removes the organization's slots with its last request.
func (p *Slots) removeRequest(organization uuid.UUID, own *organizationSlots) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if own.requests--; own.requests == 0 {
		delete(p.organizations, organization)
	}
}
