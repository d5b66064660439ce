package ledger

import (
	"context"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// LockUnreversedEntry is ResolvePostedEntry of an entry that is neither reversed nor a reversal, and
// keeps it so until the unit of work ends.
func LockUnreversedEntry(ctx context.Context, tx *db.Tx, field, key string) (*pb.JournalEntry, error) {
	if _, err := ResolvePostedEntry(ctx, tx, field, key); err != nil {
		return nil, err
	}
	e, err := journalEntries.Table().Lock(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	if e.ReversedById != "" || e.ReversesId != "" {
		return nil, fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_REVERSED, "The entry is reversed, or reverses another.").WithSubject(e.Id)
	}
	return e, nil
}

// RateOn is the price of one unit of a currency in the organization's on a day: the one
// given, or else the one kept. The field is where a caller may give one.
func RateOn(ctx context.Context, tx *db.Tx, field, given, currency string, day calendar.Date) (decimal.Decimal, error) {
	rate, err := readRate(field, &given)
	if err != nil || given != "" {
		return rate, err
	}
	base := tx.Call().Organization.CurrencyCode
	kept, err := ratesAround(ctx, tx, []string{currency, base}, day, day)
	if err != nil {
		return decimal.Decimal{}, err
	}
	rate, _, ok := kept.on(currency, base, day)
	if !ok {
		return decimal.Decimal{}, noRate(field, currency, day)
	}
	return rate, nil
}
