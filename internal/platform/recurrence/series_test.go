package recurrence

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/holiday"
)

// rule returns a recurrence written as JSON.
func rule(t testing.TB, text string) *typepb.Recurrence {
	t.Helper()
	r := &typepb.Recurrence{}
	if err := protojson.Unmarshal([]byte(text), r); err != nil {
		t.Fatal(err)
	}
	return r
}

func series(t testing.TB, text string) *Series {
	t.Helper()
	s, err := New(rule(t, text), Setting{})
	if err != nil {
		t.Fatalf("%s: %s", text, err)
	}
	return s
}

// firstDays returns the first n days of a series.
func firstDays(s *Series, n int) string {
	var days []string
	for day := range s.All(s.First()) {
		if len(days) == n {
			break
		}
		days = append(days, day.String())
	}
	return strings.Join(days, " ")
}

func TestSeries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, rule, want string }{
		{"a month without the day uses its last day",
			`{"frequency": "MONTHLY", "startDate": "2026-01-31"}`, "2026-01-31 2026-02-28 2026-03-31 2026-04-30"},
		{"a leap day is February 28 in other years",
			`{"frequency": "YEARLY", "startDate": "2024-02-29"}`, "2024-02-29 2025-02-28 2026-02-28 2027-02-28"},
		{"a clamped day occurs once",
			`{"frequency": "MONTHLY", "startDate": "2026-02-01", "monthDays": [28, 29, 30, 31]}`,
			"2026-02-28 2026-03-28 2026-03-29 2026-03-30"},
		{"a day moved into the next month occurs once",
			`{"frequency": "MONTHLY", "startDate": "2026-02-01", "monthDays": [1, 31], "clamp": "FORWARD"}`,
			"2026-02-01 2026-03-01 2026-03-31 2026-04-01"},
		{"a day moved into the previous month occurs once",
			`{"frequency": "MONTHLY", "startDate": "2026-01-31", "monthDays": [-1, -31]}`,
			"2026-01-31 2026-02-28 2026-03-01 2026-03-31"},
		{"weekdays limit days of the month after the clamp",
			`{"frequency": "MONTHLY", "startDate": "2026-01-01", "monthDays": [31], "weekdays": [{"day": "SATURDAY"}]}`,
			"2026-01-31 2026-02-28 2026-10-31 2027-07-31"},
		{"the start date belongs to the series only if the rule chooses it",
			`{"frequency": "WEEKLY", "startDate": "2026-11-30", "weekdays": [{"day": "FRIDAY"}]}`, "2026-12-04 2026-12-11 2026-12-18 2026-12-25"},
		{"the second Tuesday and the last Friday",
			`{"frequency": "MONTHLY", "startDate": "2026-11-01",
			  "weekdays": [{"day": "TUESDAY", "ordinal": 2}, {"day": "FRIDAY", "ordinal": -1}]}`,
			"2026-11-10 2026-11-27 2026-12-08 2026-12-25"},
		{"the last weekday of a quarter",
			`{"frequency": "MONTHLY", "startDate": "2026-03-01", "interval": 3, "setPositions": [-1], "weekdays": [
			  {"day": "MONDAY"}, {"day": "TUESDAY"}, {"day": "WEDNESDAY"}, {"day": "THURSDAY"}, {"day": "FRIDAY"}]}`,
			"2026-03-31 2026-06-30 2026-09-30 2026-12-31"},
		{"a fifth weekday exists in some months only",
			`{"frequency": "MONTHLY", "startDate": "2026-01-01", "weekdays": [{"day": "MONDAY", "ordinal": 5}]}`,
			"2026-03-30 2026-06-29 2026-08-31 2026-11-30"},
		{"the end date is included",
			`{"frequency": "DAILY", "startDate": "2026-01-01", "untilDate": "2026-01-03"}`, "2026-01-01 2026-01-02 2026-01-03"},
		{"a count ends the series",
			`{"frequency": "WEEKLY", "startDate": "2026-01-01", "count": 2}`, "2026-01-01 2026-01-08"},
		{"every third year in two months",
			`{"frequency": "YEARLY", "startDate": "2026-04-15", "interval": 3, "months": [1, 7]}`,
			"2026-07-15 2029-01-15 2029-07-15 2032-01-15"},
		{"positions count in the period, not from the start",
			`{"frequency": "MONTHLY", "startDate": "2026-01-15", "setPositions": [1], "weekdays": [{"day": "MONDAY"}]}`,
			"2026-02-02 2026-03-02 2026-04-06 2026-05-04"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := firstDays(series(t, c.rule), strings.Count(c.want, " ")+1); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestSeriesEndsWithTheLastBusinessDate(t *testing.T) {
	t.Parallel()
	s := series(t, `{"frequency": "YEARLY", "startDate": "2199-06-01", "shift": "FOLLOWING"}`)
	if got := firstDays(s, 5); got != "2199-06-03 2200-06-02" {
		t.Errorf("got %s", got)
	}
	if day, ok := s.Next(date(t, "9999-12-31")); ok {
		t.Errorf("after the last day that exists: got %s", day)
	}
	if day, ok := s.Previous(date(t, "9999-12-31")); !ok || day != date(t, "2200-06-02") {
		t.Errorf("before the last day that exists: got %s", day)
	}
	if day, ok := s.Previous(date(t, "0001-01-01")); ok {
		t.Errorf("before the first day that exists: got %s", day)
	}
}

func TestNthAndCount(t *testing.T) {
	t.Parallel()
	s := series(t, `{"frequency": "MONTHLY", "startDate": "2026-01-31", "count": 12}`)
	for n, want := range map[int]string{0: "", -1: "", 1: "2026-01-31", 2: "2026-02-28", 12: "2026-12-31", 13: ""} {
		if got, ok := s.Nth(n); got.String() != want || ok != (want != "") {
			t.Errorf("Nth(%d) = %s, want %q", n, got, want)
		}
	}
	for _, c := range []struct {
		start, end string
		want       int
	}{
		{"2026-01-01", "2026-12-31", 12}, {"2026-01-31", "2026-02-28", 2}, {"2026-02-01", "2026-02-27", 0},
		{"2026-12-01", "2026-01-01", 0},
	} {
		if got := s.Count(date(t, c.start), date(t, c.end)); got != c.want {
			t.Errorf("from %s to %s: got %d, want %d", c.start, c.end, got, c.want)
		}
	}
}

func TestShiftToBusinessDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ shift, holidays, start, want string }{
		// 2026-01-31 is a Saturday, 2026-02-28 too, 2026-05-31 a Sunday.
		{"PRECEDING", ``, "2026-01-31", "2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-05-29"},
		{"FOLLOWING", ``, "2026-01-31", "2026-02-02 2026-03-02 2026-03-31 2026-04-30 2026-06-01"},
		{"MODIFIED_FOLLOWING", ``, "2026-01-31", "2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-05-29"},
		{"NEAREST", ``, "2026-01-31", "2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-06-01"},
		{"MODIFIED_FOLLOWING", ``, "2026-08-15", "2026-08-17 2026-09-15 2026-10-15 2026-11-16"},
		// Independence Day 2026 is a Saturday: federal offices close on July 3, Federal Reserve
		// Banks do not.
		{"PRECEDING", `"US"`, "2026-07-04", "2026-07-02 2026-08-04"},
		{"PRECEDING", `"US-FED-RESERVE"`, "2026-07-04", "2026-07-03 2026-08-04"},
		{"FOLLOWING", `"US"`, "2027-07-04", "2027-07-06 2027-08-04"},
		// Thanksgiving is a Thursday, as far from Wednesday as from Friday.
		{"NEAREST", `"US"`, "2026-11-26", "2026-11-27 2026-12-28"},
	} {
		s := series(t, `{"frequency": "MONTHLY", "shift": "`+c.shift+`", "startDate": "`+c.start+`",
		  "holidays": [`+c.holidays+`]}`)
		if got := firstDays(s, strings.Count(c.want, " ")+1); got != c.want {
			t.Errorf("%s from %s with %s: got %s, want %s", c.shift, c.start, c.holidays, got, c.want)
		}
	}
}

func TestDaysThatMoveToOneBusinessDayOccurOnce(t *testing.T) {
	t.Parallel()
	s := series(t, `{"frequency": "DAILY", "startDate": "2026-11-27", "count": 5, "shift": "FOLLOWING"}`)
	if got := firstDays(s, 9); got != "2026-11-27 2026-11-30 2026-12-01" {
		t.Errorf("got %s", got)
	}
}

func TestOrganizationChangesHolidays(t *testing.T) {
	t.Parallel()
	r := rule(t, `{"frequency": "MONTHLY", "startDate": "2026-12-25", "shift": "FOLLOWING", "holidays": ["US"]}`)
	s, err := New(r, Setting{Holidays: holiday.Changes{
		Added: []holiday.Change{{Date: date(t, "2026-12-28")}}, Removed: []holiday.Change{{Date: date(t, "2027-05-31")}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := firstDays(s, 1); got != "2026-12-29" {
		t.Errorf("got %s, want 2026-12-29", got)
	}
	if !s.business.IsBusinessDay(date(t, "2027-05-31")) {
		t.Error("a removed holiday is not a business day")
	}
}

func TestInstantsOnClockChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, rule, want string }{
		{"a skipped time moves forward once",
			`{"frequency": "DAILY", "startDate": "2026-03-07", "timeOfDay": "02:30", "timeZone": "America/New_York"}`,
			"2026-03-07T02:30:00-05:00 2026-03-08T03:30:00-04:00 2026-03-09T02:30:00-04:00"},
		{"a repeated time occurs once",
			`{"frequency": "DAILY", "startDate": "2026-10-31", "timeOfDay": "01:30", "timeZone": "America/New_York"}`,
			"2026-10-31T01:30:00-04:00 2026-11-01T01:30:00-04:00 2026-11-02T01:30:00-05:00"},
		{"a skipped day does not repeat the next",
			`{"frequency": "DAILY", "startDate": "2011-12-29", "timeOfDay": "10:00", "timeZone": "Pacific/Apia"}`,
			"2011-12-29T10:00:00-10:00 2011-12-31T10:00:00+14:00 2012-01-01T10:00:00+14:00"},
		{"without a time, days begin when the zone begins them",
			`{"frequency": "DAILY", "startDate": "2017-10-14", "timeZone": "America/Sao_Paulo"}`,
			"2017-10-14T00:00:00-03:00 2017-10-15T01:00:00-02:00 2017-10-16T00:00:00-02:00"},
		{"a zone that gave up daylight saving time keeps the local time",
			`{"frequency": "YEARLY", "startDate": "2018-11-20", "timeOfDay": "09:00", "timeZone": "America/Sao_Paulo"}`,
			"2018-11-20T09:00:00-02:00 2019-11-20T09:00:00-03:00 2020-11-20T09:00:00-03:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := series(t, c.rule)
			var got []string
			instant := s.At(s.First()).Add(-1)
			for range 3 {
				instant, _ = s.NextTime(instant)
				got = append(got, instant.Format(time.RFC3339))
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("got  %s\nwant %s", text, c.want)
			}
			for _, want := range slices.Backward(got[:2]) {
				if instant, _ = s.PreviousTime(instant); instant.Format(time.RFC3339) != want {
					t.Errorf("backward: got %s, want %s", instant, want)
				}
			}
		})
	}
}

func TestSettingGivesZone(t *testing.T) {
	t.Parallel()
	tokyo, err := calendar.LoadZone("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"frequency": "DAILY", "startDate": "2026-01-01", "timeOfDay": "09:00"}`:                           "2026-01-01T00:00:00Z",
		`{"frequency": "DAILY", "startDate": "2026-01-01", "timeOfDay": "09:00", "timeZone": "Asia/Dhaka"}`: "2026-01-01T03:00:00Z",
	} {
		s, err := New(rule(t, text), Setting{Zone: tokyo})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.At(s.First()).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestContradictoryRulesAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, rule, field string }{
		{"no frequency", `{"startDate": "2026-01-01"}`, "frequency"},
		{"no start", `{"frequency": "DAILY"}`, "startDate"},
		{"a day that does not exist", `{"frequency": "DAILY", "startDate": "2026-02-30"}`, "startDate"},
		{"an implausible year", `{"frequency": "DAILY", "startDate": "0001-01-01"}`, "startDate"},
		{"an end that does not exist", `{"frequency": "DAILY", "startDate": "2026-01-01", "untilDate": "2026-1-2"}`, "untilDate"},
		{"an end before the start", `{"frequency": "DAILY", "startDate": "2026-01-02", "untilDate": "2026-01-01"}`, "untilDate"},
		{"two ends", `{"frequency": "DAILY", "startDate": "2026-01-01", "untilDate": "2026-01-02", "count": 1}`, "count"},
		{"a negative interval", `{"frequency": "DAILY", "startDate": "2026-01-01", "interval": -1}`, "interval"},
		{"a huge interval", `{"frequency": "DAILY", "startDate": "2026-01-01", "interval": 2147483647}`, "interval"},
		{"a huge count", `{"frequency": "DAILY", "startDate": "2026-01-01", "count": 2147483647}`, "count"},
		{"a day 0", `{"frequency": "MONTHLY", "startDate": "2026-01-01", "monthDays": [0]}`, "monthDays[0]"},
		{"a position 0",
			`{"frequency": "MONTHLY", "startDate": "2026-01-01", "weekdays": [{"day": "MONDAY"}], "setPositions": [1, 0]}`,
			"setPositions[1]"},
		{"a day 32", `{"frequency": "MONTHLY", "startDate": "2026-01-01", "monthDays": [1, 32]}`, "monthDays[1]"},
		{"a month 13", `{"frequency": "MONTHLY", "startDate": "2026-01-01", "months": [13]}`, "months[0]"},
		{"a weekday without a day", `{"frequency": "WEEKLY", "startDate": "2026-01-01", "weekdays": [{}]}`, "weekdays[0].day"},
		{"days of the month in weeks", `{"frequency": "WEEKLY", "startDate": "2026-01-01", "monthDays": [1]}`, "monthDays"},
		{"days of the month in years without months", `{"frequency": "YEARLY", "startDate": "2026-01-01", "monthDays": [1]}`, "months"},
		{"an ordinal in weeks", `{"frequency": "WEEKLY", "startDate": "2026-01-01", "weekdays": [{"day": "MONDAY", "ordinal": 1}]}`,
			"weekdays"},
		{"an ordinal in days", `{"frequency": "DAILY", "startDate": "2026-01-01", "weekdays": [{"day": "MONDAY", "ordinal": 1}]}`,
			"weekdays"},
		{"an ordinal with days of the month",
			`{"frequency": "MONTHLY", "startDate": "2026-01-01", "monthDays": [1], "weekdays": [{"day": "MONDAY", "ordinal": 1}]}`,
			"weekdays"},
		{"a sixth weekday of the month",
			`{"frequency": "MONTHLY", "startDate": "2026-01-01", "weekdays": [{"day": "MONDAY", "ordinal": 6}]}`, "weekdays"},
		{"a sixth weekday of a month of the year",
			`{"frequency": "YEARLY", "startDate": "2026-01-01", "months": [1], "weekdays": [{"day": "MONDAY", "ordinal": -6}]}`,
			"weekdays"},
		{"positions without days", `{"frequency": "MONTHLY", "startDate": "2026-01-01", "setPositions": [1]}`, "setPositions"},
		{"positions in days",
			`{"frequency": "DAILY", "startDate": "2026-01-01", "weekdays": [{"day": "MONDAY"}], "setPositions": [1]}`, "setPositions"},
		{"an hour 24", `{"frequency": "DAILY", "startDate": "2026-01-01", "timeOfDay": "24:00"}`, "timeOfDay"},
		{"a time without a leading zero", `{"frequency": "DAILY", "startDate": "2026-01-01", "timeOfDay": "9:00"}`, "timeOfDay"},
		{"an unknown zone", `{"frequency": "DAILY", "startDate": "2026-01-01", "timeZone": "Mars/Olympus"}`, "timeZone"},
		{"a zone of the machine", `{"frequency": "DAILY", "startDate": "2026-01-01", "timeZone": "Local"}`, "timeZone"},
		{"holidays without a shift", `{"frequency": "DAILY", "startDate": "2026-01-01", "holidays": ["US"]}`, "shift"},
		{"an unknown holiday set",
			`{"frequency": "DAILY", "startDate": "2026-01-01", "shift": "NEAREST", "holidays": ["US", "XX"]}`, "holidays[1]"},
		{"a rule that chooses no day",
			`{"frequency": "MONTHLY", "startDate": "2026-01-01", "months": [2], "monthDays": [30], "clamp": "OMIT"}`, ""},
		{"a rule whose day is after its end",
			`{"frequency": "YEARLY", "startDate": "2026-02-01", "months": [1], "untilDate": "2026-12-31"}`, ""},
		{"a weekday that an interval of weeks never meets",
			`{"frequency": "DAILY", "startDate": "2026-01-01", "interval": 7, "weekdays": [{"day": "MONDAY"}]}`, ""},
		{"a position that no period has",
			`{"frequency": "WEEKLY", "startDate": "2026-01-01", "weekdays": [{"day": "MONDAY"}], "setPositions": [2]}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := New(rule(t, c.rule), Setting{})
			var invalid *fault.Error
			if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Path != c.field {
				t.Errorf("got %v, want one violation of %q", err, c.field)
			}
		})
	}
}

func TestAllViolationsAreReportedTogether(t *testing.T) {
	t.Parallel()
	_, err := New(rule(t, `{"frequency": "WEEKLY", "startDate": "x", "monthDays": [1], "timeOfDay": "y", "timeZone": "z"}`), Setting{})
	var invalid *fault.Error
	if !errors.As(err, &invalid) || len(invalid.Fields) != 4 {
		t.Errorf("got %v, want four violations", err)
	}
}

func TestEmptyRecurrenceIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := New(nil, Setting{}); err == nil {
		t.Error("nil: got no error")
	}
	if _, err := New(&typepb.Recurrence{}, Setting{}); err == nil {
		t.Error("empty: got no error")
	}
}
