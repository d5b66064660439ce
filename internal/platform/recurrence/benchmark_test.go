package recurrence

import (
	"testing"
	"time"
)

// schedules are rules as businesses use them.
var schedules = map[string]string{
	"daily": `{"frequency": "DAILY", "startDate": "2020-01-01", "timeOfDay": "09:00", "timeZone": "America/New_York"}`,
	"weekdays": `{"frequency": "WEEKLY", "startDate": "2020-01-01", "timeOfDay": "09:00", "timeZone": "Europe/Berlin",
	  "weekdays": [{"day": "MONDAY"}, {"day": "TUESDAY"}, {"day": "WEDNESDAY"}, {"day": "THURSDAY"}, {"day": "FRIDAY"}]}`,
	"month end": `{"frequency": "MONTHLY", "startDate": "2020-01-31", "monthDays": [-1], "timeOfDay": "18:00"}`,
	"last business day": `{"frequency": "MONTHLY", "startDate": "2020-01-31", "monthDays": [-1], "shift": "PRECEDING",
	  "holidays": ["US-FED-RESERVE"], "timeOfDay": "18:00", "timeZone": "America/New_York"}`,
	"counted": `{"frequency": "WEEKLY", "startDate": "2020-01-01", "count": 10000}`,
}

// BenchmarkNew measures checking a rule, as when a schedule is loaded.
func BenchmarkNew(b *testing.B) {
	for name, text := range schedules {
		r := rule(b, text)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := New(r, Setting{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkNextTime measures the search for the next instant after one that is years after the
// start.
func BenchmarkNextTime(b *testing.B) {
	after := time.Date(2031, 7, 15, 12, 0, 0, 0, time.UTC)
	for name, text := range schedules {
		s := series(b, text)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, ok := s.NextTime(after); !ok {
					b.Fatal("the series has ended")
				}
			}
		})
	}
}

// BenchmarkTenYears measures the expansion of ten years of days.
func BenchmarkTenYears(b *testing.B) {
	start := date(b, "2026-01-01")
	for name, text := range schedules {
		s := series(b, text)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for range s.Between(start, start.AddMonths(120)) {
				}
			}
		})
	}
}

// BenchmarkRuleWithoutDays measures the rule whose emptiness takes longest to find: all days until
// 2200 are visited.
func BenchmarkRuleWithoutDays(b *testing.B) {
	r := rule(b, `{"frequency": "DAILY", "startDate": "1900-01-01", "months": [2], "monthDays": [30]}`)
	for b.Loop() {
		if _, err := New(r, Setting{}); err == nil {
			b.Fatal("got no error")
		}
	}
}
