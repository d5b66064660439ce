package calculation

import (
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/money"
)

// TestLimitsAreAccepted calculates with the largest values that are accepted.
func TestLimitsAreAccepted(t *testing.T) {
	components := make([]Component, maxComponents)
	for i := range components {
		components[i].RateID = strconv.Itoa(i)
	}
	returned := line("-1")
	returned.Discount.Minor = -100
	none := line("1e40")
	none.Quantity = decimal.Decimal{}
	largest := decimal.New(money.MaxMinor, -2).String()
	for name, c := range map[string]struct {
		line Line
		want int64
	}{
		"the largest amount":                     {line(largest), money.MaxMinor},
		"the smallest amount":                    {line("-" + largest), -money.MaxMinor},
		"a discount of the whole returned price": {returned, 0},
		"the most components":                    {line("1", components...), 100},
		"the smallest exponent":                  {line("1e-40"), 0},
		"the largest exponent":                   {none, 0},
		"the most digits":                        {line("0." + strings.Repeat("1", maxDigits)), 11},
	} {
		t.Run(name, func(t *testing.T) {
			if r := calculate(t, Document{Digits: 2, Lines: []Line{c.line}}); r.Gross != c.want {
				t.Errorf("got %d, want %d", r.Gross, c.want)
			}
		})
	}
}

// TestInclusiveLinesDoNotShareTaxes calculates lines whose components differ in one respect from
// those of the line before. Each is taxed as if it were alone.
func TestInclusiveLinesDoNotShareTaxes(t *testing.T) {
	base := Component{RateID: "a", Percent: decimal.NewFromInt(20)}
	changed := []Component{base, base, base, base, base}
	changed[1].Percent = decimal.NewFromInt(10)
	changed[2].RateID = "b"
	changed[3].Effect = ReverseCharge
	changed[4].Compound = true
	first := Component{RateID: "first", Percent: decimal.NewFromInt(5)}
	for _, before := range changed {
		for _, component := range changed {
			alone := calculate(t, Document{Digits: 2, Mode: Inclusive, Lines: []Line{line("100", first, component)}})
			both := calculate(t, Document{
				Digits: 2, Mode: Inclusive, Lines: []Line{line("100", first, before), line("100", first, component)},
			})
			if both.Lines[1].amounts() != alone.amounts() || both.Lines[1].Taxes[1] != alone.Taxes[1] {
				t.Errorf("after %v: got %v, want %v", before, both.Lines[1], alone.Lines[0])
			}
		}
	}
}
