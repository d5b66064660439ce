package recurrence

import (
	"strings"
	"testing"
)

func TestRRULE(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rule, want string }{
		{`{"frequency": "DAILY", "startDate": "2026-01-31"}`, "FREQ=DAILY"},
		{`{"frequency": "WEEKLY", "startDate": "2026-01-31"}`, "FREQ=WEEKLY;BYDAY=SA"},
		{`{"frequency": "MONTHLY", "startDate": "2026-01-28"}`, "FREQ=MONTHLY;BYMONTHDAY=28"},
		{`{"frequency": "MONTHLY", "startDate": "2026-01-31"}`, "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD"},
		{`{"frequency": "MONTHLY", "startDate": "2026-01-31", "clamp": "FORWARD"}`,
			"RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD"},
		{`{"frequency": "MONTHLY", "startDate": "2026-01-31", "clamp": "OMIT"}`, "FREQ=MONTHLY;BYMONTHDAY=31"},
		{`{"frequency": "DAILY", "startDate": "2026-01-31", "monthDays": [31, 1]}`, "FREQ=DAILY;BYMONTHDAY=1,31"},
		{`{"frequency": "YEARLY", "startDate": "2026-04-15", "interval": 2}`, "FREQ=YEARLY;INTERVAL=2;BYMONTH=4;BYMONTHDAY=15"},
		{`{"frequency": "YEARLY", "startDate": "2026-04-15", "weekdays": [{"day": "FRIDAY", "ordinal": -1}, {"day": "MONDAY"}]}`,
			"FREQ=YEARLY;BYDAY=-1FR,MO"},
		{`{"frequency": "WEEKLY", "startDate": "2026-01-31", "weekStart": "SUNDAY", "setPositions": [1], "count": 3,
		  "weekdays": [{"day": "SUNDAY"}, {"day": "MONDAY"}, {"day": "MONDAY"}]}`,
			"FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=1;WKST=SU;COUNT=3"},
		{`{"frequency": "DAILY", "startDate": "2026-01-31", "untilDate": "2026-02-05"}`, "FREQ=DAILY;UNTIL=20260205"},
		{`{"frequency": "DAILY", "startDate": "2026-01-31", "untilDate": "2026-02-05", "timeOfDay": "20:00",
		  "timeZone": "America/New_York"}`, "FREQ=DAILY;UNTIL=20260206T010000Z"},
	} {
		if got := series(t, c.rule).RRULE(); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.rule, got, c.want)
		}
	}
}

func TestICalendarLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, rule, want string }{
		{"days", `{"frequency": "WEEKLY", "startDate": "2026-11-30", "weekdays": [{"day": "FRIDAY"}]}`,
			"DTSTART;VALUE=DATE:20261204 RRULE:FREQ=WEEKLY;BYDAY=FR"},
		{"local times", `{"frequency": "DAILY", "startDate": "2026-11-30", "timeOfDay": "09:05", "timeZone": "Europe/Berlin"}`,
			"DTSTART;TZID=Europe/Berlin:20261130T090500 RRULE:FREQ=DAILY"},
		{"times in UTC", `{"frequency": "DAILY", "startDate": "2026-11-30", "timeOfDay": "09:05"}`,
			"DTSTART:20261130T090500Z RRULE:FREQ=DAILY"},
		{"shifted days are listed",
			`{"frequency": "MONTHLY", "startDate": "2026-10-31", "shift": "PRECEDING"}`,
			"DTSTART;VALUE=DATE:20261030 RDATE;VALUE=DATE:20261130 RDATE;VALUE=DATE:20261231 RDATE;VALUE=DATE:20270129"},
		{"days are listed if a clamp moved the first one to another period",
			`{"frequency": "MONTHLY", "startDate": "2026-11-15", "monthDays": [31], "clamp": "FORWARD", "interval": 2}`,
			"DTSTART;VALUE=DATE:20261201 RDATE;VALUE=DATE:20270131"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(series(t, c.rule).ICalendar(date(t, "2027-02-15")), " "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFromRRULERefuses(t *testing.T) {
	t.Parallel()
	start := Start{Date: date(t, "2026-01-31"), TimeOfDay: "09:00", Zone: "Europe/Berlin"}
	for _, text := range []string{
		"", "FREQ", "FREQ=", "FREQ=DAILY;FREQ=DAILY", "FREQ=HOURLY", "FREQ=FREQUENCY_UNSPECIFIED", "INTERVAL=2",
		"FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=x", "FREQ=DAILY;COUNT=0",
		"FREQ=DAILY;COUNT=99999999999", "FREQ=DAILY;COUNT=1;UNTIL=20270101", "FREQ=DAILY;UNTIL=2027-01-01",
		"FREQ=DAILY;UNTIL=20270230", "FREQ=MONTHLY;BYMONTHDAY=", "FREQ=MONTHLY;BYMONTHDAY=0",
		"FREQ=MONTHLY;BYMONTHDAY=1,,2", "FREQ=WEEKLY;BYDAY=M", "FREQ=WEEKLY;BYDAY=XX", "FREQ=MONTHLY;BYDAY=0MO",
		"FREQ=MONTHLY;BYDAY=xMO", "FREQ=WEEKLY;WKST=XX",
		"FREQ=YEARLY;BYWEEKNO=20", "FREQ=YEARLY;BYYEARDAY=1", "FREQ=DAILY;BYHOUR=9", "FREQ=DAILY;X-PART=1",
		"RSCALE=CHINESE;FREQ=YEARLY", "FREQ=MONTHLY;SKIP=FORWARD", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=NO",
		"RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=CLAMP_UNSPECIFIED", "FREQ=DAILY;;COUNT=1",
		"FREQ=DAILY;" + strings.Repeat("BYMONTHDAY=1;", 400),
	} {
		if r, err := FromRRULE(text, start); err == nil {
			t.Errorf("%.60q: got %s, want an error", text, r)
		}
	}
}

func TestUntilIsReadInTheZoneOfTheStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ until, clock, zone, want string }{
		{"20270101", "09:00", "Europe/Berlin", "2027-01-01"},
		{"20270101", "", "", "2027-01-01"},
		{"20270101T080000Z", "09:00", "Europe/Berlin", "2027-01-01"},
		{"20270101T075959Z", "09:00", "Europe/Berlin", "2026-12-31"},
		{"20261231T233000Z", "00:15", "Europe/Berlin", "2027-01-01"},
		{"20270101T090000", "09:00", "Europe/Berlin", "2027-01-01"},
		{"20270101T085959", "09:00", "Europe/Berlin", "2026-12-31"},
		{"20270101T000000Z", "", "America/New_York", "2026-12-31"},
	} {
		r, err := FromRRULE("freq=daily;until="+c.until, Start{Date: date(t, "2026-01-31"), TimeOfDay: c.clock, Zone: c.zone})
		if err != nil || r.UntilDate != c.want {
			t.Errorf("%s at %s in %s: got %s, %v, want %s", c.until, c.clock, c.zone, r.GetUntilDate(), err, c.want)
		}
	}
}
