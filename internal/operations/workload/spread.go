package workload

import (
	"slices"
	"time"

	"backoffice/internal/platform/calendar"
)

const (
	daysOfWeek     = 7
	workdaysOfWeek = 5
)

// workdays counts the days on which a person works. It knows the days from a first to a last one.
// After the last one, the person works on all days from Monday to Friday.
type workdays struct {
	first, last calendar.Date
	// before is the number of working days before each day, counted from the first one.
	before []int32
}

// newWorkdays returns the days from first to last on which isWorkday reports true.
func newWorkdays(first, last calendar.Date, isWorkday func(calendar.Date) bool) workdays {
	days := first.DaysUntil(last) + 1
	w := workdays{first: first, last: last, before: make([]int32, days+1)}
	for i := range days {
		w.before[i+1] = w.before[i]
		if isWorkday(first.AddDays(i)) {
			w.before[i+1]++
		}
	}
	return w
}

// place returns the place of a day, that of the closest one that is known.
func (w workdays) place(d calendar.Date) int {
	return min(max(w.first.DaysUntil(d), 0), len(w.before)-1)
}

// count returns the number of working days from start to end, both included. Days before the first
// one do not count.
func (w workdays) count(start, end calendar.Date) int64 {
	if end.Before(start) {
		return 0
	}
	known := w.before[w.place(end.AddDays(1))] - w.before[w.place(start)]
	return int64(known) + weekdays(calendar.Later(start, w.last.AddDays(1)), end)
}

// weekdays returns the number of days from Monday to Friday from start to end, both included.
func weekdays(start, end calendar.Date) int64 {
	if end.Before(start) {
		return 0
	}
	days := start.DaysUntil(end) + 1
	count := days / daysOfWeek * workdaysOfWeek
	for i := range days % daysOfWeek {
		if !isWeekend(end.AddDays(-i)) {
			count++
		}
	}
	return int64(count)
}

func isWeekend(d calendar.Date) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

// isWorkday reports whether the person works on a day.
func (w workdays) isWorkday(d calendar.Date) bool { return w.count(d, d) > 0 }

// without returns the working days that are in none of the spans.
func (w workdays) without(spans []span) workdays {
	if len(spans) == 0 {
		return w
	}
	off := workdays{first: w.first, last: w.last, before: slices.Clone(w.before)}
	removed := int32(0)
	next := make([]bool, len(w.before)) // whether the person is away on the day of a place
	for _, s := range spans {
		for i := w.place(s.start); i < len(next) && !w.first.AddDays(i).After(s.end); i++ {
			next[i] = true
		}
	}
	for i := 1; i < len(w.before); i++ {
		if next[i-1] {
			removed += w.before[i] - w.before[i-1]
		}
		off.before[i] = w.before[i] - removed
	}
	return off
}

// span is the days from start to end, both included.
type span struct{ start, end calendar.Date }

// spread is work that is spread evenly over the working days of a span. The days at the beginning
// take the seconds that are left over. If no day of the span is a working day, all days take part.
type spread struct {
	seconds int64
	span    span
	days    workdays
	// all is true if all days of the span take part. total is the number of days that take part.
	all   bool
	total int64
}

// newSpread spreads work over the days from start to due, both included. A due date before the
// start puts all work on the start.
func newSpread(seconds int64, start, due calendar.Date, days workdays) spread {
	s := spread{seconds: seconds, span: span{start, calendar.Later(start, due)}, days: days}
	s.all = days.count(s.span.start, s.span.end) == 0
	s.total = s.count(s.span.start, s.span.end)
	return s
}

// count returns the number of days that take part from start to end.
func (s spread) count(start, end calendar.Date) int64 {
	start, end = calendar.Later(start, s.span.start), calendar.Earlier(end, s.span.end)
	switch {
	case end.Before(start):
		return 0
	case s.all:
		return int64(start.DaysUntil(end)) + 1
	}
	return s.days.count(start, end)
}

// within returns the part of the work that is on the days from start to end, both included.
func (s spread) within(start, end calendar.Date) int64 {
	if end.Before(s.span.start) || start.After(s.span.end) {
		return 0
	}
	before := s.count(s.span.start, start.AddDays(-1))
	through := before + s.count(start, end)
	each, left := s.seconds/s.total, s.seconds%s.total
	return each*(through-before) + min(through, left) - min(before, left)
}
