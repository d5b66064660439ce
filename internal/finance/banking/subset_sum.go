package banking

// Limits of the search for amounts that add up to a total. They bound its time.
const (
	maxParts   = 25     // amounts that are considered
	maxSetSize = 6      // amounts in a set
	maxSets    = 3      // sets that are returned
	maxSteps   = 50_000 // sums that are tried
)

// sumSearch is a search for sets of amounts that add up to a total. All amounts are positive, so
// the search drops a set as soon as its sum exceeds the total.
type sumSearch struct {
	parts []int64
	// rest[i] is the sum of parts[i:].
	rest []int64
	// minParts is the minimum number of parts in a set.
	minParts int
	// chosen is the set being built, as indexes into parts.
	chosen []int
	sets   [][]int
	steps  int
	// cut reports whether the search stopped at one of its limits.
	cut bool
}

// findSums finds sets of at least minParts parts that add up to a total. Sets with the earliest
// parts come first. The parts must be positive. cut reports whether the search stopped at one of
// its limits before it had tried all sets.
func findSums(whole int64, parts []int64, minParts int) (sets [][]int, cut bool) {
	c := sumSearch{parts: parts, minParts: minParts}
	if len(parts) > maxParts {
		c.parts, c.cut = parts[:maxParts], true
	}
	c.rest = make([]int64, len(c.parts)+1)
	for i := len(c.parts) - 1; i >= 0; i-- {
		c.rest[i] = c.rest[i+1] + c.parts[i]
	}
	c.search(0, whole)
	return c.sets, c.cut
}

// search extends the chosen set with each part from the given index on, as long as the sum fits.
func (c *sumSearch) search(from int, left int64) {
	if left == 0 {
		if len(c.chosen) >= c.minParts {
			c.sets = append(c.sets, append([]int(nil), c.chosen...))
		}
		return
	}
	for i := from; i < len(c.parts) && c.rest[i] >= left; i++ {
		if c.parts[i] > left {
			continue
		}
		if c.steps++; c.steps > maxSteps || len(c.sets) == maxSets || len(c.chosen) == maxSetSize {
			c.cut = true
			return
		}
		c.chosen = append(c.chosen, i)
		c.search(i+1, left-c.parts[i])
		c.chosen = c.chosen[:len(c.chosen)-1]
	}
}
