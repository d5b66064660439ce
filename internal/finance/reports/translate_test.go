package reports

import (
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"backoffice/internal/platform/calendar"
)

// TestTranslateProperty holds two periods that meet to add up to the whole, but for what
// rounding each of them once may bring, and the rate of 1 to change nothing.
func TestTranslateProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account := uuid.UUID{1}
		rates, ones := map[calendar.Date]decimal.Decimal{}, map[calendar.Date]decimal.Decimal{}
		var first, second []movement
		var sum int64
		for range rapid.IntRange(1, 20).Draw(t, "days") {
			m := movement{account, drawDay(t), rapid.Int64Range(-1e12, 1e12).Draw(t, "minor")}
			rates[m.day] = decimal.New(rapid.Int64Range(1, 1e9).Draw(t, "rate"), -6)
			ones[m.day] = decimal.New(1, 0)
			sum += m.minor
			if rapid.Bool().Draw(t, "first") {
				first = append(first, m)
			} else {
				second = append(second, m)
			}
		}
		of := func(m []movement) int64 {
			if n := translate(m, rates, "USD", "KWD")[account]; n != nil {
				return n.Int64()
			}
			return 0
		}
		both := append(append([]movement(nil), first...), second...)
		if off := of(both) - of(first) - of(second); off < -1 || off > 1 {
			t.Fatalf("two periods are off by %d", off)
		}
		if n := translate(both, ones, "USD", "EUR")[account]; n == nil && sum != 0 || n != nil && n.Int64() != sum {
			t.Fatalf("%d becomes %v", sum, n)
		}
	})
}
