package chart

import (
	"math"
	"strconv"
	"strings"

	"backoffice/internal/platform/paper/typeface"
)

// maxSteps is the maximum number of steps of an axis.
const maxSteps = 6

// axis is a value axis with steps below and above zero. A step is factor × 10^exponent smallest
// currency units.
type axis struct {
	factor       int64
	exponent     int
	below, above int64
	// digits is the number of decimal digits of the currency. unit is the power of ten in which steps
	// are labeled, such as 3 for thousands.
	digits, unit int
}

// newAxis returns the axis with the smallest round steps that contains the amounts from lowest to
// highest and zero. lowest must not be positive, and highest must not be negative.
func newAxis(lowest, highest int64, digits int) axis {
	a := axis{digits: digits}
	power := int64(1)
	for a.exponent = 0; ; a.exponent++ {
		for _, a.factor = range []int64{1, 2, 5} {
			step := a.factor * power
			a.below, a.above = steps(-lowest, step), steps(highest, step)
			if max(a.below, a.above) <= maxSteps && a.below+a.above <= maxSteps {
				a.above = max(a.above, 1-a.below)
				a.unit = a.labelUnit()
				return a
			}
		}
		power *= 10
	}
}

// steps returns the number of steps from zero that reach an amount; 0 for a negative amount.
func steps(amount, step int64) int64 {
	if amount <= 0 {
		return 0
	}
	return (amount-1)/step + 1
}

// units are the suffixes of labels by power of ten.
var units = map[int]string{3: "k", 6: "M", 9: "B", 12: "T"}

// labelUnit returns the largest unit in which the outermost step is at least 1 and each step is at
// least 0.1.
func (a axis) labelUnit() int {
	whole := len(strconv.FormatInt(max(a.below, a.above)*a.factor, 10)) + a.exponent - a.digits
	for unit := 12; unit > 0; unit -= 3 {
		// Amounts up to 9,999 are easier to read in full.
		if whole > max(unit, 4) && a.exponent-a.digits-unit >= -1 {
			return unit
		}
	}
	return 0
}

// label returns the exact amount at a step.
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
	return sign + typeface.GroupThousands(number) + fraction + units[a.unit]
}

// at returns the height of an amount, between 0 at the lowest step and 1 at the highest.
func (a axis) at(minor int64) float64 {
	step := float64(a.factor) * math.Pow10(a.exponent)
	return (float64(minor)/step + float64(a.below)) / float64(a.below+a.above)
}

// height returns the height of a step, between 0 at the lowest and 1 at the highest.
func (a axis) height(step int64) float64 {
	return float64(step+a.below) / float64(max(1, a.below+a.above))
}
