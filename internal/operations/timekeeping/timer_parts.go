package timekeeping

import (
	"time"

	"backoffice/internal/platform/calendar"
)

// maxTimer is the most time that a timer can record.
const maxTimer = 24 * time.Hour

// timerPart is the part of a timer's time that is on one day.
type timerPart struct {
	date    calendar.Date
	start   time.Time
	seconds int32
}

// splitByDay splits the time from start to end at each midnight in a zone. It cuts both off to
// whole seconds, so that the parts add up to the whole. Less than a second counts as one.
func splitByDay(start, end time.Time, zone *time.Location) (parts []timerPart) {
	start, end = start.Truncate(time.Second), end.Truncate(time.Second)
	if !start.Before(end) {
		return []timerPart{{calendar.DateOf(start, zone), start, 1}}
	}
	for start.Before(end) {
		day := calendar.DateOf(start, zone)
		next := day.AddDays(1).Midnight(zone)
		if !start.Before(next) || end.Before(next) { // the last day
			next = end
		}
		parts = append(parts, timerPart{day, start, int32(next.Sub(start) / time.Second)})
		start = next
	}
	return parts
}
