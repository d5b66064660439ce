package profitability

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/google/uuid"

	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// labor is the time of a person on a project at one cost of an hour.
type labor struct {
	project, person uuid.UUID
	first, last     string
	seconds         int64
	cost            hourlyCost
	// minor is the part of the cost of the person and project, in minor units.
	minor int64
}

// exact returns the cost of the time, not rounded. Unknown costs are zero.
func (l labor) exact() *big.Rat {
	if l.cost.amount == nil {
		return new(big.Rat)
	}
	return new(big.Rat).Mul(l.cost.amount, big.NewRat(l.seconds, secondsPerHour))
}

// assignCosts merges the time of each person and project that has the same cost, sorted by person
// and day, and sets its costs. The cost of a person and project is rounded once, half away from
// zero; its parts are the differences of rounded running totals, so that they add up to it.
func assignCosts(times []labor) (out []labor, err error) {
	slices.SortFunc(times, func(a, b labor) int {
		return cmp.Or(slices.Compare(a.project[:], b.project[:]), slices.Compare(a.person[:], b.person[:]),
			strings.Compare(a.first, b.first))
	})
	running, assigned := new(big.Rat), int64(0)
	for _, t := range times {
		last := len(out) - 1
		same := last >= 0 && out[last].project == t.project && out[last].person == t.person
		if !same {
			running, assigned = new(big.Rat), 0
		}
		if same && out[last].cost.equals(t.cost) {
			out[last].last, out[last].seconds = max(out[last].last, t.last), out[last].seconds+t.seconds
		} else {
			out = append(out, t)
			last++
			out[last].minor = 0
		}
		total, err := round(running.Add(running, t.exact()))
		if err != nil {
			return nil, err
		}
		out[last].minor += total - assigned
		assigned = total
	}
	return out, nil
}

// round rounds to whole minor units, half away from zero. It refuses sums that cannot be shown.
func round(r *big.Rat) (int64, error) {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	divisor := new(big.Int).Mul(r.Denom(), big.NewInt(2))
	twice.Add(twice, new(big.Int).Mul(r.Denom(), big.NewInt(int64(r.Sign()))))
	twice.Quo(twice, divisor)
	if !twice.IsInt64() || twice.Int64() > money.MaxMinor || twice.Int64() < -money.MaxMinor {
		return 0, fault.SumOutOfRange()
	}
	return twice.Int64(), nil
}
