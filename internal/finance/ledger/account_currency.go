package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// setAccountCurrency sets an account's currency to the organization's by default, and refuses a
// foreign currency on an account that is neither an asset nor a liability. Profit is measured in
// the organization's currency (ASC 830, IAS 21).
func setAccountCurrency(_ context.Context, tx *db.Tx, _, a *pb.Account) error {
	base := tx.Call().Organization.CurrencyCode
	if a.CurrencyCode == "" {
		a.CurrencyCode = base
	}
	if _, known := money.Digits(a.CurrencyCode); !known {
		return fault.Invalid(fault.At("currencyCode", "must be an ISO 4217 code"))
	}
	if a.CurrencyCode != base && a.Type != pb.Account_ASSET && a.Type != pb.Account_LIABILITY {
		return fault.InvalidFor(optionsv1.Reason_CURRENCY_NOT_SUPPORTED,
			fault.At("currencyCode", "must be %s, the organization's currency, on an account of type %s", base, a.Type))
	}
	return nil
}
