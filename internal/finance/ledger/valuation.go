package ledger

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

//go:embed valuation.sql
var selectForeignBalances string

// foreignBalance is the balance of an account in a foreign currency. Debits are positive.
type foreignBalance struct {
	account  uuid.UUID
	currency string
	// minor is the balance in minor units of the currency, atValue its book value in minor units of
	// the organization's currency.
	minor, atValue int64
}

// Valuations compares the book value of each foreign-currency balance with its value at the rate of
// a day. Only monetary items are revalued (IAS 21.23); goods and equipment stay at cost, and so do
// taxes owed in the base currency. field is
// the request field of the day, for errors.
func Valuations(
	ctx context.Context, tx *db.Tx, field string, on calendar.Date,
) ([]*pb.CurrencyRevaluation_Valuation, error) {
	balances, kept, err := readForeignBalances(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	return valueBalances(field, balances, kept, tx.Call().Organization.CurrencyCode, on)
}

// readForeignBalances reads the foreign-currency balances of monetary accounts at the end of a day,
// and the rates of that day.
func readForeignBalances(
	ctx context.Context, tx *db.Tx, on calendar.Date,
) (balances []foreignBalance, kept rates, err error) {
	base := tx.Call().Organization.CurrencyCode
	rows, err := tx.Query(ctx, selectForeignBalances, tx.Call().Organization.ID, on.String(), base, settledInLineCurrency,
		settledInAccountCurrency)
	if err != nil {
		return nil, nil, err
	}
	currencies := []string{base}
	var f foreignBalance
	if _, err = pgx.ForEachRow(rows, []any{&f.account, &f.currency, &f.minor, &f.atValue}, func() error {
		balances, currencies = append(balances, f), append(currencies, f.currency)
		return nil
	}); err != nil || len(balances) == 0 {
		return nil, nil, err
	}
	kept, err = readRates(ctx, tx, currencies, on, on)
	return balances, kept, err
}

// valueBalances compares balances with their value on a day. A balance of zero has no value, and no
// unrealized gain. The error lists all currencies that have no rate.
func valueBalances(
	field string, balances []foreignBalance, kept rates, base string, on calendar.Date,
) (out []*pb.CurrencyRevaluation_Valuation, err error) {
	var violations fault.List
	missing := map[string]bool{}
	for _, f := range balances {
		if f.minor == 0 {
			continue
		}
		rate, _, ok := kept.find(f.currency, base, on)
		if !ok {
			if !missing[f.currency] {
				missing[f.currency] = true
				violations.MergeViolations("", missingRateError(field, f.currency, on))
			}
			continue
		}
		worth, err := money.Convert(f.minor, f.currency, base, rate)
		if err != nil {
			return nil, fault.Refuse(optionsv1.Reason_SUM_OUT_OF_RANGE,
				"The value of a balance in %s is out of range.", f.currency)
		}
		baseMoney := func(minor int64) *typepb.Money {
			return money.ToProto(minor, base)
		}
		out = append(out, &pb.CurrencyRevaluation_Valuation{
			AccountId: id.Format("acc", f.account), Balance: money.ToProto(f.minor, f.currency),
			BookValue: baseMoney(f.atValue), ExchangeRate: rate.String(), MarketValue: baseMoney(worth),
			Gain: baseMoney(worth - f.atValue),
		})
	}
	return out, violations.Err()
}

// TotalGain returns the sum of the gains, in minor units of the organization's currency.
func TotalGain(valuations []*pb.CurrencyRevaluation_Valuation) (sum int64, err error) {
	for _, v := range valuations {
		minor, err := money.Parse(v.Gain.Amount, v.Gain.CurrencyCode)
		if err != nil {
			return 0, fault.SumOutOfRange()
		}
		sum += minor
	}
	return sum, nil
}
