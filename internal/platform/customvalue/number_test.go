package customvalue

import (
	"cmp"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// TestNumberKeysSortLikeNumbers compares the order of sort keys with that of the numbers.
func TestNumberKeysSortLikeNumbers(t *testing.T) {
	t.Parallel()
	number := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		limit := rapid.SampledFrom([]int64{2, 100, 1e15 - 1}).Draw(t, "limit")
		return decimal.New(rapid.Int64Range(-limit, limit).Draw(t, "digits"),
			-rapid.Int32Range(0, fractionDigits).Draw(t, "exponent"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		if got, want := cmp.Compare(decimalKey(a), decimalKey(b)), a.Cmp(b); got != want {
			t.Fatalf("%s and %s: got the keys %s and %s, which compare as %d, want %d",
				a, b, decimalKey(a), decimalKey(b), got, want)
		}
	})
}
