package ledger

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// maxRateAge is how many days a rate holds where no newer one is kept: over weekends and
// the holidays on which central banks publish none.
const maxRateAge = 7

// keptRate is a rate as it is kept.
type keptRate struct {
	id       uuid.UUID
	date     calendar.Date
	from, to string
	rate     decimal.Decimal
}

func idsOf(kept []keptRate) (ids []string) {
	for _, r := range kept {
		ids = append(ids, id.Format("xrt", r.id))
	}
	return ids
}

// rates are rates of several currencies around some days, the newest first.
type rates []keptRate

// selectRates reads the rates from and to some currencies, other sides included, since
// two may lead by way of a third.
const selectRates = `
select id, date, from_currency_code, to_currency_code, rate::text
from finance.exchange_rates
where org_id = $1
and date >= $2
and date <= $3
and (from_currency_code = any($4) or to_currency_code = any($4))
order by date desc, id`

// ratesAround reads what on needs for days from one to another.
func ratesAround(ctx context.Context, tx *db.Tx, currencies []string, first, last calendar.Date) (rates, error) {
	var all rates
	b := &pgx.Batch{}
	all.queue(b, tx.Call().Organization.ID, currencies, first, last)
	return all, tx.Send(ctx, b)
}

func (all *rates) queue(b *pgx.Batch, org uuid.UUID, currencies []string, first, last calendar.Date) {
	b.Queue(selectRates, org, first.AddDays(-maxRateAge).String(), last.String(), currencies).Query(func(rows pgx.Rows) error {
		var r keptRate
		var text string
		_, err := pgx.ForEachRow(rows, []any{&r.id, &r.date, &r.from, &r.to, &text}, func() (err error) {
			r.rate, err = decimal.NewFromString(text)
			*all = append(*all, r)
			return err
		})
		return err
	})
}

// on is the price of one currency in another on a day, and what it is made of: a rate
// between the two, or two by way of a third currency. Of several the newest is taken.
func (all rates) on(from, to string, day calendar.Date) (decimal.Decimal, []keptRate, bool) {
	if rate, kept, ok := all.between(from, to, day); ok {
		return rate, []keptRate{kept}, true
	}
	tried := map[string]bool{from: true, to: true}
	for _, r := range all {
		for _, third := range []string{r.from, r.to} {
			if tried[third] {
				continue
			}
			tried[third] = true
			first, a, ok := all.between(from, third, day)
			if !ok {
				continue
			}
			second, b, ok := all.between(third, to, day)
			if ok {
				return first.Mul(second).Round(rateDigits), []keptRate{a, b}, true
			}
		}
	}
	return decimal.Decimal{}, nil, false
}

// between is a rate from one currency to another, or the inverse of one back.
func (all rates) between(from, to string, day calendar.Date) (decimal.Decimal, keptRate, bool) {
	for _, r := range all {
		if r.date.After(day) || r.date.DaysUntil(day) > maxRateAge {
			continue
		}
		switch {
		case r.from == from && r.to == to:
			return r.rate, r, true
		case r.from == to && r.to == from:
			return decimal.NewFromInt(1).DivRound(r.rate, rateDigits), r, true
		}
	}
	return decimal.Decimal{}, keptRate{}, false
}

// unpriced are the foreign currencies of the entries that come without a rate and without
// a base amount.
func unpriced(entries []*pb.JournalEntry, base string) (currencies []string) {
	seen := map[string]bool{base: true, "": true}
	for _, e := range entries {
		for _, l := range e.Lines {
			currency := l.GetAmount().GetCurrencyCode()
			if currency == "" {
				currency = e.CurrencyCode
			}
			given := l.GetBaseAmount() != nil || l.GetExchangeRate() != "" || currency == e.CurrencyCode && e.ExchangeRate != ""
			if !seen[currency] && !given {
				seen[currency] = true
				currencies = append(currencies, currency)
			}
		}
	}
	return currencies
}
