package salesreports

import (
	"maps"
	"slices"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// figures are a number of amounts, their sums by currency, and their sum in the organization's
// currency, in minor units.
type figures struct {
	count  int64
	minors map[string]int64
	base   int64
}

// add adds amounts in a currency.
func (f *figures) add(count int64, currency string, minor, base int64) {
	if f.minors == nil {
		f.minors = map[string]int64{}
	}
	f.count, f.base = f.count+count, f.base+base
	f.minors[currency] += minor
}

// amounts returns the sums by currency.
func (f *figures) amounts() (out []*typepb.Money) {
	for _, currency := range slices.Sorted(maps.Keys(f.minors)) {
		out = append(out, money.ToProto(f.minors[currency], currency))
	}
	return out
}

// check refuses sums that cannot be shown.
func (f *figures) check() error {
	return checkSums(append(slices.Collect(maps.Values(f.minors)), f.base)...)
}
