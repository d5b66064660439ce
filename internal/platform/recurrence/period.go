package recurrence

import (
	"iter"
	"slices"
	"time"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// chosen returns the days that the rule chooses on or after from, before a shift. Two periods share
// a day only at their border, where a clamp can move a day into the neighboring month.
func (s *Series) chosen(from calendar.Date) iter.Seq[calendar.Date] {
	return func(yield func(calendar.Date) bool) {
		from := calendar.Later(from, s.start)
		var previous calendar.Date
		var days []calendar.Date
		// A clamp can move a day one day before or after its period.
		for n := max(s.periodOf(from)-1, 0); !s.periodStart(n).AddDays(-1).After(s.last); n++ {
			if start := s.periodStart(n); s.skipsMonth(start) {
				n = s.periodOf(start.LastOfMonth())
				continue
			}
			days = s.daysOf(n, days[:0])
			for _, day := range days {
				switch {
				case day.Before(from), day == previous:
					continue
				case day.After(s.last):
					return
				case !yield(day):
					return
				}
				previous = day
			}
		}
	}
}

// chosenBackward returns the days that the rule chooses on or before from, before a shift, the
// latest first.
func (s *Series) chosenBackward(from calendar.Date) iter.Seq[calendar.Date] {
	return func(yield func(calendar.Date) bool) {
		from := calendar.Earlier(from, s.last)
		var previous calendar.Date
		var days []calendar.Date
		for n := s.periodOf(from) + 1; n >= 0; n-- {
			if start := s.periodStart(n); s.skipsMonth(start) {
				before := start.FirstOfMonth().AddDays(-1)
				if before.Before(s.start) {
					return
				}
				n = s.periodOf(before) + 1
				continue
			}
			days = s.daysOf(n, days[:0])
			for _, day := range slices.Backward(days) {
				switch {
				case day.After(from), day == previous:
					continue
				case day.Before(s.start):
					return
				case !yield(day):
					return
				}
				previous = day
			}
		}
	}
}

// skipsMonth reports whether the periods are days and the rule chooses none in the month of d.
func (s *Series) skipsMonth(d calendar.Date) bool {
	return s.frequency == typepb.Recurrence_DAILY && !s.hasMonth(d)
}

// periodOf returns the index of the period that contains d, or of the one before the gap that does.
// Days before the first period belong to it.
func (s *Series) periodOf(d calendar.Date) int {
	if d.Before(s.start) {
		return 0
	}
	switch s.frequency {
	case typepb.Recurrence_DAILY:
		return s.start.DaysUntil(d) / s.interval
	case typepb.Recurrence_WEEKLY:
		return s.firstOfWeek().DaysUntil(d) / 7 / s.interval
	case typepb.Recurrence_MONTHLY:
		return ((d.Year()-s.start.Year())*12 + int(d.Month()) - int(s.start.Month())) / s.interval
	}
	return (d.Year() - s.start.Year()) / s.interval
}

// periodStart returns the first day of a period. The first period, 0, contains the start date.
func (s *Series) periodStart(n int) calendar.Date {
	n *= s.interval
	switch s.frequency {
	case typepb.Recurrence_DAILY:
		return s.start.AddDays(n)
	case typepb.Recurrence_WEEKLY:
		return s.firstOfWeek().AddDays(7 * n)
	case typepb.Recurrence_MONTHLY:
		return s.start.FirstOfMonth().AddMonths(n)
	}
	return s.start.FirstOfMonth().AddMonths(12*n + int(time.January-s.start.Month()))
}

// firstOfWeek returns the first day of the week that contains the start date.
func (s *Series) firstOfWeek() calendar.Date {
	return s.start.AddDays(-(int(s.start.Weekday()-s.weekStart) + 7) % 7)
}

// daysOf appends the days that the rule chooses in a period, in order.
func (s *Series) daysOf(n int, days []calendar.Date) []calendar.Date {
	start := s.periodStart(n)
	switch s.frequency {
	case typepb.Recurrence_DAILY:
		if s.hasMonth(start) && s.hasMonthDay(start) && s.hasWeekday(start) {
			days = append(days, start)
		}
		return days
	case typepb.Recurrence_WEEKLY:
		days = s.appendWeekdays(days, start, start.AddDays(6))
		days = slices.DeleteFunc(days, func(d calendar.Date) bool { return !s.hasMonth(d) })
	case typepb.Recurrence_MONTHLY:
		days = s.appendDaysOfMonth(days, start)
	case typepb.Recurrence_YEARLY:
		days = s.appendDaysOfYear(days, start)
	}
	slices.SortFunc(days, calendar.Date.Compare)
	return s.atPositions(slices.Compact(days))
}

// appendDaysOfYear appends the days of the year that begins with start.
func (s *Series) appendDaysOfYear(days []calendar.Date, start calendar.Date) []calendar.Date {
	if len(s.months) == 0 {
		return s.appendWeekdays(days, start, start.AddMonths(11).LastOfMonth())
	}
	for _, month := range s.months {
		days = s.appendDaysOfMonth(days, start.AddMonths(month-1))
	}
	return days
}

// appendDaysOfMonth appends the days of the month that begins with first: its days by number that
// are on the weekdays, if any, or else all its weekdays.
func (s *Series) appendDaysOfMonth(days []calendar.Date, first calendar.Date) []calendar.Date {
	switch {
	case !s.hasMonth(first):
		return days
	case len(s.monthDays) == 0:
		return s.appendWeekdays(days, first, first.LastOfMonth())
	}
	for _, number := range s.monthDays {
		if day, ok := s.dayOfMonth(first, number); ok && s.hasWeekday(day) {
			days = append(days, day)
		}
	}
	return days
}

// dayOfMonth returns a day of the month by its number. It returns false if the month lacks the day
// and the rule omits it.
func (s *Series) dayOfMonth(first calendar.Date, number int) (calendar.Date, bool) {
	last := first.LastOfMonth()
	if number < 0 {
		number += last.Day() + 1
	}
	switch {
	case number >= 1 && number <= last.Day():
		return first.AddDays(number - 1), true
	case s.clamp == typepb.Recurrence_OMIT:
		return calendar.Date{}, false
	case number < 1 && s.clamp == typepb.Recurrence_FORWARD:
		return first, true
	case number < 1:
		return first.AddDays(-1), true
	case s.clamp == typepb.Recurrence_FORWARD:
		return last.AddDays(1), true
	}
	return last, true
}

// appendWeekdays appends the weekdays of the rule from first to last, such as every Friday or the
// second Tuesday.
func (s *Series) appendWeekdays(days []calendar.Date, first, last calendar.Date) []calendar.Date {
	for _, w := range s.weekdays {
		earliest := first.AddDays((int(w.day-first.Weekday()) + 7) % 7)
		latest := last.AddDays(-(int(last.Weekday()-w.day) + 7) % 7)
		switch {
		case w.ordinal > 0:
			earliest = earliest.AddDays(7 * (w.ordinal - 1))
			latest = earliest
		case w.ordinal < 0:
			latest = latest.AddDays(7 * (w.ordinal + 1))
			earliest = latest
		}
		for day := earliest; !day.After(latest); day = day.AddDays(7) {
			if !day.Before(first) && !day.After(last) {
				days = append(days, day)
			}
		}
	}
	return days
}

// atPositions returns those of a period's days that are at the rule's positions. It reuses days.
func (s *Series) atPositions(days []calendar.Date) []calendar.Date {
	if len(s.positions) == 0 {
		return days
	}
	kept := days[:0]
	for i, day := range days {
		if slices.Contains(s.positions, i+1) || slices.Contains(s.positions, i-len(days)) {
			kept = append(kept, day)
		}
	}
	return kept
}

func (s *Series) hasMonth(d calendar.Date) bool {
	return len(s.months) == 0 || slices.Contains(s.months, int(d.Month()))
}

func (s *Series) hasMonthDay(d calendar.Date) bool {
	return len(s.monthDays) == 0 || slices.Contains(s.monthDays, d.Day()) ||
		slices.Contains(s.monthDays, d.Day()-d.LastOfMonth().Day()-1)
}

func (s *Series) hasWeekday(d calendar.Date) bool {
	return len(s.weekdays) == 0 ||
		slices.ContainsFunc(s.weekdays, func(w weekday) bool { return w.day == d.Weekday() })
}
