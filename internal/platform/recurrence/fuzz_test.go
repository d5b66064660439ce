package recurrence

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// walk visits the ends of a series, and days in the middle.
func walk(t interface{ Errorf(string, ...any) }, s *Series) {
	first := s.First()
	for _, day := range []calendar.Date{first, s.start, s.last, calendar.LastDay()} {
		next, more := s.Next(day)
		if more && !next.After(day) {
			t.Errorf("Next(%s) = %s", day, next)
		}
		if previous, ok := s.Previous(day); ok && !previous.Before(day) {
			t.Errorf("Previous(%s) = %s", day, previous)
		}
		s.At(day)
	}
	s.Nth(100)
	s.ICalendar(first.AddDays(1000))
}

func FuzzNew(f *testing.F) {
	for _, text := range []string{
		`{"frequency": "DAILY", "startDate": "2026-01-01", "interval": 0}`,
		`{"frequency": "DAILY", "startDate": "1900-01-01", "months": [2], "monthDays": [30]}`,
		`{"frequency": "MONTHLY", "startDate": "2026-01-01", "months": [2], "monthDays": [31], "clamp": "OMIT"}`,
		`{"frequency": "YEARLY", "startDate": "2200-12-31", "interval": 1000, "count": 10000}`,
		`{"frequency": "YEARLY", "startDate": "1900-01-01", "weekdays": [{"day": "MONDAY", "ordinal": 53}], "setPositions": [2]}`,
		`{"frequency": "DAILY", "startDate": "2026-01-01", "shift": "NEAREST", "holidays": ["US"], "timeOfDay": "02:30",
		  "timeZone": "America/New_York", "untilDate": "2030-01-01"}`,
	} {
		data, err := proto.Marshal(rule(f, text))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &typepb.Recurrence{}
		if proto.Unmarshal(data, r) != nil {
			return
		}
		if s, err := New(r, Setting{}); err == nil {
			walk(t, s)
		}
	})
}

func FuzzFromRRULE(f *testing.F) {
	for _, text := range []string{
		"FREQ=DAILY", "FREQ=MONTHLY;BYDAY=-1FR,2TU;BYSETPOS=1,-1;COUNT=5",
		"FREQ=WEEKLY;INTERVAL=2;WKST=SU;UNTIL=20300101T000000Z",
		"RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=FORWARD", "FREQ=YEARLY;BYDAY=53MO", "FREQ=;;=,",
		"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=2147483647;COUNT=2147483647",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := FromRRULE(text, Start{Date: date(t, "2026-01-31"), TimeOfDay: "02:30", Zone: "America/New_York"})
		if err != nil {
			return
		}
		if s, err := New(r, Setting{}); err == nil {
			walk(t, s)
		}
	})
}

// TestHostileRulesEnd checks that any values of a rule are refused, or give a series that can be
// walked to its ends.
func TestHostileRulesEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		small := rapid.OneOf(
			rapid.Int32Range(1, 12), rapid.Int32Range(1, 12), rapid.Int32Range(-31, 31),
			rapid.SampledFrom([]int32{-367, -366, -54, -53, -32, 0, 32, 53, 54, 366, 367, 1000, 1001, 10000, 10001}),
		)
		seldom := rapid.OneOf(rapid.Just[int32](0), rapid.Just[int32](0), small)
		none := rapid.Just([]int32(nil))
		numbers := rapid.OneOf(none, none, none, rapid.SliceOfN(small, 1, 4))
		r := &typepb.Recurrence{
			Frequency:    typepb.Recurrence_Frequency(rapid.IntRange(0, 5).Draw(t, "frequency")),
			Interval:     seldom.Draw(t, "interval"),
			MonthDays:    numbers.Draw(t, "month days"),
			Months:       numbers.Draw(t, "months"),
			SetPositions: numbers.Draw(t, "positions"),
			WeekStart:    typepb.Recurrence_DayOfWeek(rapid.IntRange(0, 7).Draw(t, "week start")),
			Clamp:        typepb.Recurrence_Clamp(rapid.IntRange(0, 3).Draw(t, "clamp")),
			StartDate:    rapid.SampledFrom([]string{"1900-01-01", "2024-02-29", "2200-12-31"}).Draw(t, "start"),
			UntilDate:    rapid.SampledFrom([]string{"", "", "2024-02-29", "2200-12-31"}).Draw(t, "until"),
			Count:        seldom.Draw(t, "count"),
			Shift:        typepb.Recurrence_Shift(rapid.IntRange(0, 4).Draw(t, "shift")),
		}
		for range rapid.IntRange(0, 4).Draw(t, "weekdays") {
			r.Weekdays = append(r.Weekdays, &typepb.Recurrence_Weekday{
				Day:     typepb.Recurrence_DayOfWeek(rapid.IntRange(0, 7).Draw(t, "weekday")),
				Ordinal: seldom.Draw(t, "ordinal"),
			})
		}
		if s, err := New(r, Setting{}); err == nil {
			walk(t, s)
		}
	})
}
