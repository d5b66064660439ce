// Package recurrence expands rules for recurring days and times, such as the last Friday of every
// month at 09:00.
//
// New checks a Recurrence of the API and returns its Series, whose days can be visited forward,
// backward and by number. Days are those of RFC 5545, with the treatment of missing days of RFC
// 7529. They are civil dates: time zones matter only where a day becomes an instant. A Series ends
// on 2200-12-31 at the latest and is never empty, so no search runs without end. The package keeps
// no state, reads no clock and stores nothing.
package recurrence

import (
	"iter"
	"time"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/holiday"
)

// Setting is the part of a series that depends on its organization.
type Setting struct {
	// Zone is the time zone of rules that name none. Nil means UTC.
	Zone *time.Location
	// Holidays are the organization's changes to the holiday sets of a rule.
	Holidays holiday.Changes
}

// Series is the days of a recurrence. A Series is immutable and safe for concurrent use.
type Series struct {
	frequency typepb.Recurrence_Frequency
	interval  int
	weekdays  []weekday // sorted
	monthDays []int
	months    []int
	positions []int
	weekStart time.Weekday
	clamp     typepb.Recurrence_Clamp
	start     calendar.Date
	until     calendar.Date // zero without an end date
	count     int           // 0 without a limit
	clock     clockTime
	zone      *time.Location
	shift     typepb.Recurrence_Shift
	business  holiday.Calendar
	// last is the last day that the rule chooses: by its end date, its count, or the last date of
	// the API.
	last calendar.Date
}

// weekday is each of a weekday in a period if ordinal is 0, or the nth.
type weekday struct {
	day     time.Weekday
	ordinal int
}

// clockTime is a local time of day. The zero value means the beginning of the day.
type clockTime struct {
	given        bool
	hour, minute int
}

// All returns the days of the series on or after from.
func (s *Series) All(from calendar.Date) iter.Seq[calendar.Date] {
	return func(yield func(calendar.Date) bool) {
		var previous calendar.Date
		for day := range s.chosen(from.AddDays(-s.longestShift())) {
			day = s.shifted(day)
			if day.Before(from) || day == previous {
				continue
			}
			if !yield(day) {
				return
			}
			previous = day
		}
	}
}

// Between returns the days of the series from start to end, both included.
func (s *Series) Between(start, end calendar.Date) iter.Seq[calendar.Date] {
	return func(yield func(calendar.Date) bool) {
		for day := range s.All(start) {
			if day.After(end) || !yield(day) {
				return
			}
		}
	}
}

// First returns the first day of the series.
func (s *Series) First() calendar.Date {
	first, _ := s.OnOrAfter(s.start.AddDays(-s.longestShift()))
	return first
}

// OnOrAfter returns the first day of the series on or after d, or false if the series has ended.
func (s *Series) OnOrAfter(d calendar.Date) (calendar.Date, bool) {
	for day := range s.All(d) {
		return day, true
	}
	return calendar.Date{}, false
}

// Next returns the first day of the series after d, or false if the series has ended.
func (s *Series) Next(d calendar.Date) (calendar.Date, bool) {
	if d == calendar.LastDay() {
		return calendar.Date{}, false
	}
	return s.OnOrAfter(d.AddDays(1))
}

// Previous returns the last day of the series before d, or false if there is none.
func (s *Series) Previous(d calendar.Date) (calendar.Date, bool) {
	for day := range s.chosenBackward(d.AddDays(s.longestShift())) {
		if day = s.shifted(day); day.Before(d) {
			return day, true
		}
	}
	return calendar.Date{}, false
}

// Nth returns the nth day of the series, where 1 is the first, or false if there are fewer.
func (s *Series) Nth(n int) (calendar.Date, bool) {
	if n < 1 {
		return calendar.Date{}, false
	}
	for day := range s.All(s.First()) {
		if n--; n == 0 {
			return day, true
		}
	}
	return calendar.Date{}, false
}

// Count returns the number of days of the series from start to end, both included.
func (s *Series) Count(start, end calendar.Date) int {
	count := 0
	for range s.Between(start, end) {
		count++
	}
	return count
}
