package sheet

import (
	"errors"
	"strings"

	"backoffice/internal/platform/money"
)

// ParseAmount parses an amount as banks write it and returns minor units of the currency. The sign
// is optional. The decimal mark is a point or a comma, and the other of the two may mark thousands.
// ParseAmount refuses an ambiguous amount: "1,234" may be about a thousand or about one, and so may
// "1.234" in a currency without three digits.
func ParseAmount(text, currency string) (int64, error) {
	const longest = 40
	digits, known := money.Digits(currency)
	if !known {
		return 0, errors.New("the currency is unknown")
	}
	if len(text) > longest {
		return 0, errors.New("the amount is too long")
	}
	unsigned, negative := strings.CutPrefix(text, "-")
	if !negative {
		unsigned = strings.TrimPrefix(unsigned, "+")
	}
	if strings.ContainsAny(unsigned, "+-") {
		return 0, errors.New("the amount has more than one sign")
	}
	whole, fraction, err := splitAmount(unsigned, digits)
	if err != nil {
		return 0, err
	}
	plain := whole
	if fraction != "" {
		plain += "." + fraction
	}
	minor, err := money.Parse(plain, currency)
	if err != nil {
		return 0, err
	}
	if negative {
		minor = -minor
	}
	return minor, nil
}

// splitAmount splits an unsigned amount at its decimal mark. It removes thousands marks, and zeros
// beyond the currency's digits.
func splitAmount(unsigned string, digits int) (whole, fraction string, err error) {
	last := strings.LastIndexAny(unsigned, ".,")
	if last < 0 {
		return unsigned, "", nil
	}
	mark := unsigned[last]
	whole, fraction = unsigned[:last], unsigned[last+1:]
	if fraction == "" {
		return "", "", errors.New("the amount ends in a decimal mark")
	}
	grouped := strings.ContainsAny(whole, ".,")
	if !grouped && len(fraction) == 3 && (mark == ',' || digits < 3) {
		return "", "", errors.New("the amount is ambiguous: its mark may separate thousands or decimals")
	}
	if grouped {
		if whole, err = joinThousands(whole, mark); err != nil {
			return "", "", err
		}
	}
	if whole == "" {
		whole = "0"
	}
	for len(fraction) > digits && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	return whole, fraction, nil
}

// joinThousands removes the thousands marks. It refuses marks that do not separate groups of three
// digits.
func joinThousands(whole string, decimalMark byte) (string, error) {
	mark := ","
	if decimalMark == ',' {
		mark = "."
	}
	groups := strings.Split(whole, mark)
	for i, group := range groups {
		if i == 0 && (group == "" || len(group) > 3) || i > 0 && len(group) != 3 {
			return "", errors.New("the amount's thousands marks are misplaced")
		}
	}
	return strings.Join(groups, ""), nil
}
