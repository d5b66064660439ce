// Package calendar owns civil time: dates without an hour, time zones by name, fiscal periods
// and the clock.
//
// A Date is what people write on a document: year, month and day, without a zone. Midnight turns a
// Date into an instant, and DateOf turns an instant into a Date; both need a zone. Every Date is a
// day of the proleptic Gregorian calendar from 0001-01-01 to 9999-12-31, and arithmetic stops at
// those two days. Only Clock reads the machine's time. Callers choose the zone and the clock.
package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Date is a day of the calendar. Dates compare with ==. The zero Date means "no date"; arithmetic
// on it is meaningless.
type Date struct {
	year  int16
	month int8
	day   int8
}

// The years that a Date can have.
const (
	minYear = 1
	maxYear = 9999
)

// NewDate returns the day with that year, month and day of the month. It fails if the day does not
// exist.
func NewDate(year int, month time.Month, day int) (Date, error) {
	inRange := year >= minYear && year <= maxYear && month >= time.January && month <= time.December
	if !inRange || day < 1 || day > daysInMonth(year, month) {
		return Date{}, fmt.Errorf("no such date: year %d, month %d, day %d", year, int(month), day)
	}
	return Date{int16(year), int8(month), int8(day)}, nil
}

// ParseDate parses a date such as "2026-11-21": four, two and two digits. It refuses days that do
// not exist, such as 2026-02-30.
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

// The first and the last plausible year: a date outside of them is a typing error.
const (
	firstBusinessYear = 1900
	lastBusinessYear  = 2200
)

// ParseBusinessDate parses a date from a request. It refuses invalid dates and dates outside the
// years 1900 to 2200. Its error messages are fit to show to an API caller.
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

// LastBusinessDate is the last date that ParseBusinessDate accepts.
var LastBusinessDate = Date{year: lastBusinessYear, month: 12, day: 31}

// IsPlausible reports whether d lies in the years 1900 to 2200.
func (d Date) IsPlausible() bool { return d.year >= firstBusinessYear && d.year <= lastBusinessYear }

// ParseCompactDate parses a date such as "20261121", the form in most bank files. It refuses days
// that do not exist.
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

// DateOf returns the date in loc at the instant t.
func DateOf(t time.Time, loc *time.Location) Date {
	return clampDate(t.In(loc).Date())
}

// IsZero reports whether d is the zero Date, which means "no date".
func (d Date) IsZero() bool { return d == Date{} }

// Year returns the year, 1 to 9999.
func (d Date) Year() int { return int(d.year) }

// Month returns the month of the year.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day returns the day of the month, from 1.
func (d Date) Day() int { return int(d.day) }

// String returns the date in the form that ParseDate parses, "2026-11-21". It returns "" for the
// zero Date.
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

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.midnightUTC().Weekday() }

// Compare returns -1 if d is before other, 0 if they are the same day, and +1 if d is after other.
// The zero Date is before all days.
func (d Date) Compare(other Date) int { return cmp.Compare(d.sortKey(), other.sortKey()) }

// sortKey returns a number that orders days.
func (d Date) sortKey() int32 { return int32(d.year)<<16 | int32(d.month)<<8 | int32(d.day) }

// Before reports whether d is before other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After reports whether d is after other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// midnightUTC returns midnight of the day in UTC. It is used only for calculations.
func (d Date) midnightUTC() time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}

// clampDate returns the Date of an existing day. A day before 0001 becomes 0001-01-01, and a day
// after 9999 becomes 9999-12-31.
func clampDate(year int, month time.Month, day int) Date {
	switch {
	case year < minYear:
		return Date{minYear, int8(time.January), 1}
	case year > maxYear:
		return Date{maxYear, int8(time.December), 31}
	}
	return Date{int16(year), int8(month), int8(day)}
}

func daysInMonth(year int, month time.Month) int {
	switch month {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// parseNumber parses digits only: strconv.Atoi would accept a sign.
func parseNumber(digits string) (int, error) {
	number, err := strconv.ParseUint(digits, 10, 16)
	return int(number), err
}

func digit(number int) byte { return byte('0' + number%10) }

// Scan implements sql.Scanner. It reads a date column into d.
func (d *Date) Scan(src any) error {
	t, ok := src.(time.Time)
	if !ok {
		return fmt.Errorf("calendar: cannot scan %T into a Date", src)
	}
	*d = clampDate(t.Date())
	return nil
}
