package typeface

import "strings"

// GroupThousands inserts commas as thousands separators into a decimal number: 1234.50 becomes
// 1,234.50.
func GroupThousands(amount string) string {
	digits, negative := strings.CutPrefix(amount, "-")
	whole, fraction, hasFraction := strings.Cut(digits, ".")
	var out strings.Builder
	if negative {
		out.WriteByte('-')
	}
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(d)
	}
	if hasFraction {
		out.WriteString("." + fraction)
	}
	return out.String()
}
