package series

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"backoffice/internal/platform/calendar"
)

// format is the parsed text of a series' numbers: literal texts and placeholders.
type format []part

// part is a literal text, or a placeholder if name is not empty.
type part struct {
	literal, name string
	digits        int
}

// maxDigits is the highest number of digits to which numbers are padded.
const maxDigits = 12

var placeholder = regexp.MustCompile(`\{([A-Z]+)(?::(\d{1,3}))?\}`)

// parseFormat parses a format such as `JE-{YYYY}-{NUMBER:4}`.
func parseFormat(text string) (format, error) {
	var f format
	numbers, end := 0, 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		f = append(f, part{literal: text[end:at[0]]})
		p := part{name: text[at[2]:at[3]]}
		if at[4] >= 0 {
			p.digits, _ = strconv.Atoi(text[at[4]:at[5]])
		}
		switch {
		case p.name == "NUMBER" && (at[4] < 0 || p.digits >= 1 && p.digits <= maxDigits):
			numbers++
		case (p.name == "YYYY" || p.name == "YY") && at[4] < 0:
		default:
			return nil, fmt.Errorf("has the unknown part %s; use {NUMBER}, {NUMBER:1} to {NUMBER:12}, {YYYY} and {YY}",
				text[at[0]:at[1]])
		}
		f, end = append(f, p), at[1]
	}
	f = append(f, part{literal: text[end:]})
	for _, p := range f {
		if strings.ContainsAny(p.literal, "{}") {
			return nil, errors.New("has a brace outside of a part such as {NUMBER}")
		}
	}
	if numbers != 1 {
		return nil, errors.New("must contain exactly one {NUMBER}")
	}
	return f, nil
}

// hasYear reports whether the format contains the year.
func (f format) hasYear() bool {
	for _, p := range f {
		if p.name == "YYYY" || p.name == "YY" {
			return true
		}
	}
	return false
}

// text returns the text of a number of a document with a date.
func (f format) text(n int64, date calendar.Date) string {
	var out strings.Builder
	for _, p := range f {
		switch p.name {
		case "":
			out.WriteString(p.literal)
		case "NUMBER":
			fmt.Fprintf(&out, "%0*d", p.digits, n)
		case "YYYY":
			fmt.Fprintf(&out, "%04d", date.Year())
		case "YY":
			fmt.Fprintf(&out, "%02d", date.Year()%100)
		}
	}
	return out.String()
}
