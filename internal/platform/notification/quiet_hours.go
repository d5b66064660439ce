package notification

import (
	"time"

	"backoffice/internal/platform/calendar"
)

// afterQuietHours returns when something may be sent that is ready at an instant: at once, or at
// the end of the quiet hours. They are computed as instants, so that they begin and end once a day
// also when clocks change.
func (p preferences) afterQuietHours(at time.Time, organization *time.Location) time.Time {
	zone := p.zone(organization)
	start, isSet := parseTime(p.GetQuietStartTime())
	end, endIsSet := parseTime(p.GetQuietEndTime())
	if !isSet || !endIsSet {
		return at
	}
	today := calendar.DateOf(at, zone)
	// The quiet hours of yesterday may end today.
	for _, day := range []calendar.Date{today.AddDays(-1), today} {
		lastDay := day
		if end <= start {
			lastDay = day.AddDays(1)
		}
		if from, until := start.on(day, zone), end.on(lastDay, zone); !at.Before(from) && at.Before(until) {
			return until.UTC()
		}
	}
	return at
}

// nextDigest returns the time of the first digest after an instant.
func (p preferences) nextDigest(after time.Time, organization *time.Location) time.Time {
	zone := p.zone(organization)
	t, isSet := parseTime(p.GetDigestTime())
	if !isSet {
		t, _ = parseTime(defaultDigestTime)
	}
	for day := calendar.DateOf(after, zone); ; day = day.AddDays(1) {
		if at := t.on(day, zone); at.After(after) {
			return p.afterQuietHours(at, organization).UTC()
		}
	}
}

// minutes is a local time of a day, in minutes since midnight.
type minutes int

// on returns the instant of the time on a day.
func (m minutes) on(day calendar.Date, zone *time.Location) time.Time {
	return day.At(int(m)/60, int(m)%60, zone)
}

// parseTime parses a local time such as 22:00. ok is false if there is none.
func parseTime(text string) (m minutes, ok bool) {
	t, err := time.Parse("15:04", text)
	return minutes(t.Hour()*60 + t.Minute()), err == nil
}
