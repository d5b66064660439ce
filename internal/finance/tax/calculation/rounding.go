package calculation

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/money"
)

// minorUnits rounds an amount in whole units to minor units, half away from zero.
func minorUnits(d decimal.Decimal, digits int) (int64, error) {
	rounded := d.Shift(int32(digits)).Round(0)
	if rounded.Abs().GreaterThan(decimal.NewFromInt(money.MaxMinor)) {
		return 0, ErrRange
	}
	return rounded.IntPart(), nil
}

// apportion rounds exact amounts so that they add up to their exact sum, which is rounded half away
// from zero. It uses the largest remainder method: amounts are rounded down, and the missing units
// go to those with the largest remainders, the earlier one on a tie. Each result differs from its
// exact amount by less than one. The results of negated amounts are the negated results.
func apportion(exact []*big.Rat) ([]int64, error) {
	sum := new(big.Rat)
	for _, amount := range exact {
		sum.Add(sum, amount)
	}
	sign := sum.Sign()
	for i := 0; sign == 0 && i < len(exact); i++ {
		sign = exact[i].Sign()
	}
	parts, lost := make([]*big.Int, len(exact)), make([]*big.Rat, len(exact))
	missing := roundHalfAway(sum.Abs(sum))
	for i, amount := range exact {
		amount = new(big.Rat).Set(amount)
		if sign < 0 {
			amount.Neg(amount)
		}
		parts[i] = new(big.Int).Div(amount.Num(), amount.Denom()) // rounds down: the denominator is positive
		lost[i] = amount.Sub(amount, new(big.Rat).SetInt(parts[i]))
		missing.Sub(missing, parts[i])
	}
	for _, i := range byLargest(lost)[:missing.Int64()] {
		parts[i].Add(parts[i], big.NewInt(1))
	}
	results := make([]int64, len(parts))
	for i, part := range parts {
		if !part.IsInt64() || !allWithinRange(part.Int64()) {
			return nil, ErrRange
		}
		results[i] = part.Int64() * int64(sign)
	}
	return results, nil
}

// roundHalfAway rounds a number to a whole one, half away from zero.
func roundHalfAway(r *big.Rat) *big.Int {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	if r.Sign() < 0 {
		twice.Sub(twice, r.Denom())
	} else {
		twice.Add(twice, r.Denom())
	}
	return twice.Quo(twice, new(big.Int).Mul(r.Denom(), big.NewInt(2))) // rounds toward zero
}

// byLargest returns the indexes of values, the largest value first. Equal values keep their order.
func byLargest(values []*big.Rat) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return values[b].Cmp(values[a]) })
	return order
}
