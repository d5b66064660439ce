package identity

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
)

// cache remembers for a short time what became of credentials.
type cache struct {
	clock calendar.Clock

	mu      sync.RWMutex
	entries map[token]cached
}

// cached is a call, or nil of a credential that was refused.
type cached struct {
	call  *call.Call
	until time.Time
}

// maxCached bounds the cache; beyond it all are looked up again.
const maxCached = 10_000

func newCache(clock calendar.Clock) *cache {
	return &cache{clock: clock, entries: map[token]cached{}}
}

// get returns a copy of the call for each request, nil of a refused credential.
func (c *cache) get(t token) (found *call.Call, known bool) {
	c.mu.RLock()
	e, ok := c.entries[t]
	c.mu.RUnlock()
	if !ok || !e.until.After(c.clock.Now()) {
		return nil, false
	}
	if e.call == nil {
		return nil, true
	}
	own := *e.call
	return &own, true
}

// put remembers a call, or with nil that the credential was refused.
func (c *cache) put(t token, found *call.Call) {
	e := cached{until: c.clock.Now().Add(cacheTime)}
	if found != nil {
		own := *found
		e.call = &own
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxCached {
		clear(c.entries)
	}
	c.entries[t] = e
}

// forget drops what is remembered of an organization whose credentials changed, and every
// refusal, of which the organization is not known.
func (c *cache) forget(org uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for t, e := range c.entries {
		if e.call == nil || e.call.Organization.ID == org {
			delete(c.entries, t)
		}
	}
}
