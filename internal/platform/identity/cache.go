package identity

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
)

// cache believes credentials for a short time.
type cache struct {
	clock calendar.Clock

	mu      sync.RWMutex
	entries map[token]cached
}

type cached struct {
	call  call.Call
	until time.Time
}

// maxCached bounds the cache; beyond it all are looked up again.
const maxCached = 10_000

func newCache(clock calendar.Clock) *cache {
	return &cache{clock: clock, entries: map[token]cached{}}
}

// get returns a call of its own for each request.
func (c *cache) get(t token) (*call.Call, bool) {
	c.mu.RLock()
	e, ok := c.entries[t]
	c.mu.RUnlock()
	if !ok || !e.until.After(c.clock.Now()) {
		return nil, false
	}
	return &e.call, true
}

func (c *cache) put(t token, found *call.Call) {
	e := cached{call: *found, until: c.clock.Now().Add(cacheTime)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxCached {
		clear(c.entries)
	}
	c.entries[t] = e
}

// forget drops what is believed of an organization whose credentials changed.
func (c *cache) forget(org uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for t, e := range c.entries {
		if e.call.Organization.ID == org {
			delete(c.entries, t)
		}
	}
}
