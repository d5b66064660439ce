package calendar

import "time"

// Month returns the first and the last day of d's calendar month.
func Month(d Date) (start, end Date) {
	return d.FirstOfMonth(), d.LastOfMonth()
}

// FiscalYear returns the first and the last day of the fiscal year that contains d. The year has
// twelve whole months and begins with firstMonth; an invalid firstMonth counts as January. A year
// that would begin before 0001 or end after 9999 is cut off there.
func FiscalYear(d Date, firstMonth time.Month) (start, end Date) {
	if firstMonth < time.January || firstMonth > time.December {
		firstMonth = time.January
	}
	year := d.Year()
	if d.Month() < firstMonth {
		year--
	}
	lastMonth := firstMonth + 11
	endYear := year + int(lastMonth-1)/12
	lastMonth = (lastMonth-1)%12 + 1
	return clampDate(year, firstMonth, 1), clampDate(endYear, lastMonth, daysInMonth(endYear, lastMonth))
}
