// Package calendar owns civil time: dates without an hour, time zones by name, fiscal periods, and the clock.
//
// A Date is what people write on a document: year, month and day, in no zone. It becomes an instant only with a zone
// (Midnight), and an instant becomes a date only with a zone (Of). The package promises that every Date is a day of the
// proleptic Gregorian calendar from 0001-01-01 to 9999-12-31, that arithmetic stops at those two ends instead of leaving
// them, and that nothing but Clock asks the machine for the time. Whose zone and whose clock is left to the callers.
package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Date is one civil day. Dates compare with ==; the zero Date is no day and means that there is none,
// so that arithmetic on it has no meaning.
type Date struct {
	year  int16
	month int8
	day   int8
}

// First and last day that a Date can be.
const (
	minYear = 1
	maxYear = 9999
)

// NewDate is the day of that year, month and day of the month, or an error if there is no such day.
func NewDate(year int, month time.Month, day int) (Date, error) {
	inRange := year >= minYear && year <= maxYear && month >= time.January && month <= time.December
	if !inRange || day < 1 || day > daysIn(year, month) {
		return Date{}, fmt.Errorf("no such day: year %d, month %d, day %d", year, int(month), day)
	}
	return Date{int16(year), int8(month), int8(day)}, nil
}

// ParseDate reads "2026-11-21": four, two and two digits. Days that do not exist, such as 2026-02-30, are refused.
func ParseDate(text string) (Date, error) {
	if len(text) != len("2026-11-21") || text[4] != '-' || text[7] != '-' {
		return Date{}, fmt.Errorf("not a date: %.40q; want the form 2026-11-21", text)
	}
	date, err := ParseCompactDate(text[0:4] + text[5:7] + text[8:10])
	if err != nil {
		return Date{}, fmt.Errorf("not a date: %q; want an existing day in the form 2026-11-21", text)
	}
	return date, nil
}

// First and last year of business: a date outside is a slip of the pen.
const (
	firstBusinessYear = 1900
	lastBusinessYear  = 2200
)

// ParseBusinessDate reads a date that a caller gave. It refuses, in words for the caller, what is no date and what lies
// outside the years 1900 to 2200.
func ParseBusinessDate(text string) (Date, error) {
	date, err := ParseDate(text)
	if err != nil {
		return Date{}, errors.New("must be a date such as \"2026-11-21\"")
	}
	if !date.IsPlausible() {
		return Date{}, fmt.Errorf("must be a date between %d-01-01 and %d-12-31", firstBusinessYear, lastBusinessYear)
	}
	return date, nil
}

// IsPlausible says that d lies in the years 1900 to 2200.
func (d Date) IsPlausible() bool { return d.year >= firstBusinessYear && d.year <= lastBusinessYear }

// ParseCompactDate reads "20261121", the form of most bank files. Days that do not exist are refused.
func ParseCompactDate(text string) (Date, error) {
	if len(text) != len("20261121") {
		return Date{}, fmt.Errorf("not a date: %.40q; want the form 20261121", text)
	}
	year, yearErr := parseNumber(text[0:4])
	month, monthErr := parseNumber(text[4:6])
	day, dayErr := parseNumber(text[6:8])
	if yearErr != nil || monthErr != nil || dayErr != nil {
		return Date{}, fmt.Errorf("not a date: %q; want the form 20261121", text)
	}
	return NewDate(year, time.Month(month), day)
}

// Of is the day that calendars in loc show at the instant t.
func Of(t time.Time, loc *time.Location) Date {
	return civil(t.In(loc).Date())
}

// IsZero says that there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Year is the year, 1 to 9999.
func (d Date) Year() int { return int(d.year) }

// Month is the month of the year.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day is the day of the month, from 1.
func (d Date) Day() int { return int(d.day) }

// String writes "2026-11-21", the form that ParseDate reads. The zero Date is "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	year, month, day := int(d.year), int(d.month), int(d.day)
	return string([]byte{
		digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), '-',
		digit(month / 10), digit(month), '-',
		digit(day / 10), digit(day),
	})
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Compare is -1 if d is before other, 0 if they are the same day, +1 if d is after. The zero Date is before all days.
func (d Date) Compare(other Date) int { return d.utc().Compare(other.utc()) }

// Before says whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After says whether d is a later day than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// utc is a time whose only use is to calculate: midnight of the day in UTC.
func (d Date) utc() time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}

// civil is the date of a day that exists in the calendar but may lie outside the years a Date can have.
func civil(year int, month time.Month, day int) Date {
	switch {
	case year < minYear:
		return Date{minYear, int8(time.January), 1}
	case year > maxYear:
		return Date{maxYear, int8(time.December), 31}
	}
	return Date{int16(year), int8(month), int8(day)}
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// parseNumber exists because strconv.Atoi takes signs, which a date has none of.
func parseNumber(digits string) (int, error) {
	number, err := strconv.ParseUint(digits, 10, 16)
	return int(number), err
}

func digit(number int) byte { return byte('0' + number%10) }

// Scan implements sql.Scanner: a date column read into d.
func (d *Date) Scan(src any) error {
	t, ok := src.(time.Time)
	if !ok {
		return fmt.Errorf("calendar: %T is no date", src)
	}
	*d = civil(t.Date())
	return nil
}
