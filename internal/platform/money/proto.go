package money

import (
	"strings"

	typepb "backoffice/gen/go/backoffice/type/v1"
)

// ToProto returns an amount in minor units as a message of the API, with all of the currency's
// digits.
func ToProto(minor int64, currency string) *typepb.Money {
	return &typepb.Money{Amount: Format(minor, currency), CurrencyCode: currency}
}

// Negated returns the amount with the opposite sign. Zero has no sign.
func Negated(m *typepb.Money) *typepb.Money {
	out := &typepb.Money{Amount: m.GetAmount(), CurrencyCode: m.GetCurrencyCode()}
	if positive, negative := strings.CutPrefix(out.Amount, "-"); negative {
		out.Amount = positive
	} else if strings.Trim(out.Amount, "0.") != "" {
		out.Amount = "-" + out.Amount
	}
	return out
}
