package recurrence

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// longestRRULE is the length of the longest text that FromRRULE reads.
const longestRRULE = 4000

// Start is the DTSTART of an RRULE: a day, its local time such as "09:00", or "" for whole days,
// and the IANA zone, or "" if the time has none.
type Start struct {
	Date      calendar.Date
	TimeOfDay string
	Zone      string
}

// FromRRULE returns the recurrence that the value of an RRULE property describes. New checks it. A
// YEARLY rule with BYMONTHDAY but no BYMONTH uses the month of the start, as libical reads it.
// FromRRULE fails on rule parts that a recurrence cannot express: BYYEARDAY, BYWEEKNO, hours,
// minutes and seconds, and calendars other than GREGORIAN.
func FromRRULE(text string, start Start) (*typepb.Recurrence, error) {
	if len(text) > longestRRULE {
		return nil, fmt.Errorf("the RRULE has more than %d characters", longestRRULE)
	}
	p := rruleParser{
		start: start,
		seen:  map[string]bool{},
		rule: &typepb.Recurrence{
			StartDate: start.Date.String(), TimeOfDay: start.TimeOfDay, TimeZone: start.Zone,
			Clamp: typepb.Recurrence_OMIT,
		},
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(strings.ToUpper(text), ";"), ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || value == "" || p.seen[name] {
			return nil, fmt.Errorf("the RRULE has the invalid or repeated part %.40q", part)
		}
		p.seen[name] = true
		if err := p.read(name, value); err != nil {
			return nil, fmt.Errorf("the RRULE has %.40q: %w", part, err)
		}
	}
	return p.rule, p.finish()
}

// rruleParser collects the parts of an RRULE.
type rruleParser struct {
	start Start
	seen  map[string]bool
	rule  *typepb.Recurrence
}

func (p *rruleParser) read(name, value string) (err error) {
	switch r := p.rule; name {
	case "FREQ":
		r.Frequency = typepb.Recurrence_Frequency(typepb.Recurrence_Frequency_value[value])
		if r.Frequency == 0 {
			err = errors.New("want DAILY, WEEKLY, MONTHLY or YEARLY")
		}
	case "INTERVAL":
		r.Interval, err = parsePositive(value)
	case "COUNT":
		r.Count, err = parsePositive(value)
	case "UNTIL":
		r.UntilDate, err = p.readUntil(value)
	case "BYMONTH":
		r.Months, err = parseNumbers(value)
	case "BYMONTHDAY":
		r.MonthDays, err = parseNumbers(value)
	case "BYSETPOS":
		r.SetPositions, err = parseNumbers(value)
	case "BYDAY":
		r.Weekdays, err = parseWeekdays(value)
	case "WKST":
		var ok bool
		if r.WeekStart, ok = pbDay(value); !ok {
			err = errNoWeekday
		}
	case "RSCALE":
		if value != "GREGORIAN" {
			err = errors.New("only GREGORIAN is supported")
		}
	case "SKIP":
		r.Clamp = typepb.Recurrence_Clamp(typepb.Recurrence_Clamp_value[value])
		if r.Clamp == 0 {
			err = errors.New("want OMIT, BACKWARD or FORWARD")
		}
	default:
		err = errors.New("this part is not supported")
	}
	return err
}

// finish checks the parts together.
func (p *rruleParser) finish() error {
	r := p.rule
	switch {
	case !p.seen["FREQ"]:
		return errors.New("the RRULE has no FREQ")
	case p.seen["COUNT"] && p.seen["UNTIL"]:
		return errors.New("the RRULE has both COUNT and UNTIL")
	case p.seen["SKIP"] && !p.seen["RSCALE"]:
		return errors.New("the RRULE has SKIP without RSCALE")
	}
	if r.Frequency == typepb.Recurrence_YEARLY && len(r.MonthDays) > 0 && len(r.Months) == 0 {
		r.Months = []int32{int32(p.start.Date.Month())}
	}
	return nil
}

// readUntil returns the last day whose instant is not after UNTIL. An UNTIL without Z is local
// time.
func (p *rruleParser) readUntil(value string) (string, error) {
	zone := time.UTC
	if p.start.Zone != "" {
		loaded, err := zones.Load(p.start.Zone)
		if err != nil {
			return "", err
		}
		zone = loaded
	}
	until, err := time.ParseInLocation(icalDateTime+"Z", value, time.UTC)
	if err != nil {
		until, err = time.ParseInLocation(icalDateTime, value, zone)
	}
	if err != nil {
		day, err := calendar.ParseCompactDate(value)
		return day.String(), err
	}
	day := calendar.DateOf(until, zone)
	if p.start.TimeOfDay == "" {
		return day.String(), nil
	}
	clock, err := time.Parse("15:04", p.start.TimeOfDay)
	if err != nil {
		return "", err
	}
	if day.At(clock.Hour(), clock.Minute(), zone).After(until) {
		day = day.AddDays(-1)
	}
	return day.String(), nil
}

var errNoWeekday = errors.New("want weekdays such as MO or -1FR")

// parseWeekdays parses weekdays with an optional ordinal, such as "MO,-1FR".
func parseWeekdays(text string) (out []*typepb.Recurrence_Weekday, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if len(part) < 2 {
			return nil, errNoWeekday
		}
		number, name := part[:len(part)-2], part[len(part)-2:]
		day, ok := pbDay(name)
		w := &typepb.Recurrence_Weekday{Day: day}
		if number != "" {
			if w.Ordinal, err = parseNumber(number); err != nil || w.Ordinal == 0 {
				return nil, errNoWeekday
			}
		}
		if !ok {
			return nil, errNoWeekday
		}
		out = append(out, w)
	}
	return out, nil
}

// parseNumbers parses numbers that are not 0, such as "1,15,-1". It drops repetitions.
func parseNumbers(text string) (out []int32, err error) {
	for part := range strings.SplitSeq(text, ",") {
		n, err := parseNumber(part)
		if err != nil || n == 0 {
			return nil, errors.New("want numbers such as 1,15,-1")
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out, nil
}

func parsePositive(text string) (int32, error) {
	n, err := parseNumber(text)
	if err != nil || n < 1 {
		return 0, errors.New("want a positive number")
	}
	return n, nil
}

func parseNumber(text string) (int32, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	return int32(n), err
}
