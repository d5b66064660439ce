package workload

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"backoffice/internal/platform/calendar"
)

func day(t rapid.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// weekdaysFrom returns the weekdays from a day, known for 60 days, without some days.
func weekdaysFrom(t rapid.TB, first string, off ...string) workdays {
	t.Helper()
	closed := map[calendar.Date]bool{}
	for _, text := range off {
		closed[day(t, text)] = true
	}
	start := day(t, first)
	return newWorkdays(start, start.AddDays(60), func(d calendar.Date) bool { return !isWeekend(d) && !closed[d] })
}

// TestWorkIsSpreadEvenly spreads work from Monday, 2026-12-07.
func TestWorkIsSpreadEvenly(t *testing.T) {
	t.Parallel()
	const hour = 3600
	for name, c := range map[string]struct {
		seconds    int64
		start, due string
		off        []string
		want       map[string]int64
	}{
		"over a week": {10 * hour, "2026-12-07", "2026-12-11", nil, map[string]int64{
			"2026-12-07": 2 * hour, "2026-12-09": 2 * hour, "2026-12-11": 2 * hour, "2026-12-12": 0, "2026-12-14": 0}},
		"over a weekend": {4 * hour, "2026-12-11", "2026-12-14", nil, map[string]int64{
			"2026-12-10": 0, "2026-12-11": 2 * hour, "2026-12-12": 0, "2026-12-13": 0, "2026-12-14": 2 * hour}},
		"without a holiday": {8 * hour, "2026-12-07", "2026-12-11", []string{"2026-12-09"}, map[string]int64{
			"2026-12-08": 2 * hour, "2026-12-09": 0, "2026-12-10": 2 * hour}},
		"the first days take what is left over": {8, "2026-12-07", "2026-12-11", nil, map[string]int64{
			"2026-12-07": 2, "2026-12-08": 2, "2026-12-09": 2, "2026-12-10": 1, "2026-12-11": 1}},
		"on a weekend, if there are only days off": {3 * hour, "2026-12-12", "2026-12-13", nil, map[string]int64{
			"2026-12-11": 0, "2026-12-12": 1.5 * hour, "2026-12-13": 1.5 * hour, "2026-12-14": 0}},
		"on one day":                  {5 * hour, "2026-12-08", "2026-12-08", nil, map[string]int64{"2026-12-08": 5 * hour}},
		"on the start, if it is late": {hour, "2026-12-08", "2026-12-01", nil, map[string]int64{"2026-12-08": hour}},
		"fewer seconds than days": {1, "2026-12-07", "2026-12-11", nil, map[string]int64{
			"2026-12-07": 1, "2026-12-08": 0}},
	} {
		s := newSpread(c.seconds, day(t, c.start), day(t, c.due), weekdaysFrom(t, "2026-12-07", c.off...))
		for text, want := range c.want {
			if got := s.within(day(t, text), day(t, text)); got != want {
				t.Errorf("%s: on %s: got %d, want %d", name, text, got, want)
			}
		}
	}
}

// TestPartsAddUp spreads work over random days with random days off, and compares the parts with a
// calculation day by day.
func TestPartsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := day(t, "2026-12-01").AddDays(rapid.IntRange(0, 6).Draw(t, "first"))
		known := rapid.IntRange(0, 30).Draw(t, "known")
		closed := rapid.SliceOfN(rapid.Bool(), known+1, known+1).Draw(t, "closed")
		open := func(d calendar.Date) bool {
			i := first.DaysUntil(d)
			return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && (i > known || !closed[i])
		}
		days := newWorkdays(first, first.AddDays(known), open)
		start := first.AddDays(rapid.IntRange(0, 40).Draw(t, "start"))
		due := start.AddDays(rapid.IntRange(0, 60).Draw(t, "length"))
		seconds := rapid.Int64Range(0, 1_000_000_000).Draw(t, "seconds")
		s := newSpread(seconds, start, due, days)

		working := 0
		for d := start; !d.After(due); d = d.AddDays(1) {
			if open(d) {
				working++
			}
		}
		var total, least, most int64
		least = seconds
		for d := start; !d.After(due); d = d.AddDays(1) {
			part := s.within(d, d)
			total += part
			if working > 0 && !open(d) {
				if part != 0 {
					t.Fatalf("%d seconds are on the day off %s", part, d)
				}
				continue
			}
			least, most = min(least, part), max(most, part)
		}
		if total != seconds || most-least > 1 {
			t.Fatalf("the parts add up to %d of %d and differ by %d", total, seconds, most-least)
		}
		cut := start.AddDays(rapid.IntRange(-5, 70).Draw(t, "cut"))
		if sum := s.within(first, cut) + s.within(cut.AddDays(1), due.AddDays(70)); sum != seconds {
			t.Fatalf("until and after %s: %d, want %d", cut, sum, seconds)
		}
	})
}

// TestAbsencesAreDaysOff compares the working days without random absences with the days
// themselves.
func TestAbsencesAreDaysOff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := day(t, "2026-12-07")
		all := newWorkdays(first, first.AddDays(40), func(d calendar.Date) bool { return !isWeekend(d) })
		var spans []span
		for range rapid.IntRange(0, 4).Draw(t, "absences") {
			from := first.AddDays(rapid.IntRange(-10, 45).Draw(t, "from"))
			spans = append(spans, span{from, from.AddDays(rapid.IntRange(0, 12).Draw(t, "days"))})
		}
		days := all.without(spans)
		for i := range 41 {
			d := first.AddDays(i)
			want := !isWeekend(d)
			for _, s := range spans {
				want = want && (d.Before(s.start) || d.After(s.end))
			}
			if got := days.isWorkday(d); got != want {
				t.Fatalf("%s is a working day: got %v, want %v", d, got, want)
			}
		}
	})
}

func TestWeekdaysAreCounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := day(t, "2026-12-01").AddDays(rapid.IntRange(0, 3000).Draw(t, "start"))
		end := start.AddDays(rapid.IntRange(-3, 400).Draw(t, "length"))
		want := int64(0)
		for d := start; !d.After(end); d = d.AddDays(1) {
			if !isWeekend(d) {
				want++
			}
		}
		if got := weekdays(start, end); got != want {
			t.Fatalf("from %s to %s: got %d, want %d", start, end, got, want)
		}
	})
}
