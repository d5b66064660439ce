package chart

import (
	"math"
	"strconv"
	"strings"

	"backoffice/internal/platform/paper/typeface"
)

// maxSteps is how many steps an axis has at most.
const maxSteps = 6

// axis is divided into steps of factor × 10^exponent smallest units each, below and above
// zero.
type axis struct {
	factor       int64
	exponent     int
	below, above int64
	// digits and unit are how it names its steps: in thousands, for one, it is 3.
	digits, unit int
}

// axisOf is the axis with the finest round steps that holds the amounts from least to
// most, which lie on both sides of zero or on it.
func axisOf(least, most int64, digits int) axis {
	a := axis{digits: digits}
	power := int64(1)
	for a.exponent = 0; ; a.exponent++ {
		for _, a.factor = range []int64{1, 2, 5} {
			step := a.factor * power
			a.below, a.above = steps(-least, step), steps(most, step)
			if max(a.below, a.above) <= maxSteps && a.below+a.above <= maxSteps {
				a.above = max(a.above, 1-a.below)
				a.unit = a.named()
				return a
			}
		}
		power *= 10
	}
}

// steps is how many steps reach an amount, which is not negative.
func steps(amount, step int64) int64 {
	if amount <= 0 {
		return 0
	}
	return (amount-1)/step + 1
}

// units are what thousands and more are called.
var units = map[int]string{3: "k", 6: "M", 9: "B", 12: "T"}

// named is the largest unit in which the outermost step is at least one, and a step a
// tenth or more.
func (a axis) named() int {
	whole := len(strconv.FormatInt(max(a.below, a.above)*a.factor, 10)) + a.exponent - a.digits
	for unit := 12; unit > 0; unit -= 3 {
		// Up to 9,999 is read more easily in full.
		if whole > max(unit, 4) && a.exponent-a.digits-unit >= -1 {
			return unit
		}
	}
	return 0
}

// label is the exact amount at a step.
func (a axis) label(step int64) string {
	sign := ""
	if step < 0 {
		sign, step = "−", -step
	}
	number := strconv.FormatInt(step*a.factor, 10)
	power := a.exponent - a.digits - a.unit
	if power >= 0 && step != 0 {
		number += strings.Repeat("0", power)
	}
	fraction := ""
	if power < 0 {
		number = strings.Repeat("0", max(0, 1-power-len(number))) + number
		number, fraction = number[:len(number)+power], "."+number[len(number)+power:]
	}
	if step == 0 {
		return "0"
	}
	return sign + typeface.Grouped(number) + fraction + units[a.unit]
}

// at is how high an amount stands between the lowest step, 0, and the highest, 1.
func (a axis) at(minor int64) float64 {
	step := float64(a.factor) * math.Pow10(a.exponent)
	return (float64(minor)/step + float64(a.below)) / float64(a.below+a.above)
}

// height is how high a step stands.
func (a axis) height(step int64) float64 {
	return float64(step+a.below) / float64(max(1, a.below+a.above))
}
