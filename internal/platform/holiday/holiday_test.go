package holiday

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/calendar"
)

func date(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func find(t testing.TB, key string) *Set {
	t.Helper()
	s, ok := Find(key)
	if !ok {
		t.Fatalf("there is no set %s", key)
	}
	return s
}

// TestSetsMatchPublishedLists compares each set with the lists that governments publish.
func TestSetsMatchPublishedLists(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/published.txt")
	if err != nil {
		t.Fatal(err)
	}
	var set *Set
	compared := map[string]int{}
	for line := range strings.SplitSeq(string(text), "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
			continue
		case words[0] == "set":
			set = find(t, words[1])
			continue
		}
		year, err := strconv.Atoi(words[0])
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range set.Year(year) {
			got = append(got, strings.ReplaceAll(h.Date.String(), "-", "")[4:])
		}
		if got = slices.Compact(got); !slices.Equal(got, words[1:]) {
			t.Errorf("%s %d:\ngot  %v\nwant %v", set.Key, year, got, words[1:])
		}
		compared[set.Key]++
	}
	for _, s := range Sets() {
		if compared[s.Key] < 3 {
			t.Errorf("%s is compared with %d published lists, want 3 or more", s.Key, compared[s.Key])
		}
	}
}

func TestSetsAreDescribed(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`^[A-Z]{2}(-[A-Z]+)*$`)
	seen := map[string]bool{}
	for _, s := range Sets() {
		if !key.MatchString(s.Key) || len(s.Key) > 20 || seen[s.Key] || s.Name == "" || s.Since < 1900 {
			t.Errorf("%+v", s)
		}
		seen[s.Key] = true
		for year := s.Since; year <= 2040; year++ {
			days := s.Year(year)
			for i, h := range days {
				if h.Name == "" || h.Source == "" || h.Date.Year() != year || i > 0 && h.Date.Before(days[i-1].Date) {
					t.Errorf("%s: %+v", s.Key, h)
				}
				if slices.Contains(days[:i], h) {
					t.Errorf("%s has %+v twice", s.Key, h)
				}
				if on := s.On(h.Date); !slices.Contains(on, h) {
					t.Errorf("%s: On(%s) = %v", s.Key, h.Date, on)
				}
			}
			if len(days) < 6 || len(days) > 20 {
				t.Errorf("%s has %d holidays in %d", s.Key, len(days), year)
			}
		}
	}
	if len(seen) != 48 {
		t.Errorf("got %d sets, want 48", len(seen))
	}
	if s, ok := Find("XX"); ok {
		t.Errorf("got %v", s)
	}
}

func TestHolidaysByName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ set, date, name, local, insteadOf string }{
		{"US", "2026-07-03", "Independence Day", "", "2026-07-04"},
		{"US", "2021-12-31", "New Year's Day", "", "2022-01-01"},
		{"US", "2022-06-20", "Juneteenth National Independence Day", "", "2022-06-19"},
		{"US-FED-RESERVE", "2026-07-04", "Independence Day", "", ""},
		{"GB-SCT", "2012-01-02", "2nd January", "", ""},
		{"GB-SCT", "2012-01-03", "New Year's Day", "", "2012-01-01"},
		{"GB-ENG", "2021-12-27", "Christmas Day", "", "2021-12-25"},
		{"GB-ENG", "2021-12-28", "Boxing Day", "", "2021-12-26"},
		{"GB-ENG", "2022-12-27", "Christmas Day", "", "2022-12-25"},
		{"GB-ENG", "2023-05-08", "Bank holiday for the coronation of King Charles III", "", ""},
		{"GB-ENG", "1999-12-31", "Millennium holiday", "", ""},
		{"IE", "2030-02-01", "St Brigid's Day", "", ""},
		{"FR", "2027-05-06", "Ascension Day", "Ascension", ""},
		{"DE", "2017-10-31", "Reformation Day", "Reformationstag", ""},
		{"DE-SN", "2026-11-18", "Day of Repentance and Prayer", "Buß- und Bettag", ""},
		{"DE-BE", "2028-06-17", "Anniversary of the Uprising of 1953", "Jahrestag des Volksaufstandes", ""},
		{"CA-ON", "2018-07-02", "Canada Day", "", "2018-07-01"},
		{"CA-SK", "2018-11-12", "Remembrance Day", "", "2018-11-11"},
		{"CA-BC", "2018-02-12", "Family Day", "", ""},
		{"CA-BC", "2019-02-18", "Family Day", "", ""},
		{"CA-QC", "2026-05-18", "National Patriots' Day", "Journée nationale des patriotes", ""},
		{"CA-PE", "2022-09-19", "Day of Mourning for Queen Elizabeth II", "", ""},
		{"AU-NSW", "2026-04-27", "Additional public holiday for Anzac Day", "", ""},
		{"AU-NSW", "2027-12-28", "Boxing Day", "", "2027-12-26"},
		{"AU-SA", "2021-12-27", "Christmas Day", "", "2021-12-25"},
		{"AU-VIC", "2022-09-23", "Friday before the AFL Grand Final", "", ""},
		{"AU-WA", "2022-09-26", "Queen's Birthday", "", ""},
		{"AU-WA", "2024-09-23", "King's Birthday", "", ""},
		{"AU-QLD", "2022-10-03", "Queen's Birthday", "", ""},
		{"AU-VIC", "2023-06-12", "King's Birthday", "", ""},
		// Anzac Day 2038 is Easter Sunday. The law gives the Monday after, which is Easter Monday.
		{"AU-WA", "2038-04-26", "Anzac Day", "", "2038-04-25"},
	} {
		found := slices.ContainsFunc(find(t, c.set).On(date(t, c.date)), func(h Holiday) bool {
			return h.Name == c.name && h.LocalName == c.local && h.InsteadOf.String() == c.insteadOf
		})
		if !found {
			t.Errorf("%s on %s: got %+v, want %s", c.set, c.date, find(t, c.set).On(date(t, c.date)), c.name)
		}
	}
}

func TestRulesApplyFromAYearOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ set, none, first string }{
		{"US", "2020-06-19", "2021-06-18"},
		{"IE", "2022-02-07", "2023-02-06"},
		{"DE-MV", "2022-03-08", "2023-03-08"},
		{"DE-BE", "2018-03-08", "2019-03-08"},
		{"DE-TH", "2018-09-20", "2019-09-20"},
		{"DE-HH", "2016-10-31", "2018-10-31"},
		{"CA", "2020-09-30", "2021-09-30"},
		{"CA-MB", "2022-09-30", "2024-09-30"},
		{"CA-NB", "2017-02-20", "2018-02-19"},
		{"AU-ACT", "2017-05-29", "2018-05-28"},
		{"AU-SA", "2023-04-09", "2024-03-31"},
		{"AU-WA", "2021-04-04", "2022-04-17"},
		{"GB-SCT", "2006-11-30", "2007-11-30"},
	} {
		set := find(t, c.set)
		if days := set.On(date(t, c.none)); len(days) > 0 {
			t.Errorf("%s on %s: got %v", c.set, c.none, days)
		}
		if len(set.On(date(t, c.first))) == 0 {
			t.Errorf("%s on %s: got no holiday", c.set, c.first)
		}
	}
}

// TestEasterSunday compares with dates of the United States Naval Observatory.
func TestEasterSunday(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"1900-04-15", "1913-03-23", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24",
		"2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2049-04-18", "2076-04-19", "2100-03-28",
	} {
		want := date(t, text)
		if got := easterSunday(want.Year()); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestEasterSundayIsASundayInSpring(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := easterSunday(rapid.IntRange(1583, 9999).Draw(t, "year"))
		if !isWeekend(d) || d.AddDays(1).Weekday() != 1 || d.String()[5:] < "03-22" || d.String()[5:] > "04-25" {
			t.Fatalf("got %s", d)
		}
	})
}

func TestCallersCannotChangeASet(t *testing.T) {
	t.Parallel()
	set := find(t, "FR")
	set.Year(2026)[0].Name = "changed"
	Sets()[0] = nil
	if set.Year(2026)[0].Name != "New Year's Day" || Sets()[0] == nil {
		t.Error("a change of the result changed the set")
	}
}
