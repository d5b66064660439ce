package db

// Waiting returns the number of members that no writer has taken yet.
func (g *Group[Q, R]) Waiting() (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, queue := range g.waiting {
		n += len(queue)
	}
	return n
}

// Busy reports whether a writer is running.
func (g *Group[Q, R]) Busy() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting) > 0
}
