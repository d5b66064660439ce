package ledger

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// TestClosingEntriesProperty holds the entries that close a year to take every result
// to zero, to balance on their own and for each set of dimension values, and to have no
// more lines than an entry may.
func TestClosingEntriesProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var results []result
		for set := range rapid.IntRange(0, 5).Draw(t, "sets") {
			for n := range rapid.IntRange(1, 700).Draw(t, "accounts") {
				minor := rapid.Int64Range(-1000, 1000).Filter(func(n int64) bool { return n != 0 }).Draw(t, "minor")
				results = append(results, result{account: fmt.Sprint("acc", n), values: []string{fmt.Sprint("dmv", set)}, minor: minor})
			}
		}
		left := map[string]int64{}
		for _, r := range results {
			left[r.account+r.values[0]] += r.minor
		}
		for _, e := range closingEntries(&pb.FiscalYear{Id: "fsy", EndDate: "2026-12-31"}, "USD", "retained", results) {
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
			if minor != 0 && !slices.Contains([]string{"retained"}, key[:min(len(key), 8)]) {
				t.Fatalf("%s keeps %d", key, minor)
			}
		}
	})
}
