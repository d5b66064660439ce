// Package rank computes texts that put records into a manual order: a record moves by a new text
// between those of its neighbors, and no other record changes. Texts consist of the digits 0-9, A-Z
// and a-z and are compared byte by byte. A text has an integer part, whose first character gives
// its length, and a fraction. So texts stay short when records are added at an end, and get about
// one character longer for every six records that are placed between the same two.
package rank

import "strings"

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// MaxLength is the length of a text from which neighbors should get new ones by Spread.
const MaxLength = 48

// first is the rank of the first record.
const first = "a0"

// Between returns a rank strictly between a and b, which must be ranks with a < b. An empty a means
// before all others, an empty b after all others.
func Between(a, b string) string {
	switch {
	case a == "" && b == "":
		return first
	case a == "":
		return before(b)
	case b == "":
		return after(a)
	}
	whole := integerOf(a)
	if whole == integerOf(b) {
		return whole + midpoint(a[len(whole):], b[len(whole):])
	}
	if next, ok := increment(whole); ok && next < b {
		return next
	}
	return whole + midpoint(a[len(whole):], "")
}

// before returns a rank before b.
func before(b string) string {
	whole := integerOf(b)
	if whole < b {
		return whole
	}
	if previous, ok := decrement(whole); ok {
		return previous
	}
	return whole + midpoint("", b[len(whole):])
}

// after returns a rank after a.
func after(a string) string {
	whole := integerOf(a)
	if next, ok := increment(whole); ok {
		return next
	}
	return whole + midpoint(a[len(whole):], "")
}

// Spread returns n ranks strictly between a and b, in order and about as short as possible.
func Spread(a, b string, n int) []string {
	if n == 0 {
		return nil
	}
	if b == "" || a == "" {
		return spreadToEnd(a, b, n)
	}
	middle := Between(a, b)
	return append(append(Spread(a, middle, n/2), middle), Spread(middle, b, n-n/2-1)...)
}

// spreadToEnd is Spread where one end is open.
func spreadToEnd(a, b string, n int) []string {
	ranks := make([]string, n)
	if b == "" {
		for i := range ranks {
			a = Between(a, "")
			ranks[i] = a
		}
		return ranks
	}
	for i := n - 1; i >= 0; i-- {
		b = Between("", b)
		ranks[i] = b
	}
	return ranks
}

// integerOf returns the integer part of a rank.
func integerOf(rank string) string { return rank[:min(len(rank), integerLength(rank[0]))] }

// integerLength returns the length of an integer part with a first character: 2 for `a` and `Z`, 3
// for `b` and `Y`, and so on.
func integerLength(head byte) int {
	if head >= 'a' {
		return int(head-'a') + 2
	}
	return int('Z'-head) + 2
}

// increment returns the next integer part, false after the last.
func increment(whole string) (string, bool) {
	tail := []byte(whole[1:])
	for i := len(tail) - 1; i >= 0; i-- {
		if at := strings.IndexByte(digits, tail[i]); at < len(digits)-1 {
			tail[i] = digits[at+1]
			return whole[:1] + string(tail), true
		}
		tail[i] = '0'
	}
	switch head := whole[0]; head {
	case 'z':
		return "", false
	case 'Z':
		return first, true
	default:
		return integer(head+1, '0'), true
	}
}

// decrement returns the previous integer part, false before the first.
func decrement(whole string) (string, bool) {
	tail := []byte(whole[1:])
	for i := len(tail) - 1; i >= 0; i-- {
		if at := strings.IndexByte(digits, tail[i]); at > 0 {
			tail[i] = digits[at-1]
			return whole[:1] + string(tail), true
		}
		tail[i] = 'z'
	}
	switch head := whole[0]; head {
	case 'A':
		return "", false
	case 'a':
		return "Zz", true
	default:
		return integer(head-1, 'z'), true
	}
}

// integer returns the integer part with a first character and equal digits.
func integer(head, digit byte) string {
	return string(head) + strings.Repeat(string(digit), integerLength(head)-1)
}

// midpoint returns a fraction strictly between a and b, where an empty b is the end. Fractions do
// not end with 0.
func midpoint(a, b string) string {
	if b != "" {
		common := 0
		for common < len(b) && digitAt(a, common) == b[common] {
			common++
		}
		if common > 0 {
			return b[:common] + midpoint(a[min(common, len(a)):], b[common:])
		}
	}
	low, high := 0, len(digits)
	if a != "" {
		low = strings.IndexByte(digits, a[0])
	}
	if b != "" {
		high = strings.IndexByte(digits, b[0])
	}
	if high-low > 1 {
		return string(digits[(low+high)/2])
	}
	if len(b) > 1 {
		return b[:1]
	}
	return string(digits[low]) + midpoint(a[min(1, len(a)):], "")
}

// digitAt returns a digit of a fraction, 0 after its end.
func digitAt(fraction string, i int) byte {
	if i < len(fraction) {
		return fraction[i]
	}
	return '0'
}
