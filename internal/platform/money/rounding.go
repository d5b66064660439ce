package money

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// maxRateDigits bounds the exponent and the number of digits of a rate. A decimal can hold a huge
// exponent in a few bytes, and multiplying or rounding it would write out all of its zeros.
const maxRateDigits = 40

// Round rounds d to a number of digits after the point, half away from zero: 0.125 becomes 0.13 and
// -0.125 becomes -0.13 with two digits. Negative digits round to tens, hundreds and so on. The
// caller must have checked that the exponent of d is small.
func Round(d decimal.Decimal, digits int) decimal.Decimal {
	return d.Round(int32(digits))
}

// MulRate multiplies an amount by a rate and rounds the product to whole minor units, half away
// from zero. The digits are those of the result's currency minus those of the amount's currency: 0
// for a tax, a discount or a share, 2 to convert JPY to USD, -2 to convert USD to JPY. The error
// wraps ErrRange if the result exceeds MaxMinor or the rate has more than 40 digits.
func MulRate(minor int64, rate decimal.Decimal, digits int) (int64, error) {
	exponent := rate.Exponent()
	if exponent < -maxRateDigits || exponent > maxRateDigits || rate.NumDigits() > maxRateDigits {
		return 0, fmt.Errorf("%w: the rate has more than %d digits", ErrRange, maxRateDigits)
	}
	product := decimal.NewFromInt(minor).Mul(rate).Shift(int32(digits)).Round(0)
	if product.Abs().GreaterThan(decimal.NewFromInt(MaxMinor)) {
		return 0, fmt.Errorf("%w: %d minor units times the rate %s", ErrRange, minor, rate)
	}
	return product.IntPart(), nil
}

// Convert converts minor units of one currency to minor units of another. The rate is the price of
// one whole unit of from in whole units of to. The error wraps ErrCurrency or ErrRange.
func Convert(minor int64, from, to string, rate decimal.Decimal) (int64, error) {
	fromDigits, fromKnown := Digits(from)
	toDigits, toKnown := Digits(to)
	if !fromKnown || !toKnown {
		return 0, fmt.Errorf("%w: from %s to %s", ErrCurrency, quote(from), quote(to))
	}
	return MulRate(minor, rate, toDigits-fromDigits)
}
