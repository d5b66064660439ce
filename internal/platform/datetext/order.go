package datetext

import (
	"errors"

	"backoffice/internal/platform/calendar"
)

// Order is the order in which a file writes year, month and day.
type Order string

// The possible orders.
const (
	YearMonthDay Order = "YMD"
	DayMonthYear Order = "DMY"
	MonthDayYear Order = "MDY"
)

// The errors of dates such as 03/04/2026 and 26-01-05, which may be either of two days if no date
// in the file shows which.
var (
	errOrder      = errors.New("the order of day and month is ambiguous in the file; set the order of dates")
	ErrBothOrders = errors.New("some dates have the day first and others have the month first")
	errYearOrDay  = errors.New("dates may begin with the day or with the year; set the order of dates")
)

// orderRange is what the dates of a file are in one order.
type orderRange struct {
	order         Order
	impossible    int // dates that are not days of the calendar
	implausible   int // dates far from today
	first, last   calendar.Date
	hasShortYears bool // years of two digits
}

// DetectOrder finds the order that all dates of a file share, and whether they show it or it is
// only assumed. The order is "" if no date needs one. DetectOrder ignores dates whose order is
// beyond doubt: those with a leading year of four digits, and those with the month as a word. Dates
// with points have the day first. today, if it is set, tells plausible dates.
func DetectOrder(dates []string, today calendar.Date) (order Order, isShown bool, err error) {
	var numeric []dateParts
	fixed := Order("")
	for _, text := range dates {
		switch d, ok := splitDate(text); {
		case ok && d.isFixed:
			fixed = YearMonthDay
		case ok && d.isPossible():
			numeric = append(numeric, d)
		}
	}
	if len(numeric) == 0 {
		return fixed, true, nil
	}
	var possible []orderRange
	for _, order := range []Order{DayMonthYear, MonthDayYear, YearMonthDay} {
		if r := rangeOf(numeric, order, today); r.impossible == 0 {
			possible = append(possible, r)
		}
	}
	return chooseOrder(dropImplausible(possible), numeric[0].separator)
}

// isPossible reports whether the date exists in at least one order.
func (d dateParts) isPossible() bool {
	for _, order := range []Order{DayMonthYear, MonthDayYear, YearMonthDay} {
		if d.fits(order) {
			return true
		}
	}
	return false
}

// fits reports whether the numbers are a day, a month and a year in an order. A leading year has
// two digits.
func (d dateParts) fits(order Order) bool {
	a, b, c := parseDigits(d.parts[0]), parseDigits(d.parts[1]), parseDigits(d.parts[2])
	isYear := len(d.parts[2]) != 1 || d.separator == '\''
	switch order {
	case DayMonthYear:
		return a >= 1 && a <= 31 && b >= 1 && b <= 12 && isYear
	case MonthDayYear:
		return a >= 1 && a <= 12 && b >= 1 && b <= 31 && isYear
	}
	return len(d.parts[0]) == 2 && b >= 1 && b <= 12 && c >= 1 && c <= 31 && len(d.parts[2]) <= 2 && d.separator != '\''
}

// rangeOf describes the dates of a file in an order.
func rangeOf(dates []dateParts, order Order, today calendar.Date) orderRange {
	r := orderRange{order: order}
	for _, d := range dates {
		if !d.fits(order) {
			r.impossible++
			continue
		}
		r.hasShortYears = r.hasShortYears || len(d.parts[2]) <= 2
		date, err := d.date(order)
		if err != nil {
			continue
		}
		if !today.IsZero() && (date.After(today.AddMonths(12)) || date.Before(today.AddMonths(-120))) {
			r.implausible++
		}
		if r.first.IsZero() || date.Before(r.first) {
			r.first = date
		}
		if date.After(r.last) {
			r.last = date
		}
	}
	return r
}

// dropImplausible removes the orders in which dates are far from today, or years apart, where
// another order has neither. It compares orders only if years have two digits: otherwise the year
// is the same in all of them.
func dropImplausible(possible []orderRange) (kept []orderRange) {
	for _, r := range possible {
		hasBetter := false
		for _, o := range possible {
			differs := r.hasShortYears && (o.order == YearMonthDay) != (r.order == YearMonthDay)
			hasBetter = hasBetter || differs && (o.implausible == 0 && r.implausible > 0 ||
				r.implausible == o.implausible && isMuchLonger(r, o))
		}
		if !hasBetter {
			kept = append(kept, r)
		}
	}
	return kept
}

// isMuchLonger reports whether the dates spread over years in one order, but over a fraction of
// that in the other.
func isMuchLonger(r, other orderRange) bool {
	const fraction, twoYears = 8, 730
	days := r.first.DaysUntil(r.last)
	return days > twoYears && days > fraction*max(1, other.first.DaysUntil(other.last))
}

// chooseOrder returns the only order left, or else the one that the separator implies.
func chooseOrder(possible []orderRange, separator byte) (order Order, isShown bool, err error) {
	isLeft := map[Order]bool{}
	for _, r := range possible {
		isLeft[r.order] = true
	}
	switch {
	case len(possible) == 0:
		return "", false, ErrBothOrders
	case len(possible) == 1:
		return possible[0].order, true, nil
	case isLeft[DayMonthYear] && separator == '.':
		return DayMonthYear, false, nil
	case isLeft[DayMonthYear] && isLeft[MonthDayYear]:
		return "", false, errOrder
	case separator == '-':
		return "", false, errYearOrDay
	}
	return possible[0].order, false, nil
}
