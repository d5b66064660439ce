package exportfile

import (
	"time"

	"backoffice/internal/platform/calendar"
)

// dueRule is how a file writes due dates: Linear exports a date as the instant of midnight in the
// zone of the person who exports, such as 2026-01-15T23:00:00.000Z for January 16.
type dueRule int

const (
	// dueInZone reads dates in the zone of Options.
	dueInZone dueRule = iota
	// dueAtMidnight reads each instant as the nearest midnight of UTC.
	dueAtMidnight
)

// findDueRule finds the rule from all due dates. If all are midnight in the zone of Options, it is
// the zone of the file. Otherwise, if all are at one or two times of day, an hour apart as in
// summer and winter, they are midnight in another zone.
func (r *csvReader) findDueRule() dueRule {
	isInZone := true
	clocks := map[int]bool{}
	var first Problem
	r.eachCell([]Field{FieldDueDate}, func(at Place, field Field, text string) {
		t, ok := parseInstant(text)
		if !ok {
			return
		}
		if first.Value == "" {
			first = Problem{Place: at, Field: field, Value: text}
		}
		local := t.In(r.options.Zone)
		isInZone = isInZone && local.Equal(calendar.DateOf(t, r.options.Zone).Midnight(r.options.Zone))
		clocks[secondsOfDay(t.UTC())] = true
	})
	switch {
	case len(clocks) == 0 || isInZone:
		return dueInZone
	case areMidnights(clocks):
		r.file.report(first.Place, FieldDueDate, Notice, first.Value,
			"due dates are midnight in a zone other than %s; they were read as dates of that zone", r.options.Zone)
		return dueAtMidnight
	}
	r.file.report(first.Place, FieldDueDate, Notice, first.Value,
		"due dates are at different times of day; they were read as dates in the zone %s", r.options.Zone)
	return dueInZone
}

// areMidnights reports whether times of day are one, or two that are an hour apart.
func areMidnights(clocks map[int]bool) bool {
	const hour, day = 3600, 86400
	if len(clocks) > 2 {
		return false
	}
	for a := range clocks {
		for b := range clocks {
			if d := (a - b + day) % day; d != 0 && d != hour && d != day-hour {
				return false
			}
		}
	}
	return true
}

// secondsOfDay returns the seconds since midnight.
func secondsOfDay(t time.Time) int { return t.Hour()*3600 + t.Minute()*60 + t.Second() }

// linearDue returns the due date of a row, which has no time.
func (c *record) linearDue(rule dueRule) Moment {
	m := c.moment(FieldDueDate)
	if rule == dueAtMidnight && !m.Time.IsZero() {
		const halfDay = 12 * time.Hour
		m.Date = calendar.DateOf(m.Time.Add(halfDay), time.UTC)
	}
	m.Time = time.Time{}
	return m
}
