package exportfile

import (
	"strings"
	"time"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
)

// parseInstant parses an instant with its offset from UTC, as ISO 8601 and JavaScript write it.
func parseInstant(text string) (time.Time, bool) {
	const longest = 100
	if len(text) > longest {
		return time.Time{}, false
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, true
	}
	// JavaScript adds the name of the zone: Mon Jun 03 2024 07:41:12 GMT+0000 (GMT).
	text, _, _ = strings.Cut(text, " (")
	t, err := time.Parse("Mon Jan 02 2006 15:04:05 GMT-0700", text)
	return t, err == nil
}

// instant returns the moment of an instant, and false if its year is not plausible.
func (c *collector) instant(t time.Time) (Moment, bool) {
	date := calendar.DateOf(t, c.options.Zone)
	return Moment{Date: date, Time: t.UTC()}, date.IsPlausible()
}

// parseMoment parses an instant, or a date in an order.
func (c *collector) parseMoment(text string, order datetext.Order) (m Moment, problem string) {
	if t, ok := parseInstant(text); ok {
		if m, ok = c.instant(t); !ok {
			return Moment{}, "is not between the years 1900 and 2200"
		}
		return m, ""
	}
	date, err := datetext.Parse(text, order)
	if err != nil {
		return Moment{}, err.Error()
	}
	return Moment{Date: date}, ""
}

// moment returns the date or instant in a cell. It reports a cell that is neither.
func (c *record) moment(field Field) Moment {
	text := c.text(field)
	if text == "" {
		return Moment{}
	}
	m, problem := c.parseMoment(text, c.order)
	if problem != "" {
		c.lack(field, "%s", problem)
	}
	return m
}

// clock returns the time of day in a cell. It reports a cell that has none.
func (c *record) clock(field Field) Clock {
	text := c.text(field)
	if text == "" {
		return Clock{}
	}
	clock, ok := parseClock(text)
	if !ok {
		c.lack(field, "is not a time of day")
	}
	return clock
}

// clockLayouts are the ways to write a time of day.
var clockLayouts = []string{"15:04:05", "15:04", "3:04:05 PM", "3:04 PM", "3:04:05PM", "3:04PM"}

// parseClock parses a time of day of 24 or 12 hours.
func parseClock(text string) (Clock, bool) {
	text = strings.ToUpper(strings.Join(strings.Fields(strings.ReplaceAll(text, "\u202f", " ")), " "))
	for _, layout := range clockLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return Clock{Seconds: int32(t.Hour()*3600 + t.Minute()*60 + t.Second()), IsKnown: true}, true
		}
	}
	return Clock{}, false
}
