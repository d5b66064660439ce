package salesdocuments

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// date returns a stored date as the language writes it, and "" for none.
func (s setting) date(text string) string {
	d, err := calendar.ParseDate(text)
	if err != nil {
		return ""
	}
	return s.language.Date(d)
}

// percent returns a percentage without trailing zeros, such as 8.25.
func (s setting) percent(text string) string {
	d, err := decimal.NewFromString(text)
	if err != nil {
		return text
	}
	return s.language.Number(d)
}

// minor returns an amount of a record in minor units. Stored amounts are valid.
func minor(m *typepb.Money) int64 {
	v, err := money.Parse(m.GetAmount(), m.GetCurrencyCode())
	if err != nil {
		return 0
	}
	return v
}

// isZero reports whether an amount is absent or zero.
func isZero(m *typepb.Money) bool { return strings.Trim(m.GetAmount(), "-0.") == "" }

// padPrice returns a price with at least the decimal places of its currency, such as 12.50 for
// 12.5.
func padPrice(price, currency string) string {
	digits, _ := money.Digits(currency)
	whole, fraction, _ := strings.Cut(price, ".")
	if len(fraction) < digits {
		fraction += strings.Repeat("0", digits-len(fraction))
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// format fills in a text of words.
func format(text string, values ...any) string { return fmt.Sprintf(text, values...) }
