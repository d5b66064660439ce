package sheet

import (
	"errors"
	"strings"

	"backoffice/internal/platform/money"
)

// ParseAmount reads an amount as banks write it: with a sign or without, with a point or a comma for the decimals, with
// or without thousands marked by the other of the two. It refuses what could mean two amounts: "1,234" may be a thousand
// or one, and so may "1.234" where the currency has no three digits.
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

// splitAmount parts an unsigned amount at its decimal mark, drops the marks of thousands, and drops zeros beyond the
// currency's digits.
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
		return "", "", errors.New("the amount is ambiguous: the mark may be that of thousands or of decimals")
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

func joinThousands(whole string, decimalMark byte) (string, error) {
	mark := ","
	if decimalMark == ',' {
		mark = "."
	}
	groups := strings.Split(whole, mark)
	for i, group := range groups {
		if i == 0 && (group == "" || len(group) > 3) || i > 0 && len(group) != 3 {
			return "", errors.New("the thousands of the amount are not marked regularly")
		}
	}
	return strings.Join(groups, ""), nil
}
