package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// keepCurrency keeps an account in the organization's currency.
func keepCurrency(_ context.Context, tx *db.Tx, a *pb.Account) error {
	return inCurrency(tx.Call().Organization.CurrencyCode, "currencyCode", &a.CurrencyCode)
}

// inCurrency fills a currency in where none is given, and refuses another: the books
// are kept in one.
func inCurrency(want, path string, code *string) error {
	if *code == "" {
		*code = want
	}
	if *code != want {
		return fault.InvalidFor(optionsv1.Reason_CURRENCY_NOT_SUPPORTED, fault.At(path, "must be %s, the organization's currency", want))
	}
	return nil
}
