// Package datetext reads dates in the notations of banks and other programs: in any order of year,
// month and day, with years of two digits, and with the month as a word in several languages. A
// date is read exactly or not at all. The order of a file's dates is found from all of them
// together, or reported as ambiguous.
package datetext

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"backoffice/internal/platform/calendar"
)

// dateParts holds the three numbers of a date, as ordered in the file. The order of a fixed date is
// year, month and day, whatever the order of the other dates in the file.
type dateParts struct {
	parts   [3]string
	isFixed bool
	// separator is the first separator of the numbers. It is an apostrophe if one precedes the year,
	// which is then 2000 or later.
	separator byte
}

// splitDate splits a date at its separators. It ignores a time after the date, and reads eight
// digits as year, month and day. It returns false if text is not a date.
func splitDate(text string) (dateParts, bool) {
	const longest = 40 // a date, a time and its zone
	if text = strings.TrimSpace(text); len(text) > longest || text == "" {
		return dateParts{}, false
	}
	if len(text) >= 8 && isDigits(text[:8]) {
		if len(text) > 8 && text[8] >= '0' && text[8] <= '9' {
			return dateParts{}, false
		}
		return dateParts{parts: [3]string{text[:4], text[4:6], text[6:8]}, isFixed: true}, true
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > '9' && r != 'T' && r != 'Z' }) {
		if d, ok := splitNamedDate(text); ok {
			return d, true
		}
		text = eastAsianDate.Replace(text)
	}
	return splitNumericDate(text)
}

// eastAsianDate replaces the words for year, month and day of Japanese and Chinese dates.
var eastAsianDate = strings.NewReplacer("年", "-", "月", "-", "日", "")

// splitNumericDate splits a date of three numbers.
func splitNumericDate(text string) (d dateParts, ok bool) {
	n := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			d.parts[n] += string(c)
		case strings.IndexByte("/.-' ", c) >= 0 && d.parts[n] == "" && n > 0:
			// Skip a space or a second separator after a separator, as in "1/ 3/98".
		case strings.IndexByte("/.-'", c) >= 0 && n < 2:
			if n == 0 {
				d.separator = c
			}
			if n++; c == '\'' {
				d.separator = '\''
			}
		case n == 2:
			d.isFixed = len(d.parts[0]) == 4
			return d, d.isComplete() && isTimeOfDay(strings.TrimPrefix(text[i:], "."))
		default:
			return dateParts{}, false
		}
	}
	d.isFixed = len(d.parts[0]) == 4
	return d, d.isComplete()
}

// isTimeOfDay reports whether the text after a date is empty or a time such as "T10:15:00+01:00".
func isTimeOfDay(text string) bool {
	text = strings.TrimLeft(text, " T,")
	if text == "" {
		return true
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	return digits > 0 && digits <= 2 && len(text) > digits+2 && strings.IndexByte(":.h", text[digits]) >= 0
}

// isComplete reports whether all three numbers have a possible length.
func (d dateParts) isComplete() bool {
	for _, p := range d.parts {
		if len(p) == 0 || len(p) > 4 || len(p) == 3 {
			return false
		}
	}
	return len(d.parts[1]) <= 2 && (len(d.parts[0]) <= 2 || len(d.parts[2]) <= 2)
}

func isDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

func parseDigits(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// FullYear returns the year that two digits stand for: 70 to 99 are 1970 to 1999.
func FullYear(twoDigits int) int {
	const pivotYear = 70
	if twoDigits >= pivotYear {
		return 1900 + twoDigits
	}
	return 2000 + twoDigits
}

// IsDate reports whether text is written like a date, whether the day exists or not.
func IsDate(text string) bool {
	_, ok := splitDate(text)
	return ok
}

// Parse parses a date whose numbers are in the given order.
func Parse(text string, order Order) (calendar.Date, error) {
	d, ok := splitDate(text)
	if !ok {
		return calendar.Date{}, errors.New("is not a date")
	}
	return d.date(order)
}

// date returns the day, if the numbers are in the given order.
func (d dateParts) date(order Order) (calendar.Date, error) {
	year, month, day := d.parts[0], d.parts[1], d.parts[2]
	if !d.isFixed {
		switch order {
		case DayMonthYear:
			year, month, day = d.parts[2], d.parts[1], d.parts[0]
		case MonthDayYear:
			year, month, day = d.parts[2], d.parts[0], d.parts[1]
		}
	}
	y := parseDigits(year)
	switch {
	case len(year) > 2:
	case d.separator == '\'':
		y += 2000
	default:
		y = FullYear(y)
	}
	date, err := calendar.NewDate(y, time.Month(parseDigits(month)), parseDigits(day))
	if err != nil {
		return calendar.Date{}, errors.New("is not a day of the calendar")
	}
	return CheckPlausible(date)
}

// CheckPlausible refuses a date outside the years 1900 to 2200, which must be an error in the file.
func CheckPlausible(date calendar.Date) (calendar.Date, error) {
	if !date.IsPlausible() {
		return calendar.Date{}, errors.New("is not between the years 1900 and 2200")
	}
	return date, nil
}
