package calendar

import "time"

// Month is the calendar month that d lies in: its first and its last day.
func Month(d Date) (start, end Date) {
	return d.FirstOfMonth(), d.LastOfMonth()
}

// FiscalYear is the year of twelve whole months that d lies in, of which firstMonth is the first: its first and its last
// day. A firstMonth that is no month counts as January. A year that would begin before 0001 or end after 9999 is cut.
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
	return civil(year, firstMonth, 1), civil(endYear, lastMonth, daysIn(endYear, lastMonth))
}
