package money

import typepb "backoffice/gen/go/backoffice/type/v1"

// ToProto returns an amount in minor units as a message of the API, with all of the currency's digits.
func ToProto(minor int64, currency string) *typepb.Money {
	return &typepb.Money{Amount: Format(minor, currency), CurrencyCode: currency}
}
