package duedate

import "backoffice/internal/platform/calendar"

// Kind is a way to count from the date of a document to the day on which an amount is due.
type Kind int

const (
	// DaysAfterDocument is the date of the document plus days: net 30.
	DaysAfterDocument Kind = iota
	// DaysAfterMonthEnd is the last day of the document's month plus days: 10 days after the end of
	// the month.
	DaysAfterMonthEnd
	// MonthEndAfterDays is the last day of the month in which the date plus days lies. French law
	// allows 45 days counted in this way or as DaysAfterMonthEnd (Code de commerce, L441-10).
	MonthEndAfterDays
	// DayOfMonth is a day of the month, a number of months after the document's month: the 15th of
	// the following month.
	DayOfMonth
)

// Rule says on which day an amount is due.
type Rule struct {
	Kind Kind
	// Days are added by all kinds but DayOfMonth.
	Days int
	// Months and Day are used by DayOfMonth. A shorter month ends before the day, and then its last
	// day counts: 31 is always the last day.
	Months, Day int
}

// Date returns the day on which an amount is due. A DayOfMonth before the date of the document
// moves to the next month, so that no amount is due before its document exists.
func (r Rule) Date(document calendar.Date) calendar.Date {
	switch r.Kind {
	case DaysAfterMonthEnd:
		return document.LastOfMonth().AddDays(r.Days)
	case MonthEndAfterDays:
		return document.AddDays(r.Days).LastOfMonth()
	case DayOfMonth:
		day := r.dayOfMonth(document, r.Months)
		if day.Before(document) {
			return r.dayOfMonth(document, r.Months+1)
		}
		return day
	}
	return document.AddDays(r.Days)
}

// dayOfMonth returns the day of the month that is a number of months after that of a date.
func (r Rule) dayOfMonth(of calendar.Date, months int) calendar.Date {
	first := of.FirstOfMonth().AddMonths(months)
	return calendar.Earlier(first.AddDays(r.Day-1), first.LastOfMonth())
}
