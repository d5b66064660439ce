package table

import (
	"fmt"
	"math"
	"strings"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/money"
)

// ownAmountFilter compares amounts that have their own currencies by their numbers:
// 100.00 USD, 100 JPY and 100.000 KWD are alike. The bound is written in the minor units
// of each row's currency, so that the comparison is one of integers, which row-level
// security lets an index serve.
func ownAmountFilter(name string) *filterType {
	arg := func(s string, _ Scope) (any, error) {
		d, err := decimal.NewFromString(s)
		if err != nil || d.Exponent() > maxExponent || -d.Exponent() > maxExponent || !d.Equal(d.Truncate(money.MaxDigits)) {
			return nil, fmt.Errorf("must be a decimal number with at most %d digits after the point, such as \"100.00\"", money.MaxDigits)
		}
		return d, nil
	}
	return &filterType{ordered: true, arg: arg, amount: func(w *where, op string, value decimal.Decimal) string {
		column := "t." + name + "_minor"
		comparison := " " + op + " "
		if op == "!=" {
			comparison = " is distinct from "
		}
		return column + comparison + boundByCurrency(w, "t."+name+"_currency", op, value)
	}}
}

// boundByCurrency is the number in minor units of each row's currency.
func boundByCurrency(w *where, currency, op string, value decimal.Decimal) string {
	var cases strings.Builder
	const usual = 2
	for digits := range int32(money.MaxDigits + 1) {
		if codes := money.WithDigits(int(digits)); digits != usual && len(codes) > 0 {
			fmt.Fprintf(&cases, "when %s = any(%s::text[]) then %s::bigint ", currency, w.param(codes), w.param(bound(op, value.Shift(digits))))
		}
	}
	return fmt.Sprintf("(case %selse %s::bigint end)", cases.String(), w.param(bound(op, value.Shift(usual))))
}

// bound is the whole number of minor units that an operator compares with: one between
// two units is above the lower and below the upper, and equal to none.
func bound(op string, minor decimal.Decimal) int64 {
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
