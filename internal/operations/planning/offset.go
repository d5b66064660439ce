package planning

import (
	"context"

	"backoffice/internal/platform/businessday"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/holiday"
)

// dayCounter counts days: all of them, or business days only.
type dayCounter struct {
	business bool
	holidays holiday.Calendar
}

// newDayCounter returns the counter of all days, or of the organization's business days with
// holiday sets. An unknown set is a violation at holidaySets.
func newDayCounter(ctx context.Context, tx *db.Tx, business bool, sets []string) (dayCounter, error) {
	if !business {
		return dayCounter{}, nil
	}
	setting, err := businessday.Setting(ctx, tx)
	if err != nil {
		return dayCounter{}, err
	}
	days, err := holiday.NewCalendar(sets, setting.Holidays)
	if err != nil {
		return dayCounter{}, fault.Invalid(fault.At("holidaySets", "%s", err))
	}
	return dayCounter{business: true, holidays: days}, nil
}

// add returns the day that is n days after a day, or before it if n is negative. Counted in
// business days, day 0 is the first business day from the day on.
func (c dayCounter) add(d calendar.Date, n int) calendar.Date {
	if !c.business {
		return d.AddDays(n)
	}
	return c.holidays.AddBusinessDays(c.holidays.Following(d), n)
}

// between returns the n for which add(from, n) is a day. If the day is no business day, it counts
// as the first one after it.
func (c dayCounter) between(from, to calendar.Date) int {
	if !c.business {
		return from.DaysUntil(to)
	}
	first, last := c.holidays.Following(from), c.holidays.Following(to)
	n := 0
	for d := first; d.Before(last); d = d.AddDays(1) {
		if c.holidays.IsBusinessDay(d) {
			n++
		}
	}
	for d := last; d.Before(first); d = d.AddDays(1) {
		if c.holidays.IsBusinessDay(d) {
			n--
		}
	}
	return n
}

// shift returns the day to which a day moves when a start day moves to another one.
func (c dayCounter) shift(day, oldStart, newStart calendar.Date) calendar.Date {
	if !c.business {
		return day.AddDays(oldStart.DaysUntil(newStart))
	}
	return c.add(newStart, c.between(oldStart, day))
}
