package calendar

import "time"

// farthest is more days and months than lie between any two dates; larger steps would overflow on the way.
const farthest = 4_000_000

// LastDay is the last day there is, 9999-12-31.
func LastDay() Date { return civil(9999, time.December, 31) }

// AddDays is the day n days later, or earlier if n is negative. It stops at 0001-01-01 and 9999-12-31.
func (d Date) AddDays(n int) Date {
	n = min(max(n, -farthest), farthest)
	return civil(d.utc().AddDate(0, 0, n).Date())
}

// AddMonths is the same day of the month n months later, or the last day of that month if it is shorter. A series must
// therefore be counted from its anchor (anchor.AddMonths(1), anchor.AddMonths(2): Jan 31, Feb 28, Mar 31) and never from
// its last member, where it would stay on the 28th. It stops at 0001-01-01 and 9999-12-31.
func (d Date) AddMonths(n int) Date {
	n = min(max(n, -farthest), farthest)
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	year, month, _ := first.Date()
	return civil(year, month, min(d.Day(), daysIn(year, month)))
}

// DaysUntil counts the days from d to other: 1 if other is the next day, negative if other is before d.
func (d Date) DaysUntil(other Date) int {
	const day = 24 * 60 * 60
	return int((other.utc().Unix() - d.utc().Unix()) / day)
}

// FirstOfMonth is the first day of d's month.
func (d Date) FirstOfMonth() Date {
	return Date{d.year, d.month, 1}
}

// LastOfMonth is the last day of d's month.
func (d Date) LastOfMonth() Date {
	return Date{d.year, d.month, int8(daysIn(d.Year(), d.Month()))}
}
