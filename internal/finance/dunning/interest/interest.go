// Package interest computes interest for late payment: the open amount of each day × the rate of
// the day ÷ the days of a year, rounded once. It knows the rates that laws set. Which invoices are
// late, and what is open of them, is left to the caller.
package interest

import (
	"slices"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/calendar"
)

// Balance is what is open since a day, in minor units, until the next balance.
type Balance struct {
	Since calendar.Date
	Minor int64
}

// Span is a span of days with one open amount and one rate.
type Span struct {
	Start, End calendar.Date
	Minor      int64
	Percent    decimal.Decimal
}

// Days returns the number of days, with the first and the last.
func (s Span) Days() int { return s.Start.DaysUntil(s.End) + 1 }

// Range is a range of days, with the first and the last.
type Range struct{ Start, End calendar.Date }

// Uncovered returns the ranges of the days from start to end that are in none of the ranges.
func Uncovered(start, end calendar.Date, covered []Range) (left []Range) {
	sorted := slices.SortedFunc(slices.Values(covered), func(a, b Range) int { return a.Start.Compare(b.Start) })
	for _, c := range sorted {
		if last := calendar.Earlier(end, c.Start.AddDays(-1)); !last.Before(start) {
			left = append(left, Range{start, last})
		}
		start = calendar.Later(start, c.End.AddDays(1))
	}
	if !end.Before(start) {
		left = append(left, Range{start, end})
	}
	return left
}

// Spans splits the days from start to end by open amount and rate. Balances and rates are sorted by
// day. Days on which nothing is open are left out. missing are the days with an open amount and
// without a rate.
func Spans(start, end calendar.Date, balances []Balance, rates []Rate) (spans []Span, missing []Range) {
	for day := start; !day.After(end); {
		last := end
		minor, until := balanceOn(balances, day)
		if !until.IsZero() {
			last = calendar.Earlier(last, until)
		}
		if minor <= 0 {
			day = last.AddDays(1)
			continue
		}
		rate, until, known := rateOn(rates, day)
		if !until.IsZero() {
			last = calendar.Earlier(last, until)
		}
		if known {
			spans = append(spans, Span{Start: day, End: last, Minor: minor, Percent: rate})
		} else {
			missing = append(missing, Range{day, last})
		}
		day = last.AddDays(1)
	}
	return spans, missing
}

// OpenOn returns what is open at the end of a day, in minor units.
func OpenOn(balances []Balance, day calendar.Date) int64 {
	minor, _ := balanceOn(balances, day)
	return minor
}

// Sum returns the interest of spans in minor units, rounded once, half away from zero. year is the
// number of days by which days are divided, such as 365.
func Sum(spans []Span, year int64) int64 {
	sum := decimal.Zero
	for _, s := range spans {
		sum = sum.Add(decimal.NewFromInt(s.Minor).Mul(s.Percent).Mul(decimal.NewFromInt(int64(s.Days()))))
	}
	return sum.DivRound(decimal.NewFromInt(100*year), 0).IntPart()
}

// balanceOn returns what is open on a day, and the last day on which it is, or the zero date if it
// does not change.
func balanceOn(balances []Balance, day calendar.Date) (minor int64, until calendar.Date) {
	n := slices.IndexFunc(balances, func(b Balance) bool { return b.Since.After(day) })
	if n < 0 {
		n = len(balances)
	} else {
		until = balances[n].Since.AddDays(-1)
	}
	if n > 0 {
		minor = balances[n-1].Minor
	}
	return minor, until
}
