package receivables

import "github.com/shopspring/decimal"

// Proportion returns total × part ÷ whole, rounded half away from zero. whole must not be zero.
func Proportion(total, part, whole int64) int64 {
	if part == whole {
		return total
	}
	product := decimal.NewFromInt(total).Mul(decimal.NewFromInt(part))
	return product.DivRound(decimal.NewFromInt(whole), 0).IntPart()
}

// spread divides a total among weights, which may have different signs, in proportion. Each share
// is the difference of two rounded running totals, so that the shares add up to the total. Weights
// that add up to zero give the last of them the total.
func spread(total int64, weights []int64) []int64 {
	var sum, running, given int64
	for _, w := range weights {
		sum += w
	}
	shares := make([]int64, len(weights))
	for i, w := range weights {
		running += w
		upTo := total
		if i < len(weights)-1 && sum != 0 {
			upTo = Proportion(total, running, sum)
		} else if i < len(weights)-1 {
			upTo = 0
		}
		shares[i], given = upTo-given, upTo
	}
	return shares
}
