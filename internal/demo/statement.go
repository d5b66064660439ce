package demo

import (
	"fmt"
	"slices"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// currency is the currency of the studio's books.
const currency = "CAD"

// statement is a bank's statement of an account for a month.
type statement struct {
	account     string
	number      int
	first, last calendar.Date
	opening     int64
	movements   []movement
}

func (s statement) closing() int64 {
	balance := s.opening
	for _, l := range s.movements {
		balance += l.cents
	}
	return balance
}

func (s statement) date(l movement) calendar.Date { return dayIn(s.first, l.day) }

// reference returns the bank's reference of a line.
func (s statement) reference(n int) string {
	return fmt.Sprintf("%.6s%03d", compactDate(s.first), n+1)
}

// decimal formats an amount with a decimal point.
func decimal(cents int64) string { return money.Format(cents, currency) }

// byDay sorts lines by day.
func byDay(lines []movement) []movement {
	return slices.SortedStableFunc(slices.Values(lines), func(a, b movement) int { return a.day - b.day })
}

// byDirection returns in for money in and out for money out.
func byDirection(cents int64, in, out string) string {
	if cents < 0 {
		return out
	}
	return in
}

func unsigned(cents int64) string { return decimal(max(cents, -cents)) }
