package identity

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
)

// cache keeps the results of authentication for a short time.
type cache struct {
	clock calendar.Clock

	mu      sync.RWMutex
	entries map[token]cached
}

// cached is a cached result. call is nil if the credential was refused.
type cached struct {
	call  *call.Call
	until time.Time
}

// maxCached limits the number of entries. A full cache is emptied.
const maxCached = 10_000

func newCache(clock calendar.Clock) *cache {
	return &cache{clock: clock, entries: map[token]cached{}}
}

// get returns a copy of the cached call, or nil if the credential was refused. isCached is false
// if the token is not in the cache.
func (c *cache) get(t token) (found *call.Call, isCached bool) {
	c.mu.RLock()
	e, ok := c.entries[t]
	c.mu.RUnlock()
	if !ok || !e.until.After(c.clock.Now()) {
		return nil, false
	}
	if e.call == nil {
		return nil, true
	}
	clone := *e.call
	return &clone, true
}

// put caches a call, or with nil that the credential was refused.
func (c *cache) put(t token, found *call.Call) {
	e := cached{until: c.clock.Now().Add(cacheTime)}
	if found != nil {
		clone := *found
		e.call = &clone
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxCached {
		clear(c.entries)
	}
	c.entries[t] = e
}

// forget removes the calls of an organization whose credentials have changed. It also removes all
// refusals, because their organizations are unknown.
func (c *cache) forget(org uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for t, e := range c.entries {
		if e.call == nil || e.call.Organization.ID == org {
			delete(c.entries, t)
		}
	}
}
