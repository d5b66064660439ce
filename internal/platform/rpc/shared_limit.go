package rpc

import "sync"

// sharedLimit limits a quantity in use: in total and per name, so that one organization,
// credential or address leaves capacity to the others.
type sharedLimit struct {
	total, perName int64

	mu     sync.Mutex
	used   int64
	byName map[string]int64
}

func newSharedLimit(total, perName int64) *sharedLimit {
	return &sharedLimit{total: total, perName: perName, byName: map[string]int64{}}
}

// acquire reserves n for a name until release is called. Further calls of release have no effect.
// ok is false if a limit would be exceeded.
func (s *sharedLimit) acquire(name string, n int64) (release func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used+n > s.total || s.byName[name]+n > s.perName {
		return func() {}, false
	}
	s.used += n
	s.byName[name] += n
	return sync.OnceFunc(func() { s.release(name, n) }), true
}

func (s *sharedLimit) release(name string, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used -= n
	if s.byName[name] -= n; s.byName[name] == 0 {
		delete(s.byName, name)
	}
}
