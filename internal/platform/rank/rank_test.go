package rank_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/rank"
)

func TestBetween(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, want string }{
		{"", "", "a0"},
		{"a0", "", "a1"},
		{"az", "", "b00"},
		{"", "a0", "Zz"},
		{"", "Z0", "Yzz"},
		{"", "a0V", "a0"},
		{"a0", "a1", "a0V"},
		{"a0", "a2", "a1"},
		{"a0V", "a1", "a0k"},
		{"a0", "a0V", "a0F"},
		{"a0", "a01", "a00V"},
		{"a0zz", "a1", "a0zzV"},
		{"Zz", "a0", "ZzV"},
		{"zzzzzzzzzzzzzzzzzzzzzzzzzzz", "", "zzzzzzzzzzzzzzzzzzzzzzzzzzzV"},
	} {
		if got := rank.Between(c.a, c.b); got != c.want {
			t.Errorf("Between(%q, %q) = %q, want %q", c.a, c.b, got, c.want)
		}
	}
}

// TestRankIsStrictlyBetween inserts at random places of a list and checks that it stays sorted.
func TestRankIsStrictlyBetween(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var list []string
		for range rapid.IntRange(1, 200).Draw(t, "inserts") {
			at := rapid.IntRange(0, len(list)).Draw(t, "place")
			low, high := "", ""
			if at > 0 {
				low = list[at-1]
			}
			if at < len(list) {
				high = list[at]
			}
			made := rank.Between(low, high)
			if made <= low || high != "" && made >= high || strings.HasSuffix(made[2:], "0") && len(made) > 27 {
				t.Fatalf("Between(%q, %q) = %q", low, high, made)
			}
			list = slices.Insert(list, at, made)
		}
	})
}

func TestAppendedRanksStayShort(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]func(string) string{
		"after":  func(last string) string { return rank.Between(last, "") },
		"before": func(first string) string { return rank.Between("", first) },
	} {
		last := ""
		for range 100_000 {
			last = next(last)
		}
		if len(last) > 5 {
			t.Errorf("%s: the rank after 100,000 records is %q", name, last)
		}
	}
}

// TestSpreadRanksAreSortedAndShort checks ranks between neighbors that are as close as they get.
func TestSpreadRanksAreSortedAndShort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		low, high := "a0", "a1"
		for range rapid.IntRange(0, 60).Draw(t, "splits") {
			if rapid.Bool().Draw(t, "upper") {
				low = rank.Between(low, high)
			} else {
				high = rank.Between(low, high)
			}
		}
		switch rapid.IntRange(0, 2).Draw(t, "open end") {
		case 1:
			low = ""
		case 2:
			high = ""
		}
		n := rapid.IntRange(0, 300).Draw(t, "count")
		ranks := rank.Spread(low, high, n)
		if len(ranks) != n || !slices.IsSorted(ranks) || len(slices.Compact(slices.Clone(ranks))) != n {
			t.Fatalf("Spread(%q, %q, %d) = %q", low, high, n, ranks)
		}
		for _, made := range ranks {
			if made <= low || high != "" && made >= high || len(made) > max(len(low), len(high))+5 {
				t.Fatalf("Spread(%q, %q, %d) contains %q", low, high, n, made)
			}
		}
	})
}

// TestInsertingAtOnePlaceNeedsFewNewRanks inserts 100,000 records at one place. When a rank gets
// too long, the 64 records around it get new ones.
func TestInsertingAtOnePlaceNeedsFewNewRanks(t *testing.T) {
	t.Parallel()
	list := rank.Spread("", "", 3)
	slices.Reverse(list) // so that records are inserted near the end of the slice
	spreads := 0
	for range 100_000 {
		end := len(list) - 1
		made := rank.Between(list[end], list[end-1])
		list = slices.Insert(list, end, made)
		if len(made) <= rank.MaxLength {
			continue
		}
		spreads++
		from, high := max(0, len(list)-64), ""
		if from > 0 {
			high = list[from-1]
		}
		fresh := rank.Spread("", high, len(list)-from)
		slices.Reverse(fresh)
		copy(list[from:], fresh)
	}
	slices.Reverse(list)
	if !slices.IsSorted(list) || spreads > 1000 {
		t.Errorf("the list is sorted: %v, after %d spreads", slices.IsSorted(list), spreads)
	}
}
