package ledger

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/calendar"
)

// TestValidRatesFindTheSamePrice checks that the valid rates of a day have the price that all rates
// have, and are no older than maxRateAge.
func TestValidRatesFindTheSamePrice(t *testing.T) {
	first := day("2026-11-01")
	codes := []string{"EUR", "USD", "GBP"}
	rapid.Check(t, func(t *rapid.T) {
		var all rates
		for range rapid.IntRange(0, 20).Draw(t, "rates") {
			all = append(all, storedRate{
				date: first.AddDays(rapid.IntRange(0, 30).Draw(t, "day")), from: rapid.SampledFrom(codes).Draw(t, "from"),
				to: rapid.SampledFrom(codes).Draw(t, "to"), rate: rate("1.25"),
			})
		}
		slices.SortStableFunc(all, func(a, b storedRate) int { return b.date.Compare(a.date) })
		on := first.AddDays(rapid.IntRange(0, 40).Draw(t, "on"))
		valid := all.validOn(on)
		for _, r := range valid {
			if age := r.date.DaysUntil(on); age < 0 || age > maxRateAge {
				t.Fatalf("got a rate that is %d days old", age)
			}
		}
		price, _, ok := all.find("EUR", "USD", on)
		same, _, found := valid.find("EUR", "USD", on)
		if ok != found || !price.Equal(same) {
			t.Fatalf("got %s, %t, want %s, %t", same, found, price, ok)
		}
	})
}

func TestErrorNamesFirstDaysWithoutRate(t *testing.T) {
	var days []calendar.Date
	for i := range 7 {
		days = append(days, day("2026-11-01").AddDays(i))
	}
	for n, want := range map[int]string{
		1: "2026-11-01",
		5: "2026-11-01, 2026-11-02, 2026-11-03, 2026-11-04, 2026-11-05",
		7: "2026-11-01, 2026-11-02, 2026-11-03, 2026-11-04, 2026-11-05 and 2 more days",
	} {
		if got := formatDays(days[:n]); got != want {
			t.Errorf("%d days: got %s, want %s", n, got, want)
		}
	}
}
