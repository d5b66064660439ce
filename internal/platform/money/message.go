package money

import typepb "backoffice/gen/go/backoffice/type/v1"

// Of is an amount of minor units as the API's message, with all digits of the currency.
func Of(minor int64, currency string) *typepb.Money {
	return &typepb.Money{Amount: Format(minor, currency), CurrencyCode: currency}
}
