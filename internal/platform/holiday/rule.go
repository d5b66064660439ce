package holiday

import (
	"slices"
	"time"

	"backoffice/internal/platform/calendar"
)

// rule is a holiday of every year, or of some years.
type rule struct {
	name, local string
	// formerName is the name until the year formerLast.
	formerName string
	formerLast int
	source     string
	// on returns the days of the event in a year, usually one.
	on          func(year int) []calendar.Date
	first, last int // years; last 0 means no end
	except      []int
	weekend     weekend
}

// weekend says which days are kept if the event is on a Saturday or Sunday. The zero value keeps
// the day itself.
type weekend struct{ saturday, sunday substitute }

// substitute is the day that is kept for a Saturday or Sunday.
type substitute int

const (
	// sameDay keeps the day itself.
	sameDay substitute = iota
	// fridayBefore keeps the day before, which is a Friday.
	fridayBefore
	// nextMonday keeps the Monday after, even if it is another holiday.
	nextMonday
	// alsoNextMonday keeps both the day itself and nextMonday.
	alsoNextMonday
	// nextWorkday keeps the next day that is neither in a weekend nor a holiday already.
	nextWorkday
	// alsoNextWorkday keeps both the day itself and nextWorkday.
	alsoNextWorkday
)

// What laws commonly say of a holiday on a Saturday or Sunday.
var (
	mondayInstead     = weekend{saturday: nextMonday, sunday: nextMonday}
	mondayBesides     = weekend{saturday: alsoNextMonday, sunday: alsoNextMonday}
	mondayAfterSunday = weekend{sunday: nextMonday}
	workdayInstead    = weekend{saturday: nextWorkday, sunday: nextWorkday}
	workdayBesides    = weekend{saturday: alsoNextWorkday, sunday: alsoNextWorkday}
)

// fixed is a day of the year, such as December 25.
func fixed(month time.Month, day int) func(year int) []calendar.Date {
	return func(year int) []calendar.Date {
		d, err := calendar.NewDate(year, month, day)
		if err != nil {
			return nil // February 29
		}
		return []calendar.Date{d}
	}
}

// nth is the nth weekday of a month, or the last if n is -1.
func nth(n int, weekday time.Weekday, month time.Month) func(year int) []calendar.Date {
	return func(year int) []calendar.Date {
		first := dateOf(year, month, 1)
		if n > 0 {
			return []calendar.Date{onOrAfter(first, weekday).AddDays(7 * (n - 1))}
		}
		return []calendar.Date{onOrBefore(first.LastOfMonth(), weekday)}
	}
}

// before is the last weekday before a day of the year.
func before(weekday time.Weekday, month time.Month, day int) func(year int) []calendar.Date {
	return func(year int) []calendar.Date {
		return []calendar.Date{onOrBefore(dateOf(year, month, day).AddDays(-1), weekday)}
	}
}

// from is the first weekday on or after a day of the year.
func from(weekday time.Weekday, month time.Month, day int) func(year int) []calendar.Date {
	return func(year int) []calendar.Date {
		return []calendar.Date{onOrAfter(dateOf(year, month, day), weekday)}
	}
}

// easter is a number of days after Easter Sunday of the Western churches; before it if negative.
func easter(days int) func(year int) []calendar.Date {
	return func(year int) []calendar.Date { return []calendar.Date{easterSunday(year).AddDays(days)} }
}

// dates are days that were proclaimed one by one, such as "2023-05-08".
func dates(texts ...string) func(year int) []calendar.Date {
	var all []calendar.Date
	for _, text := range texts {
		d, err := calendar.ParseDate(text)
		if err != nil {
			panic("holiday: " + err.Error())
		}
		all = append(all, d)
	}
	return func(year int) []calendar.Date {
		var out []calendar.Date
		for _, d := range all {
			if d.Year() == year {
				out = append(out, d)
			}
		}
		return out
	}
}

// day returns a rule with an English name.
func day(on func(year int) []calendar.Date, name string) rule { return rule{on: on, name: name} }

// named adds the name in the local language.
func (r rule) named(local string) rule { r.local = local; return r }

// formerly sets the name until a year.
func (r rule) formerly(name string, last int) rule { r.formerName, r.formerLast = name, last; return r }

// since limits the rule to a year and those after it.
func (r rule) since(year int) rule { r.first = year; return r }

// until limits the rule to a year and those before it.
func (r rule) until(year int) rule { r.last = year; return r }

// not excludes years, for which the day was moved by proclamation.
func (r rule) not(years ...int) rule { r.except = append(slices.Clone(r.except), years...); return r }

// moved sets which day is kept if the event is on a Saturday or Sunday.
func (r rule) moved(w weekend) rule { r.weekend = w; return r }

// under returns the rules with a source, unless they have one.
func under(source string, rules ...rule) []rule {
	rules = slices.Clone(rules)
	for i := range rules {
		if rules[i].source == "" {
			rules[i].source = source
		}
	}
	return rules
}

// appliesIn reports whether the rule is in force in a year.
func (r rule) appliesIn(year int) bool {
	return year >= r.first && (r.last == 0 || year <= r.last) && !slices.Contains(r.except, year)
}

// nameIn returns the English name in a year.
func (r rule) nameIn(year int) string {
	if year <= r.formerLast {
		return r.formerName
	}
	return r.name
}

// easterSunday returns Easter Sunday of the Gregorian calendar by the algorithm of Meeus, Jones and
// Butcher (J. Meeus, Astronomical Algorithms, chapter 8).
func easterSunday(year int) calendar.Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return dateOf(year, time.Month(n/31), n%31+1)
}

func onOrAfter(d calendar.Date, weekday time.Weekday) calendar.Date {
	return d.AddDays((int(weekday-d.Weekday()) + 7) % 7)
}

func onOrBefore(d calendar.Date, weekday time.Weekday) calendar.Date {
	return d.AddDays(-(int(d.Weekday()-weekday) + 7) % 7)
}

// dateOf returns a day that exists in every year.
func dateOf(year int, month time.Month, day int) calendar.Date {
	d, err := calendar.NewDate(year, month, day)
	if err != nil {
		panic("holiday: " + err.Error())
	}
	return d
}

// keptAs returns copies of the rules that move as w says.
func keptAs(w weekend, rules []rule) []rule {
	moved := make([]rule, len(rules))
	for i, r := range rules {
		moved[i] = r.moved(w)
	}
	return moved
}
