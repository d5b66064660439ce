package table

import (
	"fmt"
	"math"
	"strings"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/money"
)

// currencyAmountFilter compares amounts with their own currencies by their numbers: 100.00 USD, 100
// JPY and 100.000 KWD are equal. The bound is converted to the minor units of each row's currency,
// so that integers are compared. Row-level security lets an index serve such a comparison.
func currencyAmountFilter(name string) *filterType {
	arg := func(s string, _ Scope) (any, error) {
		d, err := decimal.NewFromString(s)
		if err != nil || d.Exponent() > maxDecimalExponent || -d.Exponent() > maxDecimalExponent ||
			!d.Equal(d.Truncate(money.MaxDigits)) {
			return nil, fmt.Errorf("must be a decimal number with at most %d digits after the point, such as \"100.00\"",
				money.MaxDigits)
		}
		return d, nil
	}
	return &filterType{ordered: true, arg: arg, compare: func(w *where, op string, value any) string {
		column := "t." + name + "_minor"
		comparison := " " + op + " "
		if op == "!=" {
			comparison = " is distinct from "
		}
		return column + comparison + minorBoundByCurrency(w, "t."+name+"_currency", op, value.(decimal.Decimal))
	}}
}

// minorBoundByCurrency returns the SQL of the bound in minor units of each row's currency.
func minorBoundByCurrency(w *where, currency, op string, value decimal.Decimal) string {
	var cases strings.Builder
	const usualDigits = 2
	for digits := range int32(money.MaxDigits + 1) {
		if codes := money.CodesWithDigits(int(digits)); digits != usualDigits && len(codes) > 0 {
			fmt.Fprintf(&cases, "when %s = any(%s::text[]) then %s::bigint ",
				currency, w.param(codes), w.param(minorBound(op, value.Shift(digits))))
		}
	}
	return fmt.Sprintf("(case %selse %s::bigint end)", cases.String(), w.param(minorBound(op, value.Shift(usualDigits))))
}

// minorBound returns the whole number of minor units with which op compares amounts. It rounds a
// value between two units to the unit that gives the same result. For = and != it returns a bound
// that no amount equals.
func minorBound(op string, minor decimal.Decimal) int64 {
	whole := minor.Floor()
	if op == ">=" || op == "<" {
		whole = minor.Ceil()
	}
	limit := decimal.NewFromInt(math.MaxInt64)
	switch {
	case (op == "=" || op == "!=") && !whole.Equal(minor), whole.LessThan(limit.Neg()):
		return math.MinInt64
	case whole.GreaterThan(limit):
		return math.MaxInt64
	}
	return whole.IntPart()
}
