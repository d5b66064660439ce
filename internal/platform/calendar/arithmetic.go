package calendar

import "time"

// maxStep exceeds the number of days and of months between any two dates. Larger steps could
// overflow, so they are clamped to it.
const maxStep = 4_000_000

// LastDay returns the last possible Date, 9999-12-31.
func LastDay() Date { return clampDate(9999, time.December, 31) }

// AddDays returns the day n days later, or earlier if n is negative. It stops at 0001-01-01 and
// 9999-12-31.
func (d Date) AddDays(n int) Date {
	n = min(max(n, -maxStep), maxStep)
	if day := d.Day() + n; day >= 1 && day <= 28 {
		return Date{d.year, d.month, int8(day)} // most steps stay in the month
	}
	return clampDate(d.midnightUTC().AddDate(0, 0, n).Date())
}

// AddMonths returns the same day of the month n months later. If that month is shorter, it returns
// the last day of the month. A series must therefore be counted from its first day
// (first.AddMonths(1), first.AddMonths(2): Jan 31, Feb 28, Mar 31). Counted from its previous day,
// it would stay on the 28th. AddMonths stops at 0001-01-01 and 9999-12-31.
func (d Date) AddMonths(n int) Date {
	n = min(max(n, -maxStep), maxStep)
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	year, month, _ := first.Date()
	return clampDate(year, month, min(d.Day(), daysInMonth(year, month)))
}

// DaysUntil returns the number of days from d to other: 1 if other is the next day, negative if
// other is before d.
func (d Date) DaysUntil(other Date) int {
	const day = 24 * 60 * 60
	return int((other.midnightUTC().Unix() - d.midnightUTC().Unix()) / day)
}

// Earlier returns the earlier of two dates.
func Earlier(a, b Date) Date {
	if b.Before(a) {
		return b
	}
	return a
}

// Later returns the later of two dates.
func Later(a, b Date) Date {
	if b.After(a) {
		return b
	}
	return a
}

// FirstOfMonth returns the first day of d's month.
func (d Date) FirstOfMonth() Date {
	return Date{d.year, d.month, 1}
}

// LastOfMonth returns the last day of d's month.
func (d Date) LastOfMonth() Date {
	return Date{d.year, d.month, int8(daysInMonth(d.Year(), d.Month()))}
}
