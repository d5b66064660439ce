package money

import (
	"math/bits"
	"slices"
)

// Allocate divides total into one part per weight, in proportion to the weights. It uses the
// largest remainder method: parts are rounded toward zero, and each missing unit goes to the part
// with the largest remainder, the earlier part on a tie. The parts always add up to total, and no
// part has the opposite sign. The parts of -total are the negatives of the parts of total.
//
// A negative weight counts as zero. If no weight is positive, all parts weigh the same. Without
// weights the result is nil.
func Allocate(total int64, weights []int64) []int64 {
	if len(weights) == 0 {
		return nil
	}
	shares, sum := normalizeWeights(weights)
	parts := make([]int64, len(shares))
	lost := make([]uint64, len(shares))
	left := absolute(total)
	for i, share := range shares {
		high, low := bits.Mul64(absolute(total), share)
		quotient, remainder := bits.Div64(high, low, sum)
		parts[i], lost[i] = int64(quotient), remainder
		left -= quotient
	}
	for _, i := range indexesByLargest(lost)[:left] {
		parts[i]++
	}
	if total < 0 {
		negate(parts)
	}
	return parts
}

// normalizeWeights returns shares with at least one above zero, and their sum.
func normalizeWeights(weights []int64) (shares []uint64, sum uint64) {
	shares = make([]uint64, len(weights))
	var high, carry uint64
	for i, weight := range weights {
		shares[i] = uint64(max(weight, 0))
		sum, carry = bits.Add64(sum, shares[i], 0)
		high += carry
	}
	if high == 0 && sum == 0 {
		for i := range shares {
			shares[i] = 1
		}
		return shares, uint64(len(shares))
	}
	if high == 0 {
		return shares, sum
	}
	// Weights this large cannot be amounts. Dropping their lowest bits makes the sum fit.
	sum = 0
	for i := range shares {
		shares[i] >>= bits.Len64(high)
		sum += shares[i]
	}
	return shares, sum
}

// indexesByLargest returns the indexes of values, the largest value first. Equal values keep their
// order.
func indexesByLargest(values []uint64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] > values[b]:
			return -1
		case values[a] < values[b]:
			return 1
		}
		return 0
	})
	return order
}

func negate(parts []int64) {
	for i := range parts {
		parts[i] = -parts[i]
	}
}
