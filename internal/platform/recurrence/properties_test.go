package recurrence

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// anyRule generates valid recurrences of all frequencies, without a shift.
func anyRule() *rapid.Generator[*typepb.Recurrence] {
	return rapid.Custom(func(t *rapid.T) *typepb.Recurrence {
		start, err := calendar.NewDate(rapid.IntRange(1995, 2045).Draw(t, "year"), 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		r := &typepb.Recurrence{
			Frequency: typepb.Recurrence_Frequency(rapid.IntRange(1, 4).Draw(t, "frequency")),
			Interval:  rapid.SampledFrom([]int32{0, 1, 1, 1, 2, 3, 5, 12, 40}).Draw(t, "interval"),
			WeekStart: typepb.Recurrence_DayOfWeek(rapid.IntRange(0, 7).Draw(t, "week start")),
			Clamp:     typepb.Recurrence_Clamp(rapid.IntRange(0, 3).Draw(t, "clamp")),
			StartDate: start.AddDays(rapid.IntRange(0, 365).Draw(t, "day")).String(),
		}
		drawParts(t, r)
		switch rapid.IntRange(0, 3).Draw(t, "end") {
		case 0:
			r.Count = int32(rapid.IntRange(1, 60).Draw(t, "count"))
		case 1:
			r.UntilDate = start.AddDays(rapid.IntRange(366, 4000).Draw(t, "until")).String()
		}
		return r
	}).Filter(func(r *typepb.Recurrence) bool {
		_, err := New(r, Setting{})
		return err == nil
	})
}

// drawParts sets the parts of a rule that choose days.
func drawParts(t *rapid.T, r *typepb.Recurrence) {
	weekly, yearly := r.Frequency == typepb.Recurrence_WEEKLY, r.Frequency == typepb.Recurrence_YEARLY
	numbers := func(name string, low, high int32) []int32 {
		number := rapid.Int32Range(low, high).Filter(func(n int32) bool { return n != 0 })
		return rapid.SliceOfNDistinct(number, 0, 4, rapid.ID).Draw(t, name)
	}
	if rapid.Bool().Draw(t, "with months") {
		r.Months = numbers("months", 1, 12)
	}
	if !weekly && (!yearly || len(r.Months) > 0) && rapid.Bool().Draw(t, "with month days") {
		r.MonthDays = numbers("month days", -31, 31)
	}
	if rapid.Bool().Draw(t, "with weekdays") {
		highest := int32(5)
		if yearly && len(r.Months) == 0 {
			highest = 53
		}
		for range rapid.IntRange(1, 4).Draw(t, "weekdays") {
			w := &typepb.Recurrence_Weekday{Day: typepb.Recurrence_DayOfWeek(rapid.IntRange(1, 7).Draw(t, "weekday"))}
			if len(r.MonthDays) == 0 && (yearly || r.Frequency == typepb.Recurrence_MONTHLY) {
				w.Ordinal = rapid.Int32Range(-highest, highest).Draw(t, "ordinal")
			}
			r.Weekdays = append(r.Weekdays, w)
		}
	}
	hasParts := len(r.Weekdays)+len(r.MonthDays)+len(r.Months) > 0
	if r.Frequency != typepb.Recurrence_DAILY && hasParts && rapid.Bool().Draw(t, "with positions") {
		r.SetPositions = numbers("positions", -5, 5)
	}
}

// anyShiftedRule generates valid recurrences with a shift.
func anyShiftedRule() *rapid.Generator[*typepb.Recurrence] {
	return rapid.Custom(func(t *rapid.T) *typepb.Recurrence {
		r := anyRule().Draw(t, "rule")
		r.Shift = typepb.Recurrence_Shift(rapid.IntRange(0, 4).Draw(t, "shift"))
		if r.Shift != 0 && rapid.Bool().Draw(t, "with holidays") {
			r.Holidays = []string{"US"}
		}
		return r
	})
}

func drawSeries(t *rapid.T, rules *rapid.Generator[*typepb.Recurrence]) *Series {
	s, err := New(rules.Draw(t, "rule"), Setting{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// some returns at most n days of the series from the first one on.
func some(s *Series, n int) (days []calendar.Date) {
	for day := range s.All(s.First()) {
		if days = append(days, day); len(days) == n {
			break
		}
	}
	return days
}

func TestDaysAreInOrderAndWalkedBothWays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t, anyShiftedRule())
		days := some(s, 60)
		if _, ok := s.Previous(days[0]); ok {
			t.Fatal("the first day has a previous one")
		}
		for i, day := range days[1:] {
			if !day.After(days[i]) {
				t.Fatalf("%s follows %s", day, days[i])
			}
			if next, ok := s.Next(days[i]); !ok || next != day {
				t.Fatalf("Next(%s) = %s, want %s", days[i], next, day)
			}
			if previous, ok := s.Previous(day); !ok || previous != days[i] {
				t.Fatalf("Previous(%s) = %s, want %s", day, previous, days[i])
			}
		}
		if nth, ok := s.Nth(len(days)); !ok || nth != days[len(days)-1] {
			t.Fatalf("Nth(%d) = %s", len(days), nth)
		}
	})
}

// TestWindowDoesNotMatter checks that All from any day, and Between any two, return the days of the
// whole series in that window.
func TestWindowDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t, anyShiftedRule())
		from := s.start.AddDays(rapid.IntRange(-100, 3000).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(-5, 1000).Draw(t, "to"))
		var want []calendar.Date
		for day := range s.All(s.First()) {
			if day.After(to) {
				break
			}
			if !day.Before(from) {
				want = append(want, day)
			}
		}
		if got := slices.Collect(s.Between(from, to)); !slices.Equal(got, want) {
			t.Fatalf("from %s to %s: got %v, want %v", from, to, got, want)
		}
		if got := s.Count(from, to); got != len(want) {
			t.Fatalf("Count(%s, %s) = %d, want %d", from, to, got, len(want))
		}
	})
}

// TestEveryDayFitsTheRule compares rules without positions and clamps with the definition of their
// parts, day by day.
func TestEveryDayFitsTheRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule().Draw(t, "rule")
		r.SetPositions, r.Clamp, r.Count, r.UntilDate = nil, typepb.Recurrence_OMIT, 0, ""
		s, err := New(r, Setting{})
		if err != nil {
			return // a clamp made its only days
		}
		end := s.start.AddDays(1200)
		for day := s.start; day.Before(end); day = day.AddDays(1) {
			next, ok := s.OnOrAfter(day)
			if got := ok && next == day; got != fits(s, day) {
				t.Fatalf("%s is in the series: %t, want %t", day, got, fits(s, day))
			}
		}
	})
}

// fits reports whether a day is in the period, months, days and weekdays of a rule.
func fits(s *Series, d calendar.Date) bool {
	fromEnd := d.Day() - d.LastOfMonth().Day() - 1
	monthDay := len(s.monthDays) == 0 || slices.Contains(s.monthDays, d.Day()) || slices.Contains(s.monthDays, fromEnd)
	month := len(s.months) == 0 || slices.Contains(s.months, int(d.Month()))
	ofYear := s.frequency == typepb.Recurrence_YEARLY && len(s.months) == 0
	weekday := len(s.weekdays) == 0
	for _, w := range s.weekdays {
		weekday = weekday || w.day == d.Weekday() && (w.ordinal == 0 || isNth(d, w.ordinal, ofYear))
	}
	return inPeriod(s, d) && month && monthDay && weekday
}

func inPeriod(s *Series, d calendar.Date) bool {
	switch s.frequency {
	case typepb.Recurrence_DAILY:
		return s.start.DaysUntil(d)%s.interval == 0
	case typepb.Recurrence_WEEKLY:
		weekStart := func(d calendar.Date) calendar.Date {
			for d.Weekday() != s.weekStart {
				d = d.AddDays(-1)
			}
			return d
		}
		return weekStart(s.start).DaysUntil(weekStart(d))%(7*s.interval) == 0
	case typepb.Recurrence_MONTHLY:
		return (12*(d.Year()-s.start.Year())+int(d.Month()-s.start.Month()))%s.interval == 0
	}
	return (d.Year()-s.start.Year())%s.interval == 0
}

// isNth reports whether a day is the nth of its weekday in its month or year.
func isNth(d calendar.Date, n int, ofYear bool) bool {
	same := func(other calendar.Date) bool {
		return other.Year() == d.Year() && (ofYear || other.Month() == d.Month())
	}
	step := -7
	if n < 0 {
		step, n = 7, -n
	}
	return same(d.AddDays(step*(n-1))) && !same(d.AddDays(step*n))
}

func TestCountAndEndDateAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule().Draw(t, "rule")
		r.UntilDate, r.Count = "", int32(rapid.IntRange(1, 40).Draw(t, "count"))
		counted, err := New(r, Setting{})
		if err != nil {
			t.Fatal(err)
		}
		days := some(counted, 100)
		if len(days) > int(r.Count) {
			t.Fatalf("got %d days, want at most %d", len(days), r.Count)
		}
		r.UntilDate, r.Count = days[len(days)-1].String(), 0
		dated, err := New(r, Setting{})
		if err != nil {
			t.Fatal(err)
		}
		if got := some(dated, 100); !slices.Equal(got, days) {
			t.Fatalf("until %s: got %v, want %v", r.UntilDate, got, days)
		}
	})
}

func TestRRULEIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule().Draw(t, "rule")
		if rapid.Bool().Draw(t, "with time") {
			r.TimeOfDay = rapid.SampledFrom([]string{"00:00", "02:30", "09:00", "23:59"}).Draw(t, "time")
			r.TimeZone = rapid.SampledFrom([]string{"UTC", "America/New_York", "Pacific/Apia"}).Draw(t, "zone")
		}
		s, err := New(r, Setting{})
		if err != nil {
			t.Fatal(err)
		}
		back, err := FromRRULE(s.RRULE(), Start{Date: s.start, TimeOfDay: r.TimeOfDay, Zone: r.TimeZone})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := New(back, Setting{}); err != nil || !reflect.DeepEqual(again, s) {
			t.Fatalf("%s: got %+v, %v, want %+v", s.RRULE(), again, err, s)
		}
	})
}

// TestShiftKeepsItsConvention checks that days move to a business day, in the direction of the
// shift, past other days that are not business days only.
func TestShiftKeepsItsConvention(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t, anyShiftedRule().Filter(func(r *typepb.Recurrence) bool { return r.Shift != 0 }))
		for day := range s.chosen(s.start.AddDays(rapid.IntRange(0, 1000).Draw(t, "from"))) {
			to := s.shifted(day)
			if !s.business.IsBusinessDay(to) {
				t.Fatalf("%s moves to %s, which is not a business day", day, to)
			}
			step := 1
			if to.Before(day) {
				step = -1
			}
			for d := day; d != to; d = d.AddDays(step) {
				if s.business.IsBusinessDay(d) {
					t.Fatalf("%s moves to %s past the business day %s", day, to, d)
				}
			}
			backward := s.shift == typepb.Recurrence_PRECEDING && to.After(day)
			forward := s.shift == typepb.Recurrence_FOLLOWING && to.Before(day)
			leaves := s.shift == typepb.Recurrence_MODIFIED_FOLLOWING && to.Month() != day.Month()
			if backward || forward || leaves {
				t.Fatalf("%s moves %s to %s", s.shift, day, to)
			}
			if day.After(s.start.AddDays(1200)) {
				break
			}
		}
	})
}

func TestInstantsAreInOrderInAllZones(t *testing.T) {
	t.Parallel()
	zones := []string{
		"UTC", "America/Sao_Paulo", "Pacific/Apia", "America/St_Johns", "Asia/Gaza", "Africa/Cairo", "Asia/Tehran",
		"Antarctica/Troll", "Australia/Lord_Howe", "America/New_York", "Europe/Dublin",
	}
	rapid.Check(t, func(t *rapid.T) {
		r := &typepb.Recurrence{
			Frequency: typepb.Recurrence_DAILY,
			StartDate: rapid.SampledFrom([]string{"2010-03-01", "2011-12-20", "2018-01-01"}).Draw(t, "start"),
			TimeZone:  rapid.SampledFrom(zones).Draw(t, "zone"),
			TimeOfDay: rapid.SampledFrom([]string{"", "00:00", "00:30", "01:00", "02:15", "23:45"}).Draw(t, "time"),
		}
		s, err := New(r, Setting{})
		if err != nil {
			t.Fatal(err)
		}
		from := s.At(s.start).Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "hours")) * time.Hour)
		previous := from.Add(-1)
		count := 0
		for instant := range s.Times(from) {
			if !instant.After(previous) {
				t.Fatalf("%s follows %s", instant, previous)
			}
			if count > 0 {
				if back, ok := s.PreviousTime(instant); !ok || !back.Equal(previous) {
					t.Fatalf("PreviousTime(%s) = %s, want %s", instant, back, previous)
				}
			}
			if previous, count = instant, count+1; count == 400 {
				break
			}
		}
	})
}
