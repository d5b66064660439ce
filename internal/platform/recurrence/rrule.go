package recurrence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// The forms of dates and times in iCalendar.
const (
	icalDate     = "20060102"
	icalDateTime = "20060102T150405"
)

// icalDays are the names of weekdays in iCalendar, indexed by time.Weekday.
var icalDays = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// ICalendar returns the series as content lines of an iCalendar event (RFC 5545): DTSTART and
// RRULE. The rule parts of RFC 7529 are used only where months lack days of the rule. A series that
// an RRULE cannot express, because it moves to business days, is returned as DTSTART and one RDATE
// for each further day through end.
func (s *Series) ICalendar(end calendar.Date) []string {
	first := s.First()
	lines := []string{"DTSTART" + s.icalValue(first)}
	if s.isRRULE(first) {
		return append(lines, "RRULE:"+s.RRULE())
	}
	for day := range s.Between(first.AddDays(1), end) {
		lines = append(lines, "RDATE"+s.icalValue(day))
	}
	return lines
}

// isRRULE reports whether an RRULE after a DTSTART on the first day describes the series. It does
// not if days are shifted, or if a clamp moved the first day out of its period, since periods are
// counted from DTSTART.
func (s *Series) isRRULE(first calendar.Date) bool {
	if s.shift != typepb.Recurrence_SHIFT_UNSPECIFIED {
		return false
	}
	period := s.periodStart(s.periodOf(first))
	switch s.frequency {
	case typepb.Recurrence_MONTHLY:
		return period == first.FirstOfMonth()
	case typepb.Recurrence_YEARLY:
		return period.Year() == first.Year()
	}
	return true
}

// icalValue returns the parameters and the value of a property for a day of the series.
func (s *Series) icalValue(d calendar.Date) string {
	day := strings.ReplaceAll(d.String(), "-", "")
	switch {
	case !s.clock.given:
		return ";VALUE=DATE:" + day
	case s.zone == time.UTC:
		return fmt.Sprintf(":%sT%02d%02d00Z", day, s.clock.hour, s.clock.minute)
	}
	return fmt.Sprintf(";TZID=%s:%sT%02d%02d00", s.zone, day, s.clock.hour, s.clock.minute)
}

// RRULE returns the rule as the value of an RRULE property, without the shift to business days.
// Days that the rule took from its start date are explicit.
func (s *Series) RRULE() string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	if s.clamps() {
		add("RSCALE", "GREGORIAN")
	}
	add("FREQ", s.frequency.String())
	if s.interval > 1 {
		add("INTERVAL", strconv.Itoa(s.interval))
	}
	add("BYMONTH", joined(s.months, strconv.Itoa))
	add("BYMONTHDAY", joined(s.monthDays, strconv.Itoa))
	add("BYDAY", joined(s.weekdays, weekday.ical))
	add("BYSETPOS", joined(s.positions, strconv.Itoa))
	if s.weekStart != time.Monday {
		add("WKST", icalDays[s.weekStart])
	}
	if s.clamps() {
		add("SKIP", s.clamp.String())
	}
	if s.count > 0 {
		add("COUNT", strconv.Itoa(s.count))
	}
	if !s.until.IsZero() {
		add("UNTIL", s.icalUntil())
	}
	return strings.Join(parts, ";")
}

// clamps reports whether the rule moves days that a month lacks, which RFC 5545 omits.
func (s *Series) clamps() bool {
	return s.frequency != typepb.Recurrence_DAILY && s.clamp != typepb.Recurrence_OMIT && s.canMissDays()
}

// icalUntil returns the end date as an instant in UTC if the series has a time of day, as RFC 5545
// requires.
func (s *Series) icalUntil() string {
	if !s.clock.given {
		return strings.ReplaceAll(s.until.String(), "-", "")
	}
	return s.At(s.until).UTC().Format(icalDateTime) + "Z"
}

func (w weekday) ical() string {
	if w.ordinal == 0 {
		return icalDays[w.day]
	}
	return strconv.Itoa(w.ordinal) + icalDays[w.day]
}

// joined returns the texts of values, separated by commas.
func joined[T any](values []T, text func(T) string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = text(v)
	}
	return strings.Join(parts, ",")
}

// pbDay returns the day of the week with a name in iCalendar.
func pbDay(name string) (typepb.Recurrence_DayOfWeek, bool) {
	switch day := slices.Index(icalDays, name); day {
	case -1:
		return 0, false
	case 0:
		return typepb.Recurrence_SUNDAY, true
	default:
		return typepb.Recurrence_DayOfWeek(day), true
	}
}
