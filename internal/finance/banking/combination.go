package banking

// Bounds of the search for amounts that add up.
const (
	maxParts = 25     // amounts that are tried
	maxOfSet = 6      // amounts in a set
	maxSets  = 3      // sets that are answered
	maxSteps = 50_000 // sums that are tried
)

// combination searches for amounts that add up to a whole. All are on the whole's side, so
// that a sum beyond it leads nowhere.
type combination struct {
	parts []int64
	// rest is what each part and those after it add up to.
	rest   []int64
	least  int
	chosen []int
	sets   [][]int
	steps  int
	cut    bool
}

// combine finds sets of parts, at least some number of them in each, that add up to a whole,
// those of the earliest parts first; cut says that it did not look at all there are. Parts
// are above zero.
func combine(whole int64, parts []int64, least int) (sets [][]int, cut bool) {
	c := combination{parts: parts, least: least}
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

// search tries each part from one on, with all that may follow it.
func (c *combination) search(from int, left int64) {
	if left == 0 {
		if len(c.chosen) >= c.least {
			c.sets = append(c.sets, append([]int(nil), c.chosen...))
		}
		return
	}
	for i := from; i < len(c.parts) && c.rest[i] >= left; i++ {
		if c.parts[i] > left {
			continue
		}
		if c.steps++; c.steps > maxSteps || len(c.sets) == maxSets || len(c.chosen) == maxOfSet {
			c.cut = true
			return
		}
		c.chosen = append(c.chosen, i)
		c.search(i+1, left-c.parts[i])
		c.chosen = c.chosen[:len(c.chosen)-1]
	}
}
