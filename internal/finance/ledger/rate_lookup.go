package ledger

import (
	"context"
	"sort"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// maxRateAge is how many days a rate is valid if there is no newer one. It covers weekends and
// holidays, on which central banks publish no rates.
const maxRateAge = 7

// storedRate is a stored exchange rate.
type storedRate struct {
	id       uuid.UUID
	date     calendar.Date
	from, to string
	rate     decimal.Decimal
	// manual reports whether a caller entered the rate. Other rates are imported.
	manual bool
}

// rateIDs returns the ids of rates.
func rateIDs(kept []storedRate) (ids []string) {
	for _, r := range kept {
		ids = append(ids, id.Format("xrt", r.id))
	}
	return ids
}

// rates are the stored rates of some currencies in a range of days, newest first. On one day, rates
// that callers entered come before imported ones.
type rates []storedRate

// selectRates reads all rates that have one of the currencies on either side, since a price can be
// computed from two rates through a third currency.
const selectRates = `
select id, date, from_currency_code, to_currency_code, rate::text, source = 'MANUAL'
from finance.exchange_rates
where org_id = $1
and date >= $2
and date <= $3
and (from_currency_code = any($4) or to_currency_code = any($4))
order by date desc, source <> 'MANUAL', id`

// readRates reads the rates needed to find prices on the days from first to last.
func readRates(ctx context.Context, tx *db.Tx, currencies []string, first, last calendar.Date) (rates, error) {
	var all rates
	b := &pgx.Batch{}
	all.queue(b, tx.Call().Organization.ID, currencies, first, last)
	return all, tx.Send(ctx, b)
}

// queue queues the query of the rates.
func (all *rates) queue(b *pgx.Batch, org uuid.UUID, currencies []string, first, last calendar.Date) {
	b.Queue(selectRates, org, first.AddDays(-maxRateAge).String(), last.String(),
		currencies).Query(func(rows pgx.Rows) error {
		var r storedRate
		var text string
		_, err := pgx.ForEachRow(rows, []any{&r.id, &r.date, &r.from, &r.to, &text, &r.manual}, func() (err error) {
			r.rate, err = decimal.NewFromString(text)
			*all = append(*all, r)
			return err
		})
		return err
	})
}

// find returns the price of one currency in another on a day, and the rates it is computed from:
// one rate between the two, or two rates through a third currency. It uses the newest valid rates.
func (all rates) find(from, to string, day calendar.Date) (decimal.Decimal, []storedRate, bool) {
	if rate, kept, ok := all.findDirect(from, to, day); ok {
		return rate, []storedRate{kept}, true
	}
	tried := map[string]bool{from: true, to: true}
	for _, r := range all {
		for _, third := range []string{r.from, r.to} {
			if tried[third] {
				continue
			}
			tried[third] = true
			first, a, ok := all.findDirect(from, third, day)
			if !ok {
				continue
			}
			second, b, ok := all.findDirect(third, to, day)
			if ok {
				return first.Mul(second).Round(rateDigits), []storedRate{a, b}, true
			}
		}
	}
	return decimal.Decimal{}, nil, false
}

// findDirect returns the newest valid rate between two currencies, inverted if it is stored the
// other way around. On one day, a rate that a caller entered wins over an imported one. Of two
// rates from one source, the direct one wins over the inverse. So the rate at which an amount is
// translated is the quoted one where a quote exists (IAS 21.21-22).
func (all rates) findDirect(from, to string, day calendar.Date) (decimal.Decimal, storedRate, bool) {
	var best *storedRate
	for i, r := range all {
		if r.date.After(day) || r.date.DaysUntil(day) > maxRateAge {
			continue
		}
		if best != nil && best.date != r.date {
			break // the rest are older
		}
		between := r.from == from && r.to == to || r.from == to && r.to == from
		if between && (best == nil || r.isBetterThan(*best, from)) {
			best = &all[i]
		}
	}
	switch {
	case best == nil:
		return decimal.Decimal{}, storedRate{}, false
	case best.from == from:
		return best.rate, *best, true
	}
	return decimal.NewFromInt(1).DivRound(best.rate, rateDigits), *best, true
}

// isBetterThan reports whether a rate takes precedence over another for the same day and
// currencies. converted is the currency of the amount to convert.
func (r storedRate) isBetterThan(other storedRate, converted string) bool {
	if r.manual != other.manual {
		return r.manual
	}
	return r.from == converted && other.from != converted
}

// currenciesWithoutRate returns the foreign currencies of lines that have neither an exchange rate
// nor a base amount.
func currenciesWithoutRate(entries []*pb.JournalEntry, base string) (currencies []string) {
	seen := map[string]bool{base: true, "": true}
	for _, e := range entries {
		for _, l := range e.Lines {
			currency := l.GetAmount().GetCurrencyCode()
			if currency == "" {
				currency = e.CurrencyCode
			}
			given := l.GetBaseAmount() != nil || l.GetExchangeRate() != "" ||
				e.ExchangeRate != "" && currency == entryRateCurrency(e, base)
			if !seen[currency] && !given {
				seen[currency] = true
				currencies = append(currencies, currency)
			}
		}
	}
	return currencies
}

// RateOn returns the price of one unit of a currency in the organization's currency on a day. It is
// the given rate, or else the stored one. field is the request field in which the rate was given.
func RateOn(ctx context.Context, tx *db.Tx, field, given, currency string, day calendar.Date) (decimal.Decimal, error) {
	rate, err := readRate(field, &given)
	if err != nil || given != "" {
		return rate, err
	}
	base := tx.Call().Organization.CurrencyCode
	kept, err := readRates(ctx, tx, []string{currency, base}, day, day)
	if err != nil {
		return decimal.Decimal{}, err
	}
	rate, _, ok := kept.find(currency, base, day)
	if !ok {
		return decimal.Decimal{}, missingRateError(field, currency, day)
	}
	return rate, nil
}

// Prices are the stored prices of currencies in the organization's currency on the days of a
// period.
type Prices struct {
	kept rates
	base string
}

// ReadPrices reads the prices of currencies on the days from first to last.
func ReadPrices(ctx context.Context, tx *db.Tx, currencies []string, first, last calendar.Date) (Prices, error) {
	base := tx.Call().Organization.CurrencyCode
	kept, err := readRates(ctx, tx, append([]string{base}, currencies...), first, last)
	return Prices{kept, base}, err
}

// On returns the price of one unit of a currency on a day, and whether a valid rate is stored.
func (p Prices) On(currency string, day calendar.Date) (decimal.Decimal, bool) {
	if currency == p.base {
		return decimal.NewFromInt(1), true
	}
	// The rates are sorted by day, the newest first. Only those of some days are valid.
	first := sort.Search(len(p.kept), func(i int) bool { return !p.kept[i].date.After(day) })
	oldest := day.AddDays(-maxRateAge)
	end := first + sort.Search(len(p.kept)-first, func(i int) bool { return p.kept[first+i].date.Before(oldest) })
	price, _, ok := p.kept[first:end].find(currency, p.base, day)
	return price, ok
}
