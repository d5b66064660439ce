// Package iban checks International Bank Account Numbers (ISO 13616) by their check digits. It does
// not know which account numbers banks have assigned.
package iban

import (
	"strings"

	"backoffice/internal/platform/fault"
)

// maxLength is the length of the longest IBAN.
const maxLength = 34

// Check returns a violation of the field at path if text looks like an IBAN, with two letters and
// then two digits, and its check digits are wrong. Other account numbers have none. Spaces between
// groups do not count. The message does not contain the number, which may be sealed.
func Check(path, text string) error {
	number := strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	if looksLike(number) && !isValid(number) {
		return fault.Invalid(fault.At(path, "looks like an IBAN, but its check digits are wrong"))
	}
	return nil
}

// looksLike reports whether a number begins with two letters and two digits, and continues with
// letters and digits.
func looksLike(number string) bool {
	if len(number) < 5 || !isLetter(number[0]) || !isLetter(number[1]) || !isDigit(number[2]) || !isDigit(number[3]) {
		return false
	}
	for i := 4; i < len(number); i++ {
		if !isLetter(number[i]) && !isDigit(number[i]) {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isValid computes the check of ISO 7064 (MOD 97-10): the first four characters move to the end,
// letters become the numbers from 10, and the remainder must be 1.
func isValid(number string) bool {
	remainder := 0
	for _, c := range []byte(number[4:] + number[:4]) {
		if isDigit(c) {
			remainder = (remainder*10 + int(c-'0')) % 97
		} else {
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		}
	}
	return remainder == 1 && len(number) <= maxLength
}
