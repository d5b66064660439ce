package money

import (
	"math/bits"
	"slices"
)

// Allocate divides total into one part per weight, in proportion to the weights, by the largest remainder: parts are
// rounded towards zero, and the units then missing go one each to the parts that lost most, the earlier on a tie. The
// parts always add up to total, never have the opposite sign, and those of -total are the negatives of those of total.
//
// Weights are shares: one below zero counts as zero, and if none is above zero all parts weigh the same. Without weights
// there are no parts, and the result is nil.
func Allocate(total int64, weights []int64) []int64 {
	if len(weights) == 0 {
		return nil
	}
	shares, sum := normalise(weights)
	parts := make([]int64, len(shares))
	lost := make([]uint64, len(shares))
	left := magnitude(total)
	for i, share := range shares {
		high, low := bits.Mul64(magnitude(total), share)
		quotient, remainder := bits.Div64(high, low, sum)
		parts[i], lost[i] = int64(quotient), remainder
		left -= quotient
	}
	for _, i := range byLargest(lost)[:left] {
		parts[i]++
	}
	if total < 0 {
		negate(parts)
	}
	return parts
}

// normalise answers shares of which at least one is above zero, and their sum.
func normalise(weights []int64) (shares []uint64, sum uint64) {
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
	// Weights this large are no amounts; their lowest bits are given up so that the sum fits.
	sum = 0
	for i := range shares {
		shares[i] >>= bits.Len64(high)
		sum += shares[i]
	}
	return shares, sum
}

func byLargest(values []uint64) []int {
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
