package statement

import (
	"github.com/shopspring/decimal"

	"backoffice/internal/platform/calendar"
)

// Period returns the first and the last day of the statement. A period that the file does not give
// is taken from its balances, or else its lines, or else today.
func (s Statement) Period(today calendar.Date) (first, last calendar.Date) {
	first, last = s.From, s.To
	if b := s.OpeningBalance; first.IsZero() && b != nil {
		first = b.Date
	}
	if b := s.LedgerBalance; last.IsZero() && b != nil {
		last = b.Date
	}
	earliest, latest := DateRange(s.Lines)
	last = firstNonZeroDate(last, latest, first, today)
	first = firstNonZeroDate(first, earliest, last)
	if last.Before(first) {
		first = last
	}
	return first, last
}

// firstNonZeroDate returns the first of the dates that is set.
func firstNonZeroDate(dates ...calendar.Date) (d calendar.Date) {
	for _, d = range dates {
		if !d.IsZero() {
			return d
		}
	}
	return d
}

// DateRange returns the first and the last day of the lines.
func DateRange(lines []Line) (from, to calendar.Date) {
	for i, l := range lines {
		if i == 0 || l.Date.Before(from) {
			from = l.Date
		}
		if i == 0 || l.Date.After(to) {
			to = l.Date
		}
	}
	return from, to
}

// AddsUp reports whether the lines lead from the opening to the closing balance. It returns false
// if a balance is missing.
func (s Statement) AddsUp() bool {
	return s.OpeningBalance != nil && s.LedgerBalance != nil &&
		s.ComputeClosing().Equal(decimal.New(s.LedgerBalance.Amount, 0))
}

// ComputeClosing returns the opening balance plus the lines, in minor units. The sum of a hostile
// file may exceed an int64.
func (s Statement) ComputeClosing() decimal.Decimal {
	sum := decimal.New(s.OpeningBalance.Amount, 0)
	for _, l := range s.Lines {
		sum = sum.Add(decimal.New(l.Amount, 0))
	}
	return sum
}
