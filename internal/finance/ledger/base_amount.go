package ledger

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/money"
)

// figure is the amount of a journal line as numbers, in its currency and in the base currency,
// which is the organization's.
type figure struct {
	currency string
	// minor is the amount in minor units of the currency, debits positive.
	minor int64
	// rate is the price of one unit of the currency in the base currency, or zero if unknown.
	rate decimal.Decimal
	// base is the amount in minor units of the base currency. It is given if the caller sets it.
	base  int64
	given bool
	// tax is true on a tax account. The tax authority's amount must not carry the rounding of others.
	tax bool
}

// rateDigits is the most digits an exchange rate has after the decimal point.
const rateDigits = 12

// convert sets the base amount of each figure. If the figures of a currency have one rate and add
// up to zero, they are converted together, so that they add up to zero in the base currency too:
// the sum of their debits is converted, rounded once, and divided among the debits, and the same
// among the credits. Taxes are converted alone, and the rest is divided among the other figures. If
// that would move a figure by more than one minor unit, each is converted alone. It returns the
// errors by the index of the figure.
func convert(figures []figure, base string) map[int]error {
	errs := map[int]error{}
	for currency, group := range groupByCurrency(figures) {
		if currency == base {
			for _, i := range group {
				figures[i].base = figures[i].minor
			}
			continue
		}
		if isBalancedAtOneRate(figures, group) {
			done, err := convertTogether(figures, group, base)
			if err != nil {
				errs[group[0]] = err
			}
			if done || err != nil {
				continue
			}
		}
		for _, i := range group {
			if err := figures[i].convert(base); err != nil {
				errs[i] = err
			}
		}
	}
	return errs
}

// groupByCurrency returns the indexes of the figures by currency.
func groupByCurrency(figures []figure) map[string][]int {
	out := map[string][]int{}
	for i, f := range figures {
		out[f.currency] = append(out[f.currency], i)
	}
	return out
}

// isBalancedAtOneRate reports whether a group adds up to zero, and its figures have one rate and no
// given base amounts.
func isBalancedAtOneRate(figures []figure, group []int) bool {
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

// convertTogether sets the base amounts of a group that is balanced at one rate. It returns false
// if that would move a figure by more than one minor unit from its own conversion.
func convertTogether(figures []figure, group []int, base string) (done bool, err error) {
	debits, credits := make([]int64, len(group)), make([]int64, len(group))
	alone := make([]int64, len(group))
	var sum, debitTax, creditTax int64
	for n, i := range group {
		f := figures[i]
		if alone[n], err = money.Convert(f.minor, f.currency, base, f.rate); err != nil {
			return false, err
		}
		sum += max(f.minor, 0)
		if f.tax {
			debitTax, creditTax = debitTax+max(alone[n], 0), creditTax+max(-alone[n], 0)
			continue
		}
		debits[n], credits[n] = max(f.minor, 0), max(-f.minor, 0)
	}
	first := figures[group[0]]
	total, err := money.Convert(sum, first.currency, base, first.rate)
	if err != nil {
		return false, err
	}
	debits, credits = divide(total-debitTax, debits), divide(total-creditTax, credits)
	if debits == nil || credits == nil {
		return false, nil
	}
	for n, i := range group {
		figures[i].base = debits[n] - credits[n]
		if figures[i].tax {
			figures[i].base = alone[n]
		}
		if moved := figures[i].base - alone[n]; moved < -1 || moved > 1 {
			return false, nil
		}
	}
	return true, nil
}

// divide divides a total by weights. It returns nil if a total is left and no weight is given.
func divide(total int64, weights []int64) []int64 {
	if slices.Max(weights) > 0 {
		return money.Allocate(total, weights)
	}
	if total != 0 {
		return nil
	}
	return weights
}

// convert sets the base amount from the rate (IAS 21.21). If the base amount is given, it sets a
// missing rate from the two amounts, and refuses a rate that contradicts them.
func (f *figure) convert(base string) error {
	switch {
	case f.given && f.rate.IsZero() && f.minor != 0:
		f.rate = f.impliedRate(base)
	case f.given && f.minor != 0:
		return f.checkRate(base)
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

// checkRate refuses a given base amount that differs from the amount at the rate by more than a
// rounding error: one minor unit, plus the error that the last digit of the rate causes in a large
// amount.
func (f *figure) checkRate(base string) error {
	converted, err := money.Convert(f.minor, f.currency, base, f.rate)
	if err != nil {
		return err
	}
	own, _ := money.Digits(f.currency)
	in, _ := money.Digits(base)
	rounding := decimal.New(f.minor, int32(in)-int32(own)-rateDigits).Abs().Add(decimal.NewFromInt(1))
	if decimal.NewFromInt(f.base).Sub(decimal.NewFromInt(converted)).Abs().LessThanOrEqual(rounding) {
		return nil
	}
	return fmt.Errorf("contradicts the amount and the exchange rate: %s %s at %s is %s %s, not %s; leave out one of them",
		money.Format(f.minor, f.currency), f.currency, f.rate, money.Format(converted, base), base,
		money.Format(f.base, base))
}

// errNoRate is the error of a foreign amount that has neither an exchange rate nor a base amount.
var errNoRate = fmt.Errorf("has no exchange rate; give a rate or the base amount")

// impliedRate returns the base amount divided by the amount, in major units.
func (f *figure) impliedRate(base string) decimal.Decimal {
	own, ok := money.Digits(f.currency)
	in, known := money.Digits(base)
	if !ok || !known {
		return decimal.Decimal{}
	}
	return decimal.New(f.base, -int32(in)).DivRound(decimal.New(f.minor, -int32(own)), rateDigits)
}

// ImpliedRate returns the exchange rate that an amount in minor units of a currency and its base
// amount imply, or "" if there is none.
func ImpliedRate(minor int64, currency, baseAmount, base string) string {
	f := figure{currency: currency, minor: minor}
	var err error
	if f.base, err = money.Parse(baseAmount, base); err != nil || minor == 0 {
		return ""
	}
	rate := f.impliedRate(base)
	if !rate.IsPositive() {
		return ""
	}
	return rate.String()
}
