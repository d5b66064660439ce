package calculation

import (
	"testing"

	"github.com/shopspring/decimal"
)

// BenchmarkCalculate calculates the longest permitted document in the most expensive way.
func BenchmarkCalculate(b *testing.B) {
	d := Document{Digits: 2, Mode: Inclusive, Rounding: PerDocumentRate,
		Discount: Discount{Percent: decimal.NewFromInt(3)}}
	for i := range 1000 {
		d.Lines = append(d.Lines, Line{
			Quantity: decimal.NewFromInt(int64(i%7 + 1)), UnitPrice: decimal.New(int64(i)*37+11, -2), Components: rates[:5],
		})
	}
	for b.Loop() {
		if _, err := Calculate(d); err != nil {
			b.Fatal(err)
		}
	}
}
