package onlinepayments

import "strings"

// Lengths of card numbers in digits (ISO/IEC 7812).
const (
	minCardDigits = 13
	maxCardDigits = 19
	// usualCardDigits is the length of most card numbers.
	usualCardDigits = 16
)

// cardNumberRemoved replaces a card number in a text.
const cardNumberRemoved = "[removed]"

// withoutCardNumbers returns a text without what could be card numbers: digits, possibly grouped by
// single spaces, dots or dashes, that begin like the number of a card and whose check digit is
// right. A number that is one by chance is removed too.
func withoutCardNumbers(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		end := digitsEnd(text, i)
		if end == i {
			out.WriteByte(text[i])
			i++
			continue
		}
		run := text[i:end]
		if containsCardNumber(run) {
			run = cardNumberRemoved
		}
		out.WriteString(run)
		i = end
	}
	return out.String()
}

// digitsEnd returns the end of the grouped digits that begin at a position, or the position itself
// if there are none.
func digitsEnd(text string, from int) int {
	end := from
	for i := from; i < len(text); i++ {
		switch c := text[i]; {
		case isDigit(c):
			end = i + 1
		case end == from || end < i || c != ' ' && c != '-' && c != '.':
			return end
		}
	}
	return end
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// containsCardNumber reports whether grouped digits are a card number, or contain one if they are
// more than a card number has.
func containsCardNumber(run string) bool {
	var digits []byte
	for i := range len(run) {
		if isDigit(run[i]) {
			digits = append(digits, run[i]-'0')
		}
	}
	if len(digits) <= maxCardDigits {
		return isCardNumber(digits)
	}
	for from := 0; from+usualCardDigits <= len(digits); from++ {
		if isCardNumber(digits[from : from+usualCardDigits]) {
			return true
		}
	}
	return false
}

// isCardNumber reports whether digits are those of a payment card, which begin with 2 to 6.
func isCardNumber(digits []byte) bool {
	return len(digits) >= minCardDigits && digits[0] >= 2 && digits[0] <= 6 && hasCheckDigit(digits)
}

// hasCheckDigit reports whether the last digit is right by the Luhn algorithm (ISO/IEC 7812-1).
func hasCheckDigit(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
