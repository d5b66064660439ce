package holiday

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"backoffice/internal/platform/calendar"
)

// years caches the holidays of sets by year. It grows at most to the number of sets times the years
// that dates can have in the API.
var years sync.Map // yearKey to []Holiday

type yearKey struct {
	set  *Set
	year int
}

// year returns the holidays that are kept in a year, by date. Callers must not change the result.
func (s *Set) year(year int) []Holiday {
	key := yearKey{s, year}
	if known, ok := years.Load(key); ok {
		return known.([]Holiday)
	}
	found := s.observe(year)
	if first, _ := calendar.NewDate(max(year, 1), 1, 1); first.IsPlausible() {
		years.Store(key, found)
	}
	return found
}

// observe computes the holidays that are kept in a year. The neighboring years count, because
// January 1 can be kept on December 31, and December 31 in January.
func (s *Set) observe(year int) []Holiday {
	var events []event
	taken := map[calendar.Date]bool{}
	for y := max(year-1, 1); y <= min(year+1, 9999); y++ {
		for _, r := range s.rules {
			if !r.appliesIn(y) {
				continue
			}
			for _, d := range r.on(y) {
				events = append(events, event{r, d})
				taken[d] = true
			}
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.date.Compare(b.date) })
	var kept []Holiday
	for _, e := range events {
		kept = append(kept, e.keep(taken)...)
	}
	kept = slices.DeleteFunc(kept, func(h Holiday) bool { return h.Date.Year() != year })
	slices.SortStableFunc(kept, func(a, b Holiday) int {
		return cmp.Or(a.Date.Compare(b.Date), a.InsteadOf.Compare(b.InsteadOf))
	})
	return kept
}

// event is the day of a rule in a year, before it moves.
type event struct {
	rule
	date calendar.Date
}

// keep returns the days on which the event is kept, and marks them as taken.
func (e event) keep(taken map[calendar.Date]bool) []Holiday {
	day := Holiday{Date: e.date, Name: e.nameIn(e.date.Year()), LocalName: e.local, Source: e.source}
	way := sameDay
	switch e.date.Weekday() {
	case time.Saturday:
		way = e.weekend.saturday
	case time.Sunday:
		way = e.weekend.sunday
	}
	if way == sameDay {
		return []Holiday{day}
	}
	instead := day
	instead.Date, instead.InsteadOf = e.substitute(way, taken), e.date
	taken[instead.Date] = true
	if way == alsoNextMonday || way == alsoNextWorkday {
		return []Holiday{day, instead}
	}
	return []Holiday{instead}
}

// substitute returns the day that is kept for an event in a weekend.
func (e event) substitute(way substitute, taken map[calendar.Date]bool) calendar.Date {
	switch way {
	case fridayBefore:
		return e.date.AddDays(-1)
	case nextMonday, alsoNextMonday:
		return onOrAfter(e.date, time.Monday)
	}
	d := e.date.AddDays(1)
	for isWeekend(d) || taken[d] {
		d = d.AddDays(1)
	}
	return d
}
