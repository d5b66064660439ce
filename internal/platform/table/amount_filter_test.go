package table

import (
	"cmp"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// TestMinorBoundComparesLikeDecimal checks that comparing whole minor units gives the same result
// as comparing the decimals.
func TestMinorBoundComparesLikeDecimal(t *testing.T) {
	t.Parallel()
	compare := map[string]func(order int) bool{
		"=": func(o int) bool { return o == 0 }, "!=": func(o int) bool { return o != 0 },
		"<": func(o int) bool { return o < 0 }, "<=": func(o int) bool { return o <= 0 },
		">": func(o int) bool { return o > 0 }, ">=": func(o int) bool { return o >= 0 },
	}
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(-1<<62, 1<<62).Draw(t, "minor")
		value := decimal.New(rapid.Int64().Draw(t, "value"), rapid.Int32Range(-4, 4).Draw(t, "exponent"))
		if rapid.Bool().Draw(t, "near") {
			value = decimal.NewFromInt(minor).Add(decimal.New(rapid.Int64Range(-20_000, 20_000).Draw(t, "off"), -4))
		}
		for op, holds := range compare {
			want := holds(decimal.NewFromInt(minor).Cmp(value))
			whole := minorBound(op, value)
			got := holds(cmp.Compare(minor, whole))
			if got != want {
				t.Errorf("%d %s %s with the bound %d: got %t, want %t", minor, op, value, whole, got, want)
			}
		}
	})
}
