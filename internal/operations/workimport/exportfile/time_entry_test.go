package exportfile

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestDurations checks the ways to write a duration.
func TestDurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]duration{
		"01:30:00": {5400, 0}, "1:30:00": {5400, 0}, "63:30:00": {228600, 0}, "00:00:05": {5, 0}, "47:06 min": {2826, 0},
		"90:00 min": {
			5400, 0}, "25 sec": {25, 0}, "12 min": {720, 0}, "0.79 h": {2844, 0}, "2 h": {7200, 0}, "1:30": {5400, 90},
		"0:00:00": {0, 0}, "10000:00:00": {maxSeconds, 0}, "0.0001 h": {0, 0}, "0.00014 h": {1, 0},
	} {
		if got, err := parseDuration(text, '.'); got != want || err != nil {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": errNotDuration, "-01:00:00": errNegative, "1.5": errNoUnit, "90": errNoUnit, "1:60:00": errNotDuration,
		"1:00:60": errNotDuration, "1:2:3": errNotDuration, "1:00:00:00": errNotDuration, "1:00:00 h": errNotDuration,
		"1:30 h": errNotDuration, "1,5 h": errNotDuration, "1 day": errNotDuration, "10000:00:01": errTooLong,
		"99999999999:00:00": errNotDuration, "10001 h": errTooLong, "9999999999 h": errTooLong, "a:30:00": errNotDuration,
	} {
		if got, err := parseDuration(text, '.'); !errors.Is(err, want) {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]int64{
		"1.0": 3600, "0.25": 900, "0.33": 1188, "0.01": 36, "0.0": 0, "7:30": 27000,
		"12.5": 45000, "0.000139": 1, "10000": maxSeconds,
	} {
		if got, err := parseHours(text, '.'); got != want || err != nil {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"-1": errNegative, "10000.1": errTooLong, "x": errNotNumber, "9999999999": errTooLong, "7:61": errNotDuration,
	} {
		if got, err := parseHours(text, '.'); !errors.Is(err, want) {
			t.Errorf("%q: got %d, %v, want %v", text, got, err, want)
		}
	}
	if _, err := parseHours("0.0000001", '.'); err == nil {
		t.Error("seven decimals are accepted")
	}
}

// TestClocks checks the ways to write a time of day.
func TestClocks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int32{
		"09:00:00": 32400, "9:00": 32400, "23:59:59": 86399, "00:00:00": 0, "9:00:00 AM": 32400, "1:15 pm": 47700,
		"12:00:00 AM": 0, "12:30 PM": 45000, "1:15:00\u202fPM": 47700, "1:15PM": 47700,
	} {
		if got, ok := parseClock(text); !ok || got.Seconds != want {
			t.Errorf("%q: got %v, %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"24:00:00", "9", "13:00 PM", "noon", "9:60", "09:00:00 Uhr"} {
		if got, ok := parseClock(text); ok {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// TestTogglDurationIsCheckedAgainstTimes checks which of the duration and the times counts.
func TestTogglDurationIsCheckedAgainstTimes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		times    string // start and end
		duration string
		seconds  int64 // -1 if the row is skipped
		problem  string
	}{
		"equal":                 {"2026-01-12,09:00:00,2026-01-12,10:30:00", "01:30:00", 5400, ""},
		"rounded to minutes":    {"2026-01-12,09:00:31,2026-01-12,10:30:00", "1:30:00", 5400, ""},
		"different":             {"2026-01-12,09:00:00,2026-01-12,10:30:00", "01:00:00", 3600, "NOTICE line 2 Duration: the time from start to end is 1h30m0s; the duration was read"},
		"into summer time":      {"2026-03-29,01:30:00,2026-03-29,03:30:00", "01:00:00", 3600, ""},
		"out of summer time":    {"2026-10-25,01:30:00,2026-10-25,03:30:00", "03:00:00", 10800, ""},
		"over midnight":         {"2026-01-12,22:45:10,2026-01-13,00:15:10", "01:30:00", 5400, ""},
		"end before the start":  {"2026-01-12,09:00:00,2026-01-11,09:00:00", "01:00:00", 3600, "NOTICE line 2 Duration: the time from start to end is -24h0m0s; the duration was read"},
		"only a duration":       {"2026-01-12,,,", "01:00:00", 3600, ""},
		"hours and minutes":     {"2026-01-12,09:00:00,2026-01-12,10:30:00", "1:30", 5400, ""},
		"minutes and seconds":   {"2026-01-12,09:00:00,2026-01-12,09:01:30", "1:30", 90, ""},
		"neither of both":       {"2026-01-12,09:00:00,2026-01-12,12:00:00", "1:30", -1, "ROW_SKIPPED line 2 Duration: may be hours and minutes, or minutes and seconds"},
		"two meanings":          {"2026-01-12,,,", "1:30", -1, "ROW_SKIPPED line 2 Duration: may be hours and minutes, or minutes and seconds"},
		"a bare number":         {"2026-01-12,,,", "90", -1, "ROW_SKIPPED line 2 Duration: is a number without a unit, such as h or min"},
		"negative":              {"2026-01-12,,,", "-00:10:00", -1, "ROW_SKIPPED line 2 Duration: is a negative duration"},
		"computed":              {"2026-03-29,01:30:00,2026-03-29,03:30:00", "", 3600, ""},
		"nothing to compute":    {"2026-01-12,09:00:00,,", "", -1, "ROW_SKIPPED line 2 Duration: has neither a duration nor a start and an end"},
		"computed and negative": {"2026-01-12,09:00:00,2026-01-12,08:00:00", "", -1, "ROW_SKIPPED line 2 Duration: has neither a duration nor a start and an end"},
		"computed and endless":  {"2026-01-12,09:00:00,2199-01-12,08:00:00", "", -1, "ROW_SKIPPED line 2 Duration: has neither a duration nor a start and an end"},
		"bad times":             {"2026-01-12,early,2026-01-12,late", "01:00:00", 3600, "VALUE_MISSING line 2 Start time: is not a time of day, VALUE_MISSING line 2 End time: is not a time of day"},
		"a bad end":             {"2026-01-12,09:00:00,2026-02-30,10:00:00", "01:00:00", 3600, "VALUE_MISSING line 2 End date: is not a day of the calendar"},
		"no date": {
			",09:00:00,2026-01-12,10:00:00", "01:00:00", -1, "ROW_SKIPPED line 2 Start date: has no date",
		},
		"no date, no duration": {"never,,,", "x", -1, "ROW_SKIPPED line 2 Start date: is not a date, ROW_SKIPPED line 2 Duration: is not a duration"},
		"a day and more":       {"2026-01-12,,,", "24:00:01", 86401, "NOTICE line 2 Duration: is longer than 24 hours"},
		"a day":                {"2026-01-12,,,", "24:00:00", 86400, ""},
		"no time":              {"2026-01-12,,,", "0:00:00", 0, "NOTICE line 2 Duration: is an entry without time"},
	} {
		f := mustRead(t, togglHeader+"Maud,,P,a,"+c.times+","+c.duration+",,\n", Options{Zone: paris(t)})
		seconds := int64(-1)
		if len(f.Entries) == 1 {
			seconds = f.Entries[0].Seconds
		}
		if seconds != c.seconds {
			t.Errorf("%s: got %d, want %d", name, seconds, c.seconds)
		}
		if got := strings.Join(problems(f), ", "); got != c.problem {
			t.Errorf("%s: got %q, want %q", name, got, c.problem)
		}
	}
}

// TestTogglWithoutDurationReadsTimes reads a report whose user left out the duration.
func TestTogglWithoutDurationReadsTimes(t *testing.T) {
	t.Parallel()
	f := mustRead(t, "Description,Tags,Start date,Start time,Stop date,Stop time\n"+
		"a,\"x, X, y\",2026-01-12,9:00:00 AM,2026-01-12,1:00:00 PM\n", Options{})
	wantProblems(t, f, "NOTICE line 1: no column names the person who worked")
	if e := f.Entries[0]; e.Seconds != 4*3600 || e.PersonKey != "" || !slices.Equal(e.Labels, []string{"x", "y"}) {
		t.Errorf("got %+v", e)
	}
}

// TestCurrencies checks the ways to write a currency.
func TestCurrencies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Euro - EUR": "EUR", "United States Dollar - USD": "USD", "gbp": "GBP", "": "", "Euro": "", "Points - PTS": "",
	} {
		if got := currency(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	f := mustRead(t, strings.Replace(togglHeader, "EUR", "Points", 1)+"Maud,,P,a,2026-01-12,,,,1:00:00,,5\n", Options{})
	wantProblems(t, f, "VALUE_MISSING line 1 Amount (Points): is not a known currency")
	if e := f.Entries[0]; e.Amount != "5" || e.CurrencyCode != "" {
		t.Errorf("got %+v", e)
	}
	f = mustRead(t, strings.Replace(togglHeader, "EUR", "", 1)+"Maud,,P,a,2026-01-12,,,,1:00:00,,\n", Options{})
	wantProblems(t, f)
}

// TestHarvestValuesThatAreNotUnderstoodAreReported checks rows with bad values.
func TestHarvestValuesThatAreNotUnderstoodAreReported(t *testing.T) {
	t.Parallel()
	f := mustRead(t, "Project Code,Hours Rounded,"+harvestHeader+
		"A,x,2026-01-05,,P,T,,1.5,Maud,,maybe,free,Points\n"+
		"B,2,2026-01-05,,P,,,1.5,Maud,,Ja,1,EUR\n"+
		",,,,P,T,,,,,,,\n,,2026-02-30,,P,T,,-1,Maud,,,,\n", Options{})
	wantProblems(t, f,
		"VALUE_MISSING line 2 Billable?: is neither yes nor no",
		"VALUE_MISSING line 2 Billable Rate: is not a number",
		"VALUE_MISSING line 2 Currency: is not a known currency",
		"VALUE_MISSING line 2 Hours Rounded: is not a number",
		"VALUE_MISSING line 3 Project Code: the project has the code A in another row",
		"ROW_SKIPPED line 4 Date: has no date",
		"ROW_SKIPPED line 4 Hours: has no hours",
		"ROW_SKIPPED line 4 First Name: names no person",
		"ROW_SKIPPED line 5 Date: is not a day of the calendar",
		"ROW_SKIPPED line 5 Hours: is a negative duration")
	if e := f.Entries[1]; e.Billable != Yes || e.RoundedSeconds != 7200 || e.CurrencyCode != "EUR" {
		t.Errorf("got %+v", e)
	}
}

// TestKeysOfEntriesAreStable checks that an entry has the same key in another export, and that
// equal entries and unlike ones have different keys.
func TestKeysOfEntriesAreStable(t *testing.T) {
	t.Parallel()
	row := func(date, client, project, note, hours string) string {
		return date + "," + client + "," + project + ",T," + note + "," + hours + ",Maud,,,,\n"
	}
	first := row("2026-01-05", "C", "P", "a", "1.5")
	keys := func(rows ...string) (out []string) {
		for _, e := range mustRead(t, harvestHeader+strings.Join(rows, ""), Options{}).Entries {
			out = append(out, e.Key)
		}
		return out
	}
	key := keys(first)[0]
	got := keys(row("2026-01-04", "C", "P", "a", "1.5"), row("2026-01-05", "c", "p", "A", "1.50"), first)
	if got[1] != key || got[2] != strings.TrimSuffix(key, "1")+"2" {
		t.Errorf("got %q, want %q again", got, key)
	}
	for _, other := range []string{
		row("2026-01-06", "C", "P", "a", "1.5"), row("2026-01-05", "", "P", "a", "1.5"),
		row("2026-01-05", "C", "Pa", "", "1.5"),
		row("2026-01-05", "C", "P", "b", "1.5"), row("2026-01-05", "C", "P", "a", "1.25"),
	} {
		if keys(other)[0] == key {
			t.Errorf("%q has the same key", other)
		}
	}
}

// TestNamesThatDifferOnlyInCaseAreOne checks that people, clients, projects and labels are unique.
func TestNamesThatDifferOnlyInCaseAreOne(t *testing.T) {
	t.Parallel()
	f := mustRead(t, togglHeader+
		"Maud,Café,Web/app,a,2026-01-12,,,,1:00:00,Design,\nMAUD,Cafe\u0301,web/APP,b,2026-01-12,,,,1:00:00,design,\n"+
		"Maud,,Web/app,a,2026-01-12,,,,1:00:00,,\nMaud,Café/Web,app,a,2026-01-12,,,,1:00:00,,\n", Options{})
	if len(f.People) != 1 || f.People[0].Uses != 4 || len(f.Clients) != 2 || len(f.Projects) != 3 || len(f.Labels) != 1 {
		t.Errorf("got %s", describe(f))
	}
}
