package banking

import "fmt"

// scorecard is the score of a guess with the reasons for it.
type scorecard struct {
	points  int32
	reasons []string
}

// add adds points, which may be negative, and the reason for them.
func (s *scorecard) add(points int32, format string, args ...any) {
	s.points += points
	s.reasons = append(s.reasons, fmt.Sprintf(format, args...))
}

// score returns the sum of the points, limited to the range 0 to 100.
func (s *scorecard) score() int32 { return min(max(s.points, 0), 100) }
