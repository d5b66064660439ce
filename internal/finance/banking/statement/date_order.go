package statement

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"backoffice/internal/platform/calendar"
)

// DateOrder is the order in which a file writes year, month and day.
type DateOrder string

// The possible orders.
const (
	YearMonthDay DateOrder = "YMD"
	DayMonthYear DateOrder = "DMY"
	MonthDayYear DateOrder = "MDY"
)

// errDateOrder means that dates such as 03/04/2026 may be either of two days, and no date in the file
// shows which.
var errDateOrder = errors.New("the order of day and month is ambiguous in the file; set the order of dates")

// dateParts holds the three numbers of a date, as ordered in the file.
type dateParts struct {
	parts [3]string
	// separator is the first separator of the numbers. It is an apostrophe if one precedes the year, which is
	// then 2000 or later.
	separator byte
}

// splitDate splits a date at its separators. It ignores a time after the date, and reads eight digits as
// year, month and day. It returns false if text is not a date.
func splitDate(text string) (dateParts, bool) {
	const longest = 40 // a date, a time and its zone
	if text = strings.TrimSpace(text); len(text) > longest {
		return dateParts{}, false
	}
	if len(text) >= 8 && isDigits(text[:8]) {
		if len(text) > 8 && text[8] >= '0' && text[8] <= '9' {
			return dateParts{}, false
		}
		return dateParts{parts: [3]string{text[:4], text[4:6], text[6:8]}}, true
	}
	var d dateParts
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
		case (c == ' ' || c == 'T') && n == 2:
			return d, d.isComplete()
		default:
			return dateParts{}, false
		}
	}
	return d, d.isComplete()
}

// isComplete reports whether all three numbers have a possible length.
func (d dateParts) isComplete() bool {
	for _, p := range d.parts {
		if len(p) == 0 || len(p) > 4 || len(p) == 3 {
			return false
		}
	}
	return len(d.parts[1]) <= 2
}

func isDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// detectDateOrder finds the order that all dates of a file share. It recognizes the order by a leading
// year of four digits, by a number too large for a month, or by points: dates with points have the day
// first.
func detectDateOrder(dates []string) (DateOrder, error) {
	first, second, points := 0, 0, false
	for _, text := range dates {
		d, ok := splitDate(text)
		if !ok {
			continue
		}
		if len(d.parts[0]) == 4 {
			return YearMonthDay, nil
		}
		points = points || d.separator == '.'
		first, second = max(first, parseDigits(d.parts[0])), max(second, parseDigits(d.parts[1]))
	}
	switch {
	case first > 12 && second > 12:
		return "", errors.New("some dates have the day first and others have the month first")
	case first > 12 || points:
		return DayMonthYear, nil
	case second > 12:
		return MonthDayYear, nil
	}
	return "", errDateOrder
}

func parseDigits(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// pivotYear decides the century of a year with two digits: 70 to 99 are 1970 to 1999.
const pivotYear = 70

// parseDate parses a date whose numbers are in the given order.
func parseDate(text string, order DateOrder) (calendar.Date, error) {
	d, ok := splitDate(text)
	if !ok {
		return calendar.Date{}, errors.New("is not a date")
	}
	year, month, day := d.parts[0], d.parts[1], d.parts[2]
	if len(year) != 4 {
		switch order {
		case DayMonthYear:
			year, month, day = d.parts[2], d.parts[1], d.parts[0]
		case MonthDayYear:
			year, month, day = d.parts[2], d.parts[0], d.parts[1]
		}
	}
	y := parseDigits(year)
	if len(year) <= 2 {
		y += 2000
		if y >= 2000+pivotYear && d.separator != '\'' {
			y -= 100
		}
	}
	date, err := calendar.NewDate(y, time.Month(parseDigits(month)), parseDigits(day))
	if err != nil {
		return calendar.Date{}, errors.New("is not a day of the calendar")
	}
	return checkPlausible(date)
}

// checkPlausible refuses a date outside the years 1900 to 2200, which must be an error in the file.
func checkPlausible(date calendar.Date) (calendar.Date, error) {
	if !date.IsPlausible() {
		return calendar.Date{}, errors.New("is not between the years 1900 and 2200")
	}
	return date, nil
}
