package workimport

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"backoffice/internal/operations/workimport/exportfile"
)

// shorten returns a text of at most n characters, and notes that it was cut.
func shorten(r *row, what, text string, n int) string {
	text = strings.TrimSpace(text)
	if count := utf8.RuneCountInString(text); count > n {
		r.note(fmt.Sprintf("the %s has %d characters; only the first %d were imported", what, count, n-1))
	}
	return cut(text, n)
}

// limit returns at most n elements of a list, and notes that it was cut.
func limit[T any](r *row, what string, list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	r.note(fmt.Sprintf("there are %d %s; only the first %d were imported", len(list), what, n))
	return list[:n]
}

// date returns the date of a moment, "" if there is none or it is not plausible.
func (rr *rowReader) date(r *row, what string, m exportfile.Moment) string {
	switch {
	case m.IsZero():
		return ""
	case !m.Date.IsPlausible():
		r.note("the " + what + " " + m.Date.String() + " is not plausible; it was left out")
		return ""
	}
	return m.Date.String()
}

// instant returns the time of a moment, that of the beginning of the day if only the date is known.
// It returns nil if there is none, and leaves out times in the future and long ago.
func (rr *rowReader) instant(r *row, what string, m exportfile.Moment) *time.Time {
	if rr.date(r, what+" date", m) == "" {
		return nil
	}
	t := m.Time
	if t.IsZero() {
		t = m.Date.Midnight(rr.zone)
	}
	if t.After(rr.now) {
		r.note("the " + what + " date " + m.Date.String() + " is in the future; it was left out")
		return nil
	}
	t = t.UTC().Truncate(time.Microsecond)
	return &t
}

// pairList collects metadata.
type pairList struct {
	row    *row
	values map[string]string
	isFull bool
}

// addMoment adds a time or a date.
func (p *pairList) addMoment(key string, m exportfile.Moment) {
	switch {
	case m.IsZero():
	case m.Time.IsZero():
		p.add(key, m.Date.String())
	default:
		p.add(key, m.Time.UTC().Format(time.RFC3339))
	}
}

// add adds a value, unless it is empty. A second value of one key is added to the first.
func (p *pairList) add(key, value string) {
	key, value = cut(strings.TrimSpace(key), maxPairKey), strings.TrimSpace(value)
	if key == "" || value == "" {
		return
	}
	if before, again := p.values[key]; again {
		value = before + ", " + value
	} else if len(p.values) == maxPairs {
		if !p.isFull {
			p.row.note(fmt.Sprintf("only %d other values were imported", maxPairs))
		}
		p.isFull = true
		return
	}
	if p.values == nil {
		p.values = map[string]string{}
	}
	p.values[key] = shorten(p.row, "value “"+key+"”", value, maxPairValue)
}
