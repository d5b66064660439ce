package receivables

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSpreadFollowsWeights(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{2380, []int64{100000, 19000}, []int64{2000, 380}},
		{-2380, []int64{100000, 19000}, []int64{-2000, -380}},
		{100, []int64{1, 1, 1}, []int64{33, 34, 33}},
		{80, []int64{100, -20}, []int64{100, -20}}, // a deduction
		{50, []int64{0, 0}, []int64{0, 50}},
		{50, []int64{20, -20}, []int64{0, 50}},
		{7, nil, []int64{}},
	} {
		if got := spread(c.total, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("%d over %v: got %v, want %v", c.total, c.weights, got, c.want)
		}
	}
}

// TestSharesAddUp checks that shares add up to the total, and differ from the exact share by less
// than one unit if the weights have one sign.
func TestSharesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1e9), 1, 20).Draw(t, "weights")
		total := rapid.Int64Range(-1e9, 1e9).Draw(t, "total")
		var given, sum int64
		shares := spread(total, weights)
		for i, share := range shares {
			given, sum = given+share, sum+weights[i]
		}
		if given != total {
			t.Fatalf("the shares %v add up to %d", shares, given)
		}
		for i, share := range shares {
			if exact := float64(total) * float64(weights[i]) / float64(max(sum, 1)); sum > 0 &&
				(float64(share)-exact > 1.01 || exact-float64(share) > 1.01) {
				t.Fatalf("share %d is %d, far from %f", i, share, exact)
			}
		}
	})
}

// TestValueOfWholeIsWhole takes parts of an open item until nothing is left.
func TestValueOfWholeIsWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		open := openItem{now: position{rapid.Int64Range(1, 1e9).Draw(t, "minor"), rapid.Int64Range(0, 1e9).Draw(t, "base")}}
		open.then = open.now
		for open.now.minor > 0 {
			taken := open.valueOf(rapid.Int64Range(1, open.now.minor).Draw(t, "taken"))
			if taken.base < 0 || taken.base > open.now.base {
				t.Fatalf("%v of %v", taken, open.now)
			}
			open.now = open.now.plus(taken.negated())
			open.then = open.now
		}
		if open.now.base != 0 {
			t.Fatalf("%d is left of nothing", open.now.base)
		}
	})
}

// TestReductionsIgnoreSplits reduces parts at once and in random portions. What is taken of each
// part is the same.
func TestReductionsIgnoreSplits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 1, 6).Draw(t, "weights")
		portions := rapid.SliceOfN(rapid.Int64Range(0, 10_000), 1, 6).Draw(t, "portions")
		taken, r := make([]int64, len(weights)), reduction{}
		for _, p := range portions {
			r.by = position{p, 2 * p}
			minors, _ := r.shares(weights)
			for i, m := range minors {
				taken[i] += m
			}
			r.before = r.before.plus(r.by)
		}
		if at, _ := (reduction{by: r.before}).shares(weights); !slices.Equal(taken, at) {
			t.Fatalf("in portions %v, at once %v", taken, at)
		}
	})
}
