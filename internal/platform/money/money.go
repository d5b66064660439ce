// Package money owns exact amounts: the table of currencies, parsing and formatting of decimal
// strings, rounding, conversion, and the allocation of a total to parts.
//
// An amount is an int64 of the currency's minor units (1250 is 12.50 USD, 12 is 12 JPY). No amount
// passes through a float. Parse accepts only one plain notation, and Format writes it. Rounding is
// always half away from zero, and allocated parts always add up to their total. Callers choose the
// rates and decide what is rounded: each line or the whole document.
package money

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MaxMinor is the largest magnitude of an amount, in minor units: 90,071,992,547,409.91 in a
// currency with two digits. It is 2^53 - 1, for two reasons. An int64 can hold the sum of 1,024
// amounts without an overflow check, and the longest permitted document has 1,000 lines. Callers
// whose numbers are IEEE doubles can represent every amount exactly.
const MaxMinor = 1<<53 - 1

// The reasons to refuse an amount. Errors of this package wrap one of them.
var (
	ErrCurrency = errors.New("unknown currency")
	ErrSyntax   = errors.New("not a decimal amount")
	ErrDigits   = errors.New("too many digits after the point")
	ErrRange    = errors.New("amount out of range")
)

// Parse parses a decimal string such as "-12.50" and returns minor units of the currency. Missing
// digits after the point count as zeros. Parse refuses more digits than the currency has, even
// zeros, because such an amount was written for another currency. The error wraps ErrCurrency,
// ErrSyntax, ErrDigits or ErrRange and quotes the value.
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

// Format returns minor units as a decimal string with all of the currency's digits: "12.50",
// "-0.05", and "12" for JPY. It accepts every int64, including a sum beyond MaxMinor. It panics on
// an unknown currency, because a wrong guess of its digits would be off by a factor of a hundred.
func Format(minor int64, currency string) string {
	digits, known := Digits(currency)
	if !known {
		panic("money: amount in unknown currency " + quote(currency))
	}
	var buffer [24]byte
	start := len(buffer)
	rest := absolute(minor)
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

// isNumber reports whether text is one or more ASCII digits.
func isNumber(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// appendDigits appends decimal digits to minor. It stops at the first value beyond MaxMinor, so a
// value out of range stays out of range and cannot overflow.
func appendDigits(minor int64, digits string) int64 {
	for i := 0; i < len(digits) && minor <= MaxMinor; i++ {
		minor = minor*10 + int64(digits[i]-'0')
	}
	return minor
}

// absolute returns the absolute value of minor, even for the smallest int64.
func absolute(minor int64) uint64 {
	if minor < 0 {
		return -uint64(minor)
	}
	return uint64(minor)
}

// quote returns value in quotation marks, cut to 40 bytes for an error message.
func quote(value string) string {
	const longest = 40
	if len(value) > longest {
		value = value[:longest] + "…"
	}
	return strconv.Quote(value)
}
