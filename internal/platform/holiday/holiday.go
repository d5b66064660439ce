// Package holiday owns the public holidays of countries, states and provinces, and the business
// days between them.
//
// A Set lists the holidays of one place, such as GB-SCT. Most follow from rules that are written
// here beside the law they come from. Days that a government proclaims once, such as a coronation,
// are dated. A holiday that only some municipalities keep, or that lasts half a day, is in no set.
// A Calendar combines sets with the days that an organization adds and removes; Saturdays and
// Sundays are never business days.
//
// To add a place, write its rules in a file such as ireland.go, list it in sets.go, and type its
// published holidays into testdata/published.txt, which the tests compare with the rules.
package holiday

import (
	"slices"
	"strings"
	"time"

	"backoffice/internal/platform/calendar"
)

// Holiday is a day on which public offices or banks of a place are closed.
type Holiday struct {
	// Date is the day that is kept.
	Date calendar.Date
	// InsteadOf is the day of the event if the holiday moved from it, or was added for it, because
	// it is a Saturday or Sunday; otherwise zero.
	InsteadOf calendar.Date
	// Name is the English name, LocalName the name in the main language of the place if that
	// differs.
	Name, LocalName string
	// Source is the law or proclamation.
	Source string
}

// Set is the holidays of one place.
type Set struct {
	// Key identifies the set: a country, such as `FR`, a country and a subdivision of ISO 3166-2,
	// such as `DE-BY`, or a country and a word, such as `US-FED-RESERVE`.
	Key string
	// Name is the English name of the place.
	Name string
	// Since is the first year in which the set is complete.
	Since int

	rules []rule
}

// Sets returns all sets, sorted by key.
func Sets() []*Set { return slices.Clone(sets()) }

// Find returns the set with a key.
func Find(key string) (*Set, bool) {
	at, found := slices.BinarySearchFunc(sets(), key, func(s *Set, key string) int { return strings.Compare(s.Key, key) })
	if !found {
		return nil, false
	}
	return sets()[at], true
}

// Year returns the holidays that are kept in a year, by date. Years before Since may lack some.
func (s *Set) Year(year int) []Holiday { return slices.Clone(s.year(year)) }

// On returns the holidays of a day.
func (s *Set) On(d calendar.Date) []Holiday {
	var out []Holiday
	for _, h := range s.year(d.Year()) {
		if h.Date == d {
			out = append(out, h)
		}
	}
	return out
}

// isHoliday reports whether d is a holiday.
func (s *Set) isHoliday(d calendar.Date) bool {
	_, found := slices.BinarySearchFunc(s.year(d.Year()), d, func(h Holiday, d calendar.Date) int {
		return h.Date.Compare(d)
	})
	return found
}

func isWeekend(d calendar.Date) bool {
	day := d.Weekday()
	return day == time.Saturday || day == time.Sunday
}
