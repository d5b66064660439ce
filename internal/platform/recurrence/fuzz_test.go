package recurrence

import (
	"testing"

	"google.golang.org/protobuf/proto"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// walk visits the ends of a series, and days in the middle.
func walk(t *testing.T, s *Series) {
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
