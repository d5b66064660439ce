package recurrence

import (
	"iter"
	"time"

	"backoffice/internal/platform/calendar"
)

// At returns the instant of the series on a day: its local time of day, or the beginning of the
// day. A time that clocks skip is moved forward by as much as they skip. A time that occurs twice
// means the first.
func (s *Series) At(d calendar.Date) time.Time {
	if !s.clock.given {
		return d.Midnight(s.zone)
	}
	return d.At(s.clock.hour, s.clock.minute, s.zone)
}

// Times returns the instants of the series at or after from. Two days have one instant if clocks
// skipped the first of them.
func (s *Series) Times(from time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		var previous time.Time
		// Skipped clocks move an instant by a day at most.
		for day := range s.All(calendar.DateOf(from, s.zone).AddDays(-1)) {
			t := s.At(day)
			if t.Before(from) || t.Equal(previous) {
				continue
			}
			if !yield(t) {
				return
			}
			previous = t
		}
	}
}

// Occurrence is one time of a series.
type Occurrence struct {
	// RuleDay is the day that the rule chooses, Day the business day to which it moves. They are
	// the same without a shift.
	RuleDay, Day calendar.Date
	Time         time.Time
}

// Occurrences returns the occurrences whose rule day is on or after from. If several rule days have
// the same time, because they move to one business day or clocks skipped a day, it returns the
// first.
func (s *Series) Occurrences(from calendar.Date) iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) {
		var previous time.Time
		for day := range s.chosen(from) {
			o := Occurrence{RuleDay: day, Day: s.shifted(day)}
			o.Time = s.At(o.Day)
			if !previous.IsZero() && !o.Time.After(previous) {
				continue
			}
			if !yield(o) {
				return
			}
			previous = o.Time
		}
	}
}

// OccurrencesAfter returns the occurrences whose time is after t.
func (s *Series) OccurrencesAfter(t time.Time) iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) {
		// Skipped clocks move an instant by a day at most.
		for o := range s.Occurrences(calendar.DateOf(t, s.zone).AddDays(-1 - s.longestShift())) {
			if o.Time.After(t) && !yield(o) {
				return
			}
		}
	}
}

// NextTime returns the first instant of the series after t, or false if the series has ended.
func (s *Series) NextTime(t time.Time) (time.Time, bool) {
	for next := range s.Times(t.Add(1)) {
		return next, true
	}
	return time.Time{}, false
}

// PreviousTime returns the last instant of the series before t, or false if there is none.
func (s *Series) PreviousTime(t time.Time) (time.Time, bool) {
	day, ok := s.Previous(calendar.DateOf(t, s.zone).AddDays(1))
	for ok {
		if previous := s.At(day); previous.Before(t) {
			return previous, true
		}
		day, ok = s.Previous(day)
	}
	return time.Time{}, false
}
