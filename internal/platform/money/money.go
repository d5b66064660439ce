// Package money owns exact amounts: the table of currencies, the reading and writing of amounts as decimal strings,
// rounding, and the division of a whole into parts.
//
// An amount is an int64 of the currency's minor units (1250 is 12.50 USD, 12 is 12 JPY). The package promises that no
// amount passes through a float, that Parse accepts nothing but the one plain notation, that Format gives it back, that
// rounding is half away from zero everywhere, and that parts always add up to their whole. Which amounts are rounded when
// (per line, per document) is left to the callers; so are rates.
package money

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MaxMinor is the largest magnitude of one amount, in minor units: 90,071,992,547,409.91 in a currency of two digits.
// It is 2^53 - 1, for two reasons: 1,024 amounts can be added in an int64 without a check, which covers the longest
// permitted document of 1,000 lines; and a caller whose numbers are IEEE doubles can still hold every amount exactly.
const MaxMinor = 1<<53 - 1

// The reasons for which an amount is refused; errors of this package wrap one of them.
var (
	ErrCurrency = errors.New("unknown currency")
	ErrSyntax   = errors.New("not a decimal amount")
	ErrDigits   = errors.New("too many digits after the point")
	ErrRange    = errors.New("amount out of range")
)

// Parse reads a decimal string such as "-12.50" as minor units of the currency. Fewer digits after the point than the
// currency has are filled with zeros; more are refused, even zeros, because they name another currency's amount.
// The error wraps ErrCurrency, ErrSyntax, ErrDigits or ErrRange and quotes the value.
func Parse(amount, currency string) (int64, error) {
	digits, known := Digits(currency)
	if !known {
		return 0, fmt.Errorf("%w %s: want an ISO 4217 code such as USD", ErrCurrency, quote(currency))
	}
	unsigned, negative := strings.CutPrefix(amount, "-")
	whole, fraction, pointed := strings.Cut(unsigned, ".")
	if !isNumber(whole) || pointed && !isNumber(fraction) {
		return 0, fmt.Errorf("%w: %s; want digits with at most one point, such as 12.50 or -3", ErrSyntax, quote(amount))
	}
	if len(fraction) > digits {
		return 0, fmt.Errorf("%w: %s; %s has %d", ErrDigits, quote(amount), currency, digits)
	}
	minor := appendDigits(appendDigits(appendDigits(0, whole), fraction), "0000"[:digits-len(fraction)])
	if minor > MaxMinor {
		return 0, fmt.Errorf("%w: %s; the largest is %s %s", ErrRange, quote(amount), Format(MaxMinor, currency), currency)
	}
	if negative {
		minor = -minor
	}
	return minor, nil
}

// Format writes minor units as a decimal string with all of the currency's digits: "12.50", "-0.05", and "12" for JPY.
// Every int64 can be written, also a sum beyond MaxMinor. It panics on an unknown currency: an amount without a
// currency has no value, and guessing its digits would be wrong by a factor of a hundred.
func Format(minor int64, currency string) string {
	digits, known := Digits(currency)
	if !known {
		panic("money: amount in unknown currency " + quote(currency))
	}
	var buffer [24]byte
	start := len(buffer)
	rest := magnitude(minor)
	for written := 0; rest > 0 || written <= digits; written++ {
		if written == digits && digits > 0 {
			start--
			buffer[start] = '.'
		}
		start--
		buffer[start] = byte('0' + rest%10)
		rest /= 10
	}
	if minor < 0 {
		start--
		buffer[start] = '-'
	}
	return string(buffer[start:])
}

func isNumber(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// appendDigits stops one step past MaxMinor, so that a value out of range stays out of range and cannot overflow.
func appendDigits(minor int64, digits string) int64 {
	for i := 0; i < len(digits) && minor <= MaxMinor; i++ {
		minor = minor*10 + int64(digits[i]-'0')
	}
	return minor
}

func magnitude(minor int64) uint64 {
	if minor < 0 {
		return -uint64(minor)
	}
	return uint64(minor)
}

func quote(value string) string {
	const longest = 40
	if len(value) > longest {
		value = value[:longest] + "…"
	}
	return strconv.Quote(value)
}
