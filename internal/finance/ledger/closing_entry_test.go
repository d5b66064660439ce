package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// drawResults draws results with up to five dimension values, sorted as closingEntries requires. It
// also returns their sums by closing account and dimension value.
func drawResults(t *rapid.T) (results []yearResult, carried map[string]int64) {
	carried = map[string]int64{}
	for set := range rapid.IntRange(0, 5).Draw(t, "sets") {
		for n := range rapid.IntRange(1, 700).Draw(t, "accounts") {
			minor := rapid.Int64Range(-1000, 1000).Filter(func(n int64) bool { return n != 0 }).Draw(t, "minor")
			closing := "retained"
			if n%7 == 6 {
				closing = "restricted"
			}
			r := yearResult{
				account: fmt.Sprint("acc", n), closing: closing, values: []string{fmt.Sprint("dmv", set)}, minor: minor,
			}
			results = append(results, r)
			carried[closing+r.values[0]] += minor
		}
	}
	slices.SortStableFunc(results, func(a, b yearResult) int {
		return cmp.Or(slices.Compare(a.values, b.values), cmp.Compare(a.closing, b.closing))
	})
	return results, carried
}

// TestClosingEntriesProperty checks that the entries that close a year bring every result to zero,
// balance for each set of dimension values, carry each result to its closing account, and have at
// most maxEntryLines lines.
func TestClosingEntriesProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		results, carried := drawResults(t)
		left := map[string]int64{}
		for _, r := range results {
			left[r.account+r.values[0]] += r.minor
		}
		for _, e := range closingEntries(&pb.FiscalYear{Id: "fsy", EndDate: "2026-12-31"}, "USD", results) {
			sums := map[string]int64{}
			for _, l := range e.Lines {
				minor, err := money.Parse(l.Amount.Amount, "USD")
				if err != nil || minor == 0 {
					t.Fatalf("line %v: %v", l, err)
				}
				left[l.AccountId+l.DimensionValueIds[0]] += minor
				sums[l.DimensionValueIds[0]] += minor
			}
			for set, sum := range sums {
				if sum != 0 {
					t.Fatalf("lines with %s add up to %d, want 0", set, sum)
				}
			}
			if len(e.Lines) > maxEntryLines || e.Date != "2026-12-31" || e.Source != pb.JournalEntry_YEAR_END {
				t.Fatalf("got %d lines, %v", len(e.Lines), e.Source)
			}
		}
		for key, minor := range left {
			if minor != carried[key] {
				t.Fatalf("balance of %s is %d, want %d", key, minor, carried[key])
			}
		}
	})
}
