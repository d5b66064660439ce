package money

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// maxRateDigits bounds the exponent and the coefficient of a rate. A decimal holds any exponent in a few bytes, and
// multiplying or rounding it would write out all its zeros.
const maxRateDigits = 40

// Round rounds to digits after the point, half away from zero: 0.125 to two digits is 0.13, and -0.125 is -0.13.
// Negative digits round to tens, hundreds and so on. The exponent of d must have been bounded by whoever read it.
func Round(d decimal.Decimal, digits int) decimal.Decimal {
	return d.Round(int32(digits))
}

// MulRate multiplies an amount with a rate and rounds the product to whole minor units, half away from zero.
// The digits are those of the result's currency less those of the amount's: 0 for a tax, a discount or a share in one
// currency, 2 to convert JPY to USD, -2 to convert USD to JPY. The error wraps ErrRange if the result exceeds MaxMinor
// or the rate is no sane number.
func MulRate(minor int64, rate decimal.Decimal, digits int) (int64, error) {
	if exponent := rate.Exponent(); exponent < -maxRateDigits || exponent > maxRateDigits || rate.NumDigits() > maxRateDigits {
		return 0, fmt.Errorf("%w: the rate has more than %d digits", ErrRange, maxRateDigits)
	}
	product := decimal.NewFromInt(minor).Mul(rate).Shift(int32(digits)).Round(0)
	if product.Abs().GreaterThan(decimal.NewFromInt(MaxMinor)) {
		return 0, fmt.Errorf("%w: %d minor units at the rate %s", ErrRange, minor, rate)
	}
	return product.IntPart(), nil
}

// Convert is an amount of one currency in another: minor units times the rate, where the rate is the price of one whole
// unit of the first currency in whole units of the second. The error wraps ErrCurrency or ErrRange.
func Convert(minor int64, from, to string, rate decimal.Decimal) (int64, error) {
	fromDigits, fromKnown := Digits(from)
	toDigits, toKnown := Digits(to)
	if !fromKnown || !toKnown {
		return 0, fmt.Errorf("%w: from %s to %s", ErrCurrency, quote(from), quote(to))
	}
	return MulRate(minor, rate, toDigits-fromDigits)
}
