package banking

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// TestFindSums checks which sets are found, and that the search reports when it stops at a limit.
func TestFindSums(t *testing.T) {
	t.Parallel()
	many := make([]int64, 40)
	for i := range many {
		many[i] = int64(2*i + 2)
	}
	for name, c := range map[string]struct {
		whole    int64
		parts    []int64
		minParts int
		sets     [][]int
		cut      bool
	}{
		"no parts":                   {whole: 5},
		"two of three":               {whole: 100, parts: []int64{60, 30, 40}, minParts: 2, sets: [][]int{{0, 2}}},
		"one part below the minimum": {whole: 60, parts: []int64{60, 30}, minParts: 2},
		"one part at the minimum":    {whole: 60, parts: []int64{60, 30}, minParts: 1, sets: [][]int{{0}}},
		"equal amounts": {
			whole: 20, parts: []int64{10, 10, 10}, minParts: 2, sets: [][]int{{0, 1}, {0, 2}, {1, 2}},
		},
		"more sets than returned": {
			whole: 20, parts: []int64{10, 10, 10, 10}, minParts: 2, sets: [][]int{{0, 1}, {0, 2}, {0, 3}}, cut: true,
		},
		"more parts than considered": {whole: 3, parts: many, minParts: 2, cut: true},
		"a larger set":               {whole: 7, parts: []int64{1, 1, 1, 1, 1, 1, 1}, minParts: 2, cut: true},
	} {
		sets, cut := findSums(c.whole, c.parts, c.minParts)
		if !reflect.DeepEqual(sets, c.sets) || cut != c.cut {
			t.Errorf("%s: got %v, %v; want %v, %v", name, sets, cut, c.sets, c.cut)
		}
	}
}

// TestFoundSumsAddUp checks that each set adds up, and that a search within its limits finds all
// sets.
func TestFoundSumsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Int64Range(1, 50), 0, 10).Draw(t, "parts")
		whole := rapid.Int64Range(1, 200).Draw(t, "whole")
		sets, cut := findSums(whole, parts, 2)
		for _, set := range sets {
			var sum int64
			for _, i := range set {
				sum += parts[i]
			}
			if sum != whole || len(set) < 2 {
				t.Fatalf("%v of %v add up to %d", set, parts, sum)
			}
		}
		if want := subsets(whole, parts); !cut && len(sets) != want {
			t.Fatalf("got %d sets, want %d", len(sets), want)
		}
	})
}

// subsets counts the sets of two or more parts that add up to a total, by trying all.
func subsets(whole int64, parts []int64) (n int) {
	for set := range 1 << len(parts) {
		var sum int64
		var size int
		for i, p := range parts {
			if set&(1<<i) != 0 {
				sum, size = sum+p, size+1
			}
		}
		if sum == whole && size >= 2 {
			n++
		}
	}
	return n
}
