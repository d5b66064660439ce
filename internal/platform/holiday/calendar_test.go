package holiday

import (
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/calendar"
)

func TestCalendarCombinesSetsAndChanges(t *testing.T) {
	t.Parallel()
	c, err := NewCalendar([]string{"DE-BY", "FR"}, Changes{
		Added: []Change{{Date: date(t, "2026-12-31")}, {date(t, "2026-12-24"), "FR"}, {Date: date(t, "2026-07-14")},
			{date(t, "2026-12-23"), "US"}},
		Removed: []Change{{Date: date(t, "2026-07-14")}, {date(t, "2026-11-11"), "FR"}, {Date: date(t, "2026-08-15")},
			{date(t, "2026-05-01"), "FR"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]bool{
		"2026-12-23": true,  // added to another set
		"2026-05-01": false, // removed in France, but kept in Bavaria
		"2026-12-24": false, // added
		"2026-12-31": false, // added
		"2026-01-06": false, // Bavaria
		"2026-05-08": false, // France
		"2026-11-11": true,  // France, removed
		"2026-07-14": false, // added and removed
		"2026-08-15": false, // removed, but a Saturday
		"2026-11-28": false, // Saturday
		"2026-11-29": false, // Sunday
		"2026-11-30": true,
	} {
		if got := c.IsBusinessDay(date(t, day)); got != want {
			t.Errorf("%s is a business day: got %t, want %t", day, got, want)
		}
	}
}

func TestBusinessDaysAround(t *testing.T) {
	t.Parallel()
	c, err := NewCalendar([]string{"GB-ENG"}, Changes{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct{ day, preceding, following string }{
		{"2026-12-24", "2026-12-24", "2026-12-24"},
		{"2026-12-25", "2026-12-24", "2026-12-29"},
		{"2026-12-28", "2026-12-24", "2026-12-29"},
		{"2026-04-04", "2026-04-02", "2026-04-07"},
	} {
		if got := c.Preceding(date(t, d.day)); got != date(t, d.preceding) {
			t.Errorf("Preceding(%s) = %s, want %s", d.day, got, d.preceding)
		}
		if got := c.Following(date(t, d.day)); got != date(t, d.following) {
			t.Errorf("Following(%s) = %s, want %s", d.day, got, d.following)
		}
	}
	for _, d := range []struct {
		day  string
		n    int
		want string
	}{
		{"2026-12-24", 0, "2026-12-24"}, {"2026-12-25", 0, "2026-12-29"}, {"2026-12-24", 1, "2026-12-29"},
		{"2026-12-25", 1, "2026-12-29"}, {"2026-12-24", 3, "2026-12-31"}, {"2026-12-29", -1, "2026-12-24"},
		{"2026-12-27", -2, "2026-12-23"},
	} {
		if got := c.AddBusinessDays(date(t, d.day), d.n); got != date(t, d.want) {
			t.Errorf("AddBusinessDays(%s, %d) = %s, want %s", d.day, d.n, got, d.want)
		}
	}
}

func TestCalendarWithoutSetsHasWeekendsOnly(t *testing.T) {
	t.Parallel()
	var c Calendar
	if !c.IsBusinessDay(date(t, "2026-12-25")) || c.IsBusinessDay(date(t, "2026-12-26")) {
		t.Error("the zero Calendar has holidays, or no weekends")
	}
}

func TestCalendarRefusesUnknownSets(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "XX", "de-by", "US "} {
		if _, err := NewCalendar([]string{key}, Changes{}); err == nil {
			t.Errorf("%q: got no error", key)
		}
	}
}

func TestCalendarRefusesTooManyClosedDays(t *testing.T) {
	t.Parallel()
	closed := func(start string, n int) Changes {
		var c Changes
		for i := range n {
			c.Added = append(c.Added, Change{Date: date(t, start).AddDays(i)})
		}
		return c
	}
	for _, c := range []struct {
		start   string
		days    int
		allowed bool
	}{
		{"2026-07-06", 58, true}, // 60 days from Saturday, July 4, to Tuesday, September 1
		{"2026-07-06", 59, false},
		{"2026-07-07", 57, true},  // from Tuesday to Tuesday, September 1
		{"2026-07-07", 60, false}, // 62 days until Sunday, September 6
	} {
		if _, err := NewCalendar(nil, closed(c.start, c.days)); (err == nil) != c.allowed {
			t.Errorf("%d days from %s: got %v", c.days, c.start, err)
		}
	}
}

// TestSeekingBusinessDays checks the definition of Following and Preceding with any changes.
func TestSeekingBusinessDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start, err := calendar.NewDate(2026, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		days := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 60), func(n int) Change {
			return Change{Date: start.AddDays(n)}
		}), 0, 40)
		c, err := NewCalendar([]string{"US"}, Changes{Added: days.Draw(t, "added"), Removed: days.Draw(t, "removed")})
		if err != nil {
			return // too many closed days
		}
		from := start.AddDays(rapid.IntRange(-10, 70).Draw(t, "from"))
		for _, step := range []int{1, -1} {
			got := c.seek(from, step)
			if !c.IsBusinessDay(got) {
				t.Fatalf("from %s by %d: %s is not a business day", from, step, got)
			}
			for d := from; d != got; d = d.AddDays(step) {
				if c.IsBusinessDay(d) {
					t.Fatalf("from %s by %d: got %s past %s", from, step, got, d)
				}
			}
		}
	})
}
