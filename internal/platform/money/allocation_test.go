package money

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAllocateUsesLargestRemainder(t *testing.T) {
	for _, c := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{-100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{5, []int64{3, 7}, []int64{2, 3}},
		{100, []int64{0, 1}, []int64{0, 100}},
		{100, []int64{-5, 1}, []int64{0, 100}},
		{101, []int64{0, 0}, []int64{51, 50}},
		{0, []int64{2, 3}, []int64{0, 0}},
		{7, []int64{9}, []int64{7}},
		{7, nil, nil},
		// 2 × 379.00 including 21 %: net and tax of the same total.
		{75800, []int64{100, 21}, []int64{62645, 13155}},
		{math.MinInt64, []int64{1}, []int64{math.MinInt64}},
		{math.MaxInt64, []int64{math.MaxInt64, math.MaxInt64, math.MaxInt64},
			[]int64{3074457345618258603, 3074457345618258602, 3074457345618258602}},
		// The sum of these weights exceeds 64 bits more than once.
		{5, slices.Repeat([]int64{math.MaxInt64}, 5), []int64{1, 1, 1, 1, 1}},
	} {
		if got := Allocate(c.total, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("Allocate(%d, %v) = %v, want %v", c.total, c.weights, got, c.want)
		}
	}
}

func TestAllocatedPartsAddUpToTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64().Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Int64(), 1, 50).Draw(t, "weights")
		var sum int64
		for i, part := range Allocate(total, weights) {
			if part != 0 && (part < 0) != (total < 0) {
				t.Fatalf("part %d of %d is %d, which has the opposite sign", i, total, part)
			}
			sum += part
		}
		if sum != total {
			t.Fatalf("the parts add up to %d, want %d", sum, total)
		}
	})
}

func TestAllocatedPartsAreWithinOneUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(-MaxMinor, MaxMinor).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Int64Range(0, MaxMinor), 1, 20).Draw(t, "weights")
		sum := new(big.Int)
		for _, weight := range weights {
			sum.Add(sum, big.NewInt(weight))
		}
		if sum.Sign() == 0 {
			return
		}
		for i, part := range Allocate(total, weights) {
			// |part × sum − total × weight| < sum: the part differs from its exact share by less than one
			// unit.
			off := new(big.Int).Mul(big.NewInt(part), sum)
			off.Sub(off, new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i])))
			if off.CmpAbs(sum) >= 0 {
				t.Fatalf("part %d of Allocate(%d, %v) is %d", i, total, weights, part)
			}
		}
	})
}

func TestAllocateIsSymmetricAroundZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(0, math.MaxInt64).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 10).Draw(t, "weights")
		mirrored := Allocate(-total, weights)
		for i, part := range Allocate(total, weights) {
			if mirrored[i] != -part {
				t.Fatalf("part %d of the negative total: got %d, want %d", i, mirrored[i], -part)
			}
		}
	})
}
