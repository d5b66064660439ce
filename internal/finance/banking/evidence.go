package banking

import "fmt"

// evidence is what speaks for a guess: points, and why each was given.
type evidence struct {
	points  int32
	reasons []string
}

// add gives points, more or fewer, for a reason.
func (e *evidence) add(points int32, format string, args ...any) {
	e.points += points
	e.reasons = append(e.reasons, fmt.Sprintf(format, args...))
}

// score is the points within what a score may be.
func (e *evidence) score() int32 { return min(max(e.points, 0), 100) }
