package holiday

import (
	"fmt"
	"slices"

	"backoffice/internal/platform/calendar"
)

// MaxClosed is the longest run of days without a business day that a Calendar allows. The next or
// previous business day is therefore never further away.
const MaxClosed = 60

// Changes are the days that an organization adds to holiday sets or removes from them. Removed days
// are business days unless they are Saturdays or Sundays, or holidays of another set. A day that is
// both added and removed is closed.
type Changes struct {
	Added, Removed []Change
}

// Change is a day that is added to the set with a key, or removed from it. An empty key stands for
// all sets, and for calendars without sets.
type Change struct {
	Date calendar.Date
	Set  string
}

// Calendar knows the business days of an organization. The zero Calendar has no holidays.
type Calendar struct {
	sets []*Set
	// added are sorted; removed are sorted, by the key of their set.
	added   []calendar.Date
	removed map[string][]calendar.Date
}

// NewCalendar returns the calendar of sets and an organization's changes to them. It fails if a key
// is unknown, or if the changes leave no business day within MaxClosed days.
func NewCalendar(keys []string, changes Changes) (Calendar, error) {
	c := Calendar{removed: map[string][]calendar.Date{}}
	for _, change := range changes.Added {
		if change.Set == "" || slices.Contains(keys, change.Set) {
			c.added = append(c.added, change.Date)
		}
	}
	slices.SortFunc(c.added, calendar.Date.Compare)
	for _, change := range changes.Removed {
		c.removed[change.Set] = append(c.removed[change.Set], change.Date)
	}
	for _, days := range c.removed {
		slices.SortFunc(days, calendar.Date.Compare)
	}
	for _, key := range keys {
		set, ok := Find(key)
		if !ok {
			return Calendar{}, fmt.Errorf("unknown holiday set %.40q: want a key such as US, GB-SCT or DE-BY", key)
		}
		c.sets = append(c.sets, set)
	}
	for _, d := range c.added {
		closed := 1
		for before := d.AddDays(-1); closed <= MaxClosed && !c.IsBusinessDay(before); before = before.AddDays(-1) {
			closed++
		}
		for after := d.AddDays(1); closed <= MaxClosed && !c.IsBusinessDay(after); after = after.AddDays(1) {
			closed++
		}
		if closed > MaxClosed {
			return Calendar{}, fmt.Errorf("the holidays around %s leave more than %d days without a business day", d, MaxClosed)
		}
	}
	return c, nil
}

// IsBusinessDay reports whether d is neither a Saturday or Sunday nor a holiday.
func (c Calendar) IsBusinessDay(d calendar.Date) bool {
	switch {
	case isWeekend(d), contains(c.added, d):
		return false
	case contains(c.removed[""], d):
		return true
	}
	return !slices.ContainsFunc(c.sets, func(s *Set) bool { return s.isHoliday(d) && !contains(c.removed[s.Key], d) })
}

// Following returns the first business day on or after d.
func (c Calendar) Following(d calendar.Date) calendar.Date { return c.seek(d, 1) }

// Preceding returns the last business day on or before d.
func (c Calendar) Preceding(d calendar.Date) calendar.Date { return c.seek(d, -1) }

// seek returns the closest business day in a direction. MaxClosed bounds its steps, except at the
// first and last day that exist, where it returns that day.
func (c Calendar) seek(d calendar.Date, step int) calendar.Date {
	for range MaxClosed {
		if c.IsBusinessDay(d) {
			return d
		}
		d = d.AddDays(step)
	}
	return d
}

// AddBusinessDays returns the nth business day after d, or before it if n is negative. If n is 0,
// it returns d, or the first business day after it.
func (c Calendar) AddBusinessDays(d calendar.Date, n int) calendar.Date {
	if n == 0 {
		return c.Following(d)
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for range n {
		d = c.seek(d.AddDays(step), step)
	}
	return d
}

func contains(days []calendar.Date, d calendar.Date) bool {
	_, found := slices.BinarySearchFunc(days, d, calendar.Date.Compare)
	return found
}
