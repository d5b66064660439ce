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

// TestClosingEntriesProperty holds the entries that close a year to take every result
// to zero, to balance on their own and for each set of dimension values, to carry
// each to the account it closes to, and to have no more lines than an entry may.
func TestClosingEntriesProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var results []result
		carried := map[string]int64{} // by closing account and set
		for set := range rapid.IntRange(0, 5).Draw(t, "sets") {
			for n := range rapid.IntRange(1, 700).Draw(t, "accounts") {
				minor := rapid.Int64Range(-1000, 1000).Filter(func(n int64) bool { return n != 0 }).Draw(t, "minor")
				closing := "retained"
				if n%7 == 6 {
					closing = "restricted"
				}
				r := result{account: fmt.Sprint("acc", n), closing: closing, values: []string{fmt.Sprint("dmv", set)}, minor: minor}
				results = append(results, r)
				carried[closing+r.values[0]] += minor
			}
		}
		slices.SortStableFunc(results, func(a, b result) int {
			return cmp.Or(slices.Compare(a.values, b.values), cmp.Compare(a.closing, b.closing))
		})
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
					t.Fatalf("set %s adds up to %d", set, sum)
				}
			}
			if len(e.Lines) > maxLines || e.Date != "2026-12-31" || e.Source != pb.JournalEntry_YEAR_END {
				t.Fatalf("got %d lines, %v", len(e.Lines), e.Source)
			}
		}
		for key, minor := range left {
			if minor != carried[key] {
				t.Fatalf("%s keeps %d, and %d was carried to it", key, minor, carried[key])
			}
		}
	})
}
