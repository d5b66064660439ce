package recurrence

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/holiday"
)

// New checks a recurrence and returns its series. It reports all violations at the fields of the
// recurrence; callers merge them below the field that contains it. It fails too if the rule chooses
// no day until its end or until 2200-12-31, such as February 30 with OMIT.
func New(r *typepb.Recurrence, setting Setting) (*Series, error) {
	if err := fault.CheckLimits(r); err != nil {
		return nil, err
	}
	s := &Series{
		frequency: r.GetFrequency(),
		interval:  max(int(r.GetInterval()), 1),
		monthDays: sortedInts(r.GetMonthDays()),
		months:    sortedInts(r.GetMonths()),
		positions: sortedInts(r.GetSetPositions()),
		weekStart: goWeekday(cmp.Or(r.GetWeekStart(), typepb.Recurrence_MONDAY)),
		clamp:     cmp.Or(r.GetClamp(), typepb.Recurrence_BACKWARD),
		count:     int(r.GetCount()),
		shift:     r.GetShift(),
	}
	for _, w := range r.GetWeekdays() {
		s.weekdays = append(s.weekdays, weekday{goWeekday(w.GetDay()), int(w.GetOrdinal())})
	}
	slices.SortFunc(s.weekdays, func(a, b weekday) int {
		return cmp.Or(a.ordinal-b.ordinal, (int(a.day)+6)%7-(int(b.day)+6)%7)
	})
	s.weekdays = slices.Compact(s.weekdays)

	var violations fault.List
	violations.Append(missingParts(r)...)
	violations.Append(s.readDates(r)...)
	violations.Append(s.readClock(r, setting.Zone)...)
	violations.Append(s.readHolidays(r, setting.Holidays)...)
	violations.Append(s.contradictions()...)
	if err := violations.Err(); err != nil {
		return nil, err
	}
	s.setDefaults()
	if !s.setLast() {
		return nil, fault.Invalid(fault.At("", "has no day from %s to %s", s.start, s.last))
	}
	return s, nil
}

// SetDefaults sets the parts of a recurrence whose default does not depend on its start date.
func SetDefaults(r *typepb.Recurrence) {
	r.Interval = max(r.Interval, 1)
	r.WeekStart = cmp.Or(r.WeekStart, typepb.Recurrence_MONDAY)
	r.Clamp = cmp.Or(r.Clamp, typepb.Recurrence_BACKWARD)
}

// missingParts returns the parts that are unspecified or 0 and must not be.
func missingParts(r *typepb.Recurrence) (out []fault.Field) {
	if r.GetFrequency() == typepb.Recurrence_FREQUENCY_UNSPECIFIED {
		out = append(out, fault.At("frequency", "must be set"))
	}
	for i, w := range r.GetWeekdays() {
		if w.GetDay() == typepb.Recurrence_DAY_OF_WEEK_UNSPECIFIED {
			out = append(out, fault.At(fmt.Sprintf("weekdays[%d].day", i), "must be set"))
		}
	}
	if i := slices.Index(r.GetMonthDays(), 0); i >= 0 {
		out = append(out, fault.At(fmt.Sprintf("monthDays[%d]", i), "must not be 0"))
	}
	if i := slices.Index(r.GetSetPositions(), 0); i >= 0 {
		out = append(out, fault.At(fmt.Sprintf("setPositions[%d]", i), "must not be 0"))
	}
	return out
}

func (s *Series) readDates(r *typepb.Recurrence) (out []fault.Field) {
	var err error
	if s.start, err = calendar.ParseBusinessDate(r.GetStartDate()); err != nil {
		out = append(out, fault.At("startDate", "%s", err))
	}
	if r.GetUntilDate() == "" {
		return out
	}
	s.until, err = calendar.ParseBusinessDate(r.GetUntilDate())
	switch {
	case err != nil:
		out = append(out, fault.At("untilDate", "%s", err))
	case s.until.Before(s.start):
		out = append(out, fault.At("untilDate", "must not be before startDate"))
	case s.count > 0:
		out = append(out, fault.At("count", "must be 0 if untilDate is set"))
	}
	return out
}

func (s *Series) readClock(r *typepb.Recurrence, zone *time.Location) (out []fault.Field) {
	if text := r.GetTimeOfDay(); text != "" {
		t, err := time.Parse("15:04", text)
		if err != nil || len(text) != len("15:04") {
			out = append(out, fault.At("timeOfDay", "must be a time of day such as \"09:00\""))
		}
		s.clock = clockTime{true, t.Hour(), t.Minute()}
	}
	s.zone = cmp.Or(zone, time.UTC)
	if name := r.GetTimeZone(); name != "" {
		loaded, err := zones.Load(name)
		if err != nil {
			out = append(out, fault.At("timeZone", "must be an IANA time zone such as \"Europe/Berlin\""))
		}
		s.zone = loaded
	}
	return out
}

// zones caches the time zones of rules.
var zones calendar.Zones

func (s *Series) readHolidays(r *typepb.Recurrence, changes holiday.Changes) (out []fault.Field) {
	for i, key := range r.GetHolidays() {
		if _, ok := holiday.Find(key); !ok {
			out = append(out, fault.At(fmt.Sprintf("holidays[%d]", i), "must be the key of a holiday set, such as \"DE-BY\""))
		}
	}
	switch {
	case len(out) > 0:
		return out
	case s.shift == typepb.Recurrence_SHIFT_UNSPECIFIED:
		if len(r.GetHolidays()) > 0 {
			out = append(out, fault.At("shift", "must be set if holidays are given"))
		}
		return out
	}
	business, err := holiday.NewCalendar(r.GetHolidays(), changes)
	if err != nil {
		return append(out, fault.At("holidays", "%s", err))
	}
	s.business = business
	return out
}

// contradictions returns the parts of the rule that do not apply together.
func (s *Series) contradictions() (out []fault.Field) {
	refuse := func(condition bool, path, message string) {
		if condition {
			out = append(out, fault.At(path, "%s", message))
		}
	}
	daily, weekly := s.frequency == typepb.Recurrence_DAILY, s.frequency == typepb.Recurrence_WEEKLY
	yearly := s.frequency == typepb.Recurrence_YEARLY
	refuse(weekly && len(s.monthDays) > 0, "monthDays", "must be empty for WEEKLY")
	refuse(yearly && len(s.monthDays) > 0 && len(s.months) == 0, "months", "must be set if a YEARLY rule has monthDays")
	refuse(daily && len(s.positions) > 0, "setPositions", "must be empty for DAILY, which chooses one day at a time")
	refuse(len(s.positions) > 0 && len(s.weekdays)+len(s.monthDays)+len(s.months) == 0,
		"setPositions", "requires weekdays, monthDays or months")

	ordinals := slices.ContainsFunc(s.weekdays, func(w weekday) bool { return w.ordinal != 0 })
	beyondMonth := slices.ContainsFunc(s.weekdays, func(w weekday) bool { return w.ordinal < -5 || w.ordinal > 5 })
	refuse(ordinals && (daily || weekly), "weekdays", "must not have an ordinal for DAILY and WEEKLY")
	refuse(ordinals && len(s.monthDays) > 0, "weekdays", "must not have an ordinal if monthDays are given")
	refuse(beyondMonth && (!yearly || len(s.months) > 0), "weekdays", "must have ordinals from -5 to 5 within a month")
	return out
}

// setDefaults derives from the start date the days that the rule leaves out, as RFC 5545 does, and
// clears a clamp without effect.
func (s *Series) setDefaults() {
	noDays := len(s.weekdays) == 0 && len(s.monthDays) == 0
	switch s.frequency {
	case typepb.Recurrence_WEEKLY:
		if noDays {
			s.weekdays = []weekday{{day: s.start.Weekday()}}
		}
	case typepb.Recurrence_MONTHLY:
		if noDays {
			s.monthDays = []int{s.start.Day()}
		}
	case typepb.Recurrence_YEARLY:
		if noDays {
			s.monthDays = []int{s.start.Day()}
			if len(s.months) == 0 {
				s.months = []int{int(s.start.Month())}
			}
		}
	}
	if s.frequency == typepb.Recurrence_DAILY || !s.canMissDays() {
		s.clamp = typepb.Recurrence_BACKWARD
	}
}

// canMissDays reports whether a month can lack a day of the rule.
func (s *Series) canMissDays() bool {
	return slices.ContainsFunc(s.monthDays, func(n int) bool { return n > 28 || n < -28 })
}

// setLast sets the last day of the rule. It returns false if the rule chooses no day at all.
func (s *Series) setLast() bool {
	s.last = calendar.LastBusinessDate
	if !s.until.IsZero() {
		s.last = s.until
	}
	chosen := 0
	var last calendar.Date
	for day := range s.chosen(s.start) {
		last = day
		if chosen++; chosen >= s.count {
			break
		}
	}
	if s.count > 0 && chosen > 0 {
		s.last = last
	}
	return chosen > 0
}

// goWeekday returns a day of the week, where Sunday is 0.
func goWeekday(d typepb.Recurrence_DayOfWeek) time.Weekday { return time.Weekday(d % 7) }

func sortedInts(numbers []int32) []int {
	var out []int
	for _, n := range numbers {
		out = append(out, int(n))
	}
	slices.Sort(out)
	return out
}
