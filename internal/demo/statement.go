package demo

import (
	"fmt"
	"slices"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// currency is that of the studio's books.
const currency = "CAD"

// statement is what a bank says of an account and a month.
type statement struct {
	account     string
	number      int
	first, last calendar.Date
	opening     int64
	lines       []movement
}

func (s statement) closing() int64 {
	balance := s.opening
	for _, l := range s.lines {
		balance += l.cents
	}
	return balance
}

func (s statement) date(l movement) calendar.Date { return dayIn(s.first, l.day) }

// reference is the bank's own name for a line.
func (s statement) reference(n int) string {
	return fmt.Sprintf("%.6s%03d", compact(s.first), n+1)
}

// decimal is an amount as most files write it.
func decimal(cents int64) string { return money.Format(cents, currency) }

// byDay puts lines in the order of their days.
func byDay(lines []movement) []movement {
	return slices.SortedStableFunc(slices.Values(lines), func(a, b movement) int { return a.day - b.day })
}

// inOrOut tells money in from money out.
func inOrOut(cents int64, in, out string) string {
	if cents < 0 {
		return out
	}
	return in
}

func unsigned(cents int64) string { return decimal(max(cents, -cents)) }
