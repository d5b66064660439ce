package ledger

import (
	"fmt"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/money"
)

// figure is a line's amount as numbers: in its own currency, and in the
// organization's, which is the base of the books.
type figure struct {
	currency string
	minor    int64
	// rate is the price of one unit of the currency in the base; zero when none is
	// known.
	rate decimal.Decimal
	// base is in minor units of the base; given says that the caller chose it.
	base  int64
	given bool
}

// rateDigits is how many digits after its point an exchange rate may have.
const rateDigits = 12

// convert gives each figure its amount in the base currency. Figures of one currency
// at one rate that add up to zero are converted as a whole, so that they do so in the
// base too: their debits are rounded once and divided among them, and so are their
// credits. It answers what is wrong by the figure's place.
func convert(figures []figure, base string) map[int]error {
	wrong := map[int]error{}
	for currency, group := range groups(figures) {
		if currency == base {
			for _, i := range group {
				figures[i].base = figures[i].minor
			}
			continue
		}
		if whole(figures, group) {
			if err := convertWhole(figures, group, base); err != nil {
				wrong[group[0]] = err
			}
			continue
		}
		for _, i := range group {
			if err := figures[i].convert(base); err != nil {
				wrong[i] = err
			}
		}
	}
	return wrong
}

// groups are the places of the figures by their currency.
func groups(figures []figure) map[string][]int {
	out := map[string][]int{}
	for i, f := range figures {
		out[f.currency] = append(out[f.currency], i)
	}
	return out
}

// whole tells whether a group adds up to zero at one rate.
func whole(figures []figure, group []int) bool {
	var sum int64
	rate := figures[group[0]].rate
	for _, i := range group {
		f := figures[i]
		if f.given || f.rate.IsZero() || !f.rate.Equal(rate) {
			return false
		}
		sum += f.minor
	}
	return sum == 0
}

func convertWhole(figures []figure, group []int, base string) error {
	debits, credits := make([]int64, len(group)), make([]int64, len(group))
	var sum int64
	for n, i := range group {
		debits[n], credits[n] = max(figures[i].minor, 0), max(-figures[i].minor, 0)
		sum += debits[n]
	}
	first := figures[group[0]]
	total, err := money.Convert(sum, first.currency, base, first.rate)
	if err != nil {
		return err
	}
	debits, credits = money.Allocate(total, debits), money.Allocate(total, credits)
	for n, i := range group {
		figures[i].base = debits[n] - credits[n]
	}
	return nil
}

// convert fills in the amount in the base currency from the rate, or the rate from
// the amounts.
func (f *figure) convert(base string) error {
	switch {
	case f.given && f.rate.IsZero() && f.minor != 0:
		f.rate = f.implied(base)
	case f.given:
	case f.rate.IsZero():
		return errNoRate
	default:
		var err error
		f.base, err = money.Convert(f.minor, f.currency, base, f.rate)
		return err
	}
	return nil
}

// errNoRate says that an amount has no rate to be converted at.
var errNoRate = fmt.Errorf("has no exchange rate; give one, or the base amount")

// implied is the rate by which the amount became the base amount.
func (f *figure) implied(base string) decimal.Decimal {
	own, ok := money.Digits(f.currency)
	in, known := money.Digits(base)
	if !ok || !known {
		return decimal.Decimal{}
	}
	return decimal.New(f.base, -int32(in)).DivRound(decimal.New(f.minor, -int32(own)), rateDigits)
}
