package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestLoadZoneAcceptsIANANames(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kathmandu", "EST5EDT"} {
		if loc := zone(t, name); loc.String() != name {
			t.Errorf("LoadZone(%q) = %s", name, loc)
		}
	}
	for _, name := range []string{
		"", "Local", "localtime", "posixrules", "Factory", "posix/UTC", "right/UTC", "Mars/Olympus", "../etc/passwd",
		"/etc/localtime", "Europe", "zone.tab", "UTC+2",
	} {
		if loc, err := LoadZone(name); err == nil {
			t.Errorf("LoadZone(%q) = %s, want an error", name, loc)
		}
	}
}

func TestZonesCachesZones(t *testing.T) {
	var zones Zones
	first, err := zones.Load("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	if second, err := zones.Load("Asia/Tokyo"); err != nil || first != second {
		t.Errorf("the second load: got %p, %v, want %p", second, err, first)
	}
	if _, err := zones.Load("Local"); err == nil {
		t.Error("loading Local succeeded, want an error")
	}
}

func TestMidnightInZonesWithClockChanges(t *testing.T) {
	for _, c := range []struct{ day, zone, want string }{
		{"2026-11-21", "UTC", "2026-11-21T00:00:00Z"},
		{"2026-11-21", "Europe/Berlin", "2026-11-21T00:00:00+01:00"},
		{"2026-07-01", "America/New_York", "2026-07-01T00:00:00-04:00"},
		{"2026-03-29", "Europe/Berlin", "2026-03-29T00:00:00+01:00"},
		{"2026-10-26", "Europe/Berlin", "2026-10-26T00:00:00+01:00"},
		// Clocks went forward from 24:00 to 01:00.
		{"2017-10-15", "America/Sao_Paulo", "2017-10-15T01:00:00-02:00"},
		// Clocks went back from 24:00 to 23:00 of the day before.
		{"2018-02-18", "America/Sao_Paulo", "2018-02-18T00:00:00-03:00"},
		// Clocks went back from 00:01 to 23:01 of the day before, so midnight came twice.
		{"2010-11-07", "America/St_Johns", "2010-11-07T00:00:00-02:30"},
		// Clocks went back from 01:00 to 00:00, so midnight came twice within the day.
		{"2021-10-31", "Asia/Gaza", "2021-10-31T00:00:00+02:00"},
		{"2023-10-29", "Atlantic/Azores", "2023-10-29T00:00:00Z"},
		// Samoa skipped this day when it moved across the date line.
		{"2011-12-30", "Pacific/Apia", "2011-12-31T00:00:00+14:00"},
		{"2011-12-29", "Pacific/Apia", "2011-12-29T00:00:00-10:00"},
		{"2011-12-31", "Pacific/Apia", "2011-12-31T00:00:00+14:00"},
		// Alaska repeated this day when it moved across the date line.
		{"1867-10-19", "America/Sitka", "1867-10-19T00:00:00+14:58:47"},
		// After the last listed change, the zone's rule continues to apply.
		{"2150-07-01", "Europe/Berlin", "2150-07-01T00:00:00+02:00"},
		{"0001-01-01", "UTC", "0001-01-01T00:00:00Z"},
	} {
		got := date(t, c.day).Midnight(zone(t, c.zone)).Format("2006-01-02T15:04:05Z07:00:00")
		if got != c.want && got != c.want+":00" {
			t.Errorf("%s in %s: got %s, want %s", c.day, c.zone, got, c.want)
		}
	}
}

func TestDateOfDependsOnZone(t *testing.T) {
	instant := time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"UTC": "2026-11-21", "Asia/Tokyo": "2026-11-22", "America/New_York": "2026-11-21", "Pacific/Kiritimati": "2026-11-22",
	} {
		if got := DateOf(instant, zone(t, name)); got != date(t, want) {
			t.Errorf("%s in %s: got %s, want %s", instant, name, got, want)
		}
	}
	if got := DateOf(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC); got != date(t, "9999-12-31") {
		t.Errorf("the year 12000: got %s, want 9999-12-31", got)
	}
}

// TestMidnightIsTheFirstInstant checks the definition of Midnight in zones with every kind of clock
// change.
func TestMidnightIsTheFirstInstant(t *testing.T) {
	names := []string{
		"UTC", "America/Sao_Paulo", "Pacific/Apia", "America/St_Johns", "Asia/Gaza", "Africa/Cairo", "Pacific/Kwajalein",
		"America/Asuncion", "Asia/Tehran", "America/Havana", "Antarctica/Troll", "Australia/Lord_Howe", "America/Godthab",
		"America/Scoresbysund", "Asia/Manila", "America/Sitka", "Africa/Monrovia",
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "zone")
		loc, err := LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		d := Date{1840, 1, 1}.AddDays(rapid.IntRange(0, 90_000).Draw(t, "days"))
		midnight := d.Midnight(loc)
		if got := DateOf(midnight, loc); got.Before(d) || d.DaysUntil(got) > 1 {
			t.Fatalf("%s in %s begins on the date %s", d, name, got)
		}
		if got := DateOf(midnight.Add(-1), loc); !got.Before(d) {
			t.Fatalf("%s in %s has begun by %s, before its midnight", d, name, midnight.Add(-1))
		}
		if next := d.AddDays(1).Midnight(loc); next.Before(midnight) {
			t.Fatalf("%s in %s ends before it begins", d, name)
		}
	})
}

func TestEveryMidnightInYearsWithClockChanges(t *testing.T) {
	for name, years := range map[string][2]int{
		"America/Sao_Paulo": {2008, 2019}, "Pacific/Apia": {2009, 2013}, "America/St_Johns": {2005, 2012},
	} {
		loc := zone(t, name)
		last := date(t, "2020-01-01")
		for d := (Date{int16(years[0]), 1, 1}); d.Year() <= years[1] && d.Before(last); d = d.AddDays(1) {
			if got := DateOf(d.Midnight(loc), loc); got != d && d != date(t, "2011-12-30") {
				t.Errorf("%s in %s begins on the date %s", d, name, got)
			}
		}
	}
}

func TestLocalTimesOnClockChanges(t *testing.T) {
	for _, c := range []struct {
		day          string
		hour, minute int
		zone, want   string
	}{
		{"2026-11-21", 9, 30, "UTC", "2026-11-21T09:30:00Z"},
		{"2026-07-01", 23, 59, "America/New_York", "2026-07-01T23:59:00-04:00"},
		// Clocks skip 02:00 to 03:00.
		{"2026-03-08", 1, 59, "America/New_York", "2026-03-08T01:59:00-05:00"},
		{"2026-03-08", 2, 0, "America/New_York", "2026-03-08T03:00:00-04:00"},
		{"2026-03-08", 2, 30, "America/New_York", "2026-03-08T03:30:00-04:00"},
		{"2026-03-08", 3, 0, "America/New_York", "2026-03-08T03:00:00-04:00"},
		// Clocks show 01:00 to 02:00 twice.
		{"2026-11-01", 0, 59, "America/New_York", "2026-11-01T00:59:00-04:00"},
		{"2026-11-01", 1, 30, "America/New_York", "2026-11-01T01:30:00-04:00"},
		{"2026-11-01", 2, 0, "America/New_York", "2026-11-01T02:00:00-05:00"},
		// Clocks change by half an hour.
		{"2026-10-04", 2, 15, "Australia/Lord_Howe", "2026-10-04T02:45:00+11:00"},
		{"2026-04-05", 1, 45, "Australia/Lord_Howe", "2026-04-05T01:45:00+11:00"},
		// Clocks skip midnight, or a whole day.
		{"2017-10-15", 0, 30, "America/Sao_Paulo", "2017-10-15T01:30:00-02:00"},
		{"2011-12-30", 10, 0, "Pacific/Apia", "2011-12-31T10:00:00+14:00"},
		// The zone stopped to change its clocks.
		{"2018-07-01", 9, 0, "America/Sao_Paulo", "2018-07-01T09:00:00-03:00"},
		{"2020-01-01", 9, 0, "America/Sao_Paulo", "2020-01-01T09:00:00-03:00"},
	} {
		if got := date(t, c.day).At(c.hour, c.minute, zone(t, c.zone)).Format(time.RFC3339); got != c.want {
			t.Errorf("%s %02d:%02d in %s: got %s, want %s", c.day, c.hour, c.minute, c.zone, got, c.want)
		}
	}
}

func BenchmarkMidnight(b *testing.B) {
	loc := zone(b, "America/Sao_Paulo")
	for b.Loop() {
		Date{2017, 10, 15}.Midnight(loc)
	}
}
