package paper

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// Language is a language in which a document or a mail is written, and the region and time zone
// whose formats it uses.
type Language struct {
	// Code is a two-letter code (ISO 639-1), optionally with a region, such as de or de-AT.
	Code string
	// Region is a CLDR code, such as US. It decides how English writes dates.
	Region string
	Zone   *time.Location
}

// NewLanguage returns a language. Its region is the one in the code, otherwise the given one.
func NewLanguage(code, region string, zone *time.Location) Language {
	if _, own, found := strings.Cut(code, "-"); found {
		region = own
	}
	return Language{code, region, zone}
}

// BaseOf returns a language code without its region.
func BaseOf(code string) string {
	base, _, _ := strings.Cut(code, "-")
	return base
}

// style is how a language writes numbers and dates (CLDR 46: decimal and group of the default
// numbering system, the short date with a year of four digits).
type style struct {
	group, point string
	date         string // a layout of package time
	// symbolFirst is true if the currency stands before the amount.
	symbolFirst bool
}

const (
	noBreakSpace       = "\u00a0"
	narrowNoBreakSpace = "\u202f"
)

var styles = map[string]style{
	"en": {group: ",", point: ".", symbolFirst: true}, // dates as Locale writes them
	"de": {group: ".", point: ",", date: "02.01.2006"},
	"es": {group: ".", point: ",", date: "02/01/2006"},
	"fr": {group: narrowNoBreakSpace, point: ",", date: "02/01/2006"},
	"it": {group: ".", point: ",", date: "02/01/2006"},
	"nl": {group: ".", point: ",", date: "02-01-2006", symbolFirst: true},
	"pl": {group: noBreakSpace, point: ",", date: "02.01.2006"},
	"pt": {group: ".", point: ",", date: "02/01/2006"},
	"sv": {group: noBreakSpace, point: ",", date: "2006-01-02"},
}

// regionSuffix matches the region of a language code.
var regionSuffix = regexp.MustCompile(`^(-[A-Z]{2})?$`)

// IsLanguage reports whether documents and mails can be written in a language.
func IsLanguage(code string) bool {
	base := BaseOf(code)
	_, known := styles[base]
	return known && regionSuffix.MatchString(code[len(base):])
}

// Languages returns the codes of the languages in which documents and mails can be written, without
// regions.
func Languages() []string { return slices.Sorted(maps.Keys(styles)) }

// style returns the style of the language, that of English if it is unknown.
func (l Language) style() style {
	if s, known := styles[BaseOf(l.Code)]; known {
		return s
	}
	return styles["en"]
}

// Date writes a date, such as October 31, 2026 or 31.10.2026.
func (l Language) Date(d calendar.Date) string {
	layout := l.style().date
	if layout == "" {
		return NewLocale(l.Region).LongDate(d)
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC).Format(layout)
}

// Time writes a date and time with the zone, such as 31.10.2026 09:30 CET.
func (l Language) Time(t time.Time) string {
	zone := l.Zone
	if zone == nil {
		zone = time.UTC
	}
	return l.Date(calendar.DateOf(t, zone)) + t.In(zone).Format(" 15:04 MST")
}

// Number writes a number with its digits in groups of three, such as 1,234.5.
func (l Language) Number(d decimal.Decimal) string { return l.Decimal(d.String()) }

// Money writes an amount with the code of its currency, such as USD 1,234.50 or 1.234,50 EUR. All
// digits of the amount are kept.
func (l Language) Money(m *typev1.Money) string {
	amount := l.Decimal(m.GetAmount())
	switch {
	case m.GetCurrencyCode() == "":
		return amount
	case l.style().symbolFirst:
		return m.GetCurrencyCode() + noBreakSpace + amount
	}
	return amount + noBreakSpace + m.GetCurrencyCode()
}

// Decimal writes a decimal string in the style of the language. All its digits are kept.
func (l Language) Decimal(number string) string {
	s := l.style()
	digits, negative := strings.CutPrefix(number, "-")
	whole, fraction, hasFraction := strings.Cut(digits, ".")
	var out strings.Builder
	if negative {
		out.WriteByte('-')
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteString(s.group)
		}
		out.WriteRune(digit)
	}
	if hasFraction {
		fmt.Fprint(&out, s.point, fraction)
	}
	return out.String()
}
