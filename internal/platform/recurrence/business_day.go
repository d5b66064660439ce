package recurrence

import (
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/holiday"
)

// shifted returns the business day to which a day moves. Later days never move to earlier ones, so
// a series stays in order.
func (s *Series) shifted(d calendar.Date) calendar.Date {
	if s.shift == typepb.Recurrence_SHIFT_UNSPECIFIED {
		return d
	}
	before, after := s.business.Preceding(d), s.business.Following(d)
	switch s.shift {
	case typepb.Recurrence_PRECEDING:
		return before
	case typepb.Recurrence_MODIFIED_FOLLOWING:
		if after.FirstOfMonth() != d.FirstOfMonth() {
			return before
		}
	case typepb.Recurrence_NEAREST:
		if before.DaysUntil(d) < d.DaysUntil(after) {
			return before
		}
	}
	return after
}

// longestShift returns the largest number of days by which a day can move.
func (s *Series) longestShift() int {
	if s.shift == typepb.Recurrence_SHIFT_UNSPECIFIED {
		return 0
	}
	return holiday.MaxClosed
}
