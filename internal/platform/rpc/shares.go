package rpc

import "sync"

// shares bounds what is in use at once: in all, and by each name, so that one
// organization, credential or address leaves room for the others.
type shares struct {
	total, each int64

	mu     sync.Mutex
	used   int64
	byName map[string]int64
}

func newShares(total, each int64) *shares {
	return &shares{total: total, each: each, byName: map[string]int64{}}
}

// take reserves n for a name until release is called, once or more often; ok is false when
// there is no room.
func (s *shares) take(name string, n int64) (release func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used+n > s.total || s.byName[name]+n > s.each {
		return func() {}, false
	}
	s.used += n
	s.byName[name] += n
	return sync.OnceFunc(func() { s.give(name, n) }), true
}

func (s *shares) give(name string, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used -= n
	if s.byName[name] -= n; s.byName[name] == 0 {
		delete(s.byName, name)
	}
}
