package exportfile

import (
	"errors"
	"strconv"
	"strings"
)

// maxSeconds is the longest duration of an entry: 10,000 hours.
const maxSeconds = 10_000 * 3600

var (
	errNotDuration = errors.New("is not a duration")
	errNegative    = errors.New("is a negative duration")
	errTooLong     = errors.New("is longer than 10,000 hours")
	errNoUnit      = errors.New("is a number without a unit, such as h or min")
)

// duration is a duration as written. Some texts have a second meaning.
type duration struct {
	seconds int64
	// other is the second meaning of a text such as 1:30, which is hours and minutes, or minutes and
	// seconds. It is 0 if there is only one meaning.
	other int64
}

// parseDuration parses a duration as time trackers write it: 1:30:00, 47:06 min, 25 sec, 0.79 h or
// 1:30. mark is the decimal mark.
func parseDuration(text string, mark byte) (duration, error) {
	if strings.HasPrefix(text, "-") {
		return duration{}, errNegative
	}
	number, unit, _ := strings.Cut(text, " ")
	parts := strings.Split(number, ":")
	if len(parts) == 1 {
		return parseUnits(number, strings.ToLower(unit), mark)
	}
	values := make([]int64, len(parts))
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 20)
		if err != nil || i > 0 && (n > 59 || len(p) != 2) {
			return duration{}, errNotDuration
		}
		values[i] = int64(n)
	}
	switch unit = strings.ToLower(unit); {
	case len(parts) == 3 && unit == "":
		return bounded(values[0]*3600+values[1]*60+values[2], 0)
	case len(parts) == 2 && unit == "min":
		return bounded(values[0]*60+values[1], 0)
	case len(parts) == 2 && unit == "":
		return bounded(values[0]*3600+values[1]*60, values[0]*60+values[1])
	}
	return duration{}, errNotDuration
}

// parseUnits parses a number with a unit.
func parseUnits(number, unit string, mark byte) (duration, error) {
	size := map[string]int64{"h": 3600, "hour": 3600, "hours": 3600, "min": 60, "sec": 1, "s": 1}[unit]
	plain, err := parseDecimal(number, mark)
	switch {
	case err != nil:
		return duration{}, errNotDuration
	case unit == "":
		return duration{}, errNoUnit
	case size == 0:
		return duration{}, errNotDuration
	}
	seconds, err := multiplyRounded(plain, size)
	if err != nil {
		return duration{}, err
	}
	return bounded(seconds, 0)
}

// parseHours parses a number of hours, such as 7.5 or 7:30.
func parseHours(text string, mark byte) (int64, error) {
	if strings.Contains(text, ":") {
		d, err := parseDuration(text, mark)
		return d.seconds, err
	}
	plain, err := parseDecimal(text, mark)
	if err != nil {
		return 0, err
	}
	return multiplyRounded(plain, 3600)
}

// bounded refuses a duration that is too long.
func bounded(seconds, other int64) (duration, error) {
	if seconds > maxSeconds {
		return duration{}, errTooLong
	}
	return duration{seconds, other}, nil
}

// multiplyRounded multiplies a plain decimal number by a size and rounds half up. It refuses
// negative numbers and large ones.
func multiplyRounded(plain string, size int64) (int64, error) {
	if strings.HasPrefix(plain, "-") {
		return 0, errNegative
	}
	const wholeDigits, fractionDigits = 9, 6
	whole, fraction, _ := strings.Cut(plain, ".")
	if len(whole) > wholeDigits {
		return 0, errTooLong
	}
	scale := int64(1)
	if len(fraction) > fractionDigits {
		return 0, errors.New("has more than 6 decimals")
	}
	for range fraction {
		scale *= 10
	}
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return 0, errNotDuration
	}
	seconds := (n*size*2 + scale) / (2 * scale)
	if seconds > maxSeconds {
		return 0, errTooLong
	}
	return seconds, nil
}
