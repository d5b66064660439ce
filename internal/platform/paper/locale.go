package paper

import (
	"fmt"
	"strconv"
	"strings"

	"backoffice/internal/platform/calendar"
)

// Locale is how documents are printed in a region: on which paper, and in which form they write
// dates. The text is English in all regions.
type Locale struct {
	region string
}

// NewLocale returns the locale of a region, a CLDR code such as US. The empty region is the world.
func NewLocale(region string) Locale { return Locale{region} }

// Regions that print on US Letter (CLDR, paperSize), all others on A4; and regions that write the
// month before the day in English (CLDR, the long date of en and its regional variants).
const (
	letterRegions     = " BZ CA CL CO CR GT MX NI PA PH PR SV US VE "
	monthFirstRegions = " AS BI CA GU MH MP PH PR UM US VI "
)

func (l Locale) isOneOf(regions string) bool {
	return l.region != "" && strings.Contains(regions, " "+l.region+" ")
}

// UsesLetter reports whether the paper is US Letter instead of A4.
func (l Locale) UsesLetter() bool { return l.isOneOf(letterRegions) }

// Language returns the language of documents (BCP 47), such as en-US.
func (l Locale) Language() string {
	if l.region == "" {
		return "en"
	}
	return "en-" + l.region
}

// LongDate writes a date out, such as October 31, 2026.
func (l Locale) LongDate(d calendar.Date) string { return l.date(d, d.Month().String()) }

// ShortDate writes a date with the month abbreviated, such as Oct 31, 2026.
func (l Locale) ShortDate(d calendar.Date) string { return l.date(d, d.Month().String()[:3]) }

func (l Locale) date(d calendar.Date, month string) string {
	if l.isOneOf(monthFirstRegions) {
		return fmt.Sprintf("%s %d, %d", month, d.Day(), d.Year())
	}
	return fmt.Sprintf("%d %s %d", d.Day(), month, d.Year())
}

// shortDate writes a date such as 2026-10-31 in short. Other text is returned as it is.
func (l Locale) shortDate(text string) string {
	d, err := calendar.ParseDate(text)
	if err != nil {
		return text
	}
	return l.ShortDate(d)
}

// dateFormat returns the number format of dates in a workbook.
func (l Locale) dateFormat() string {
	if l.isOneOf(monthFirstRegions) {
		return `mmm d, yyyy`
	}
	return `d mmm yyyy`
}

// AsOf returns the heading of a document at the end of a day.
func (l Locale) AsOf(d calendar.Date) string { return "As of " + l.LongDate(d) }

// ForPeriod returns the heading of a document over a period, such as For the Three Months Ended
// March 31, 2026. isFiscalYear is true if the period is a fiscal year. One of 52 or 53 weeks is a
// year too, and a longer or shorter one is named by its length (IAS 1.36).
func (l Locale) ForPeriod(start, end calendar.Date, isFiscalYear bool) string {
	months, weeks := wholeMonths(start, end), start.DaysUntil(end.AddDays(1))/7
	switch {
	case months == 12 || isFiscalYear && (weeks == 52 || weeks == 53):
		return "For the Year Ended " + l.LongDate(end)
	case months == 1:
		return "For the Month Ended " + l.LongDate(end)
	case months > 1:
		return "For the " + spelledNumber(months) + " Months Ended " + l.LongDate(end)
	case start == end:
		return "For the Day " + l.LongDate(end)
	}
	return "For the Period " + l.between(start, end, l.LongDate, " to ")
}

// PeriodLabel returns the label of a column for a period, such as Mar 2026 or Jan 1 – Mar 15, 2026.
func (l Locale) PeriodLabel(start, end calendar.Date) string {
	months := wholeMonths(start, end)
	switch {
	case months == 1 && start.Day() == 1:
		return fmt.Sprintf("%.3s %d", end.Month(), end.Year())
	case months == 12 && start.Day() == 1 && start.Month() == 1:
		return strconv.Itoa(end.Year())
	case months == 12:
		return "Year Ended " + l.ShortDate(end)
	case start == end:
		return l.ShortDate(end)
	case months > 1 && start.Day() == 1 && start.Year() == end.Year():
		return fmt.Sprintf("%.3s – %.3s %d", start.Month(), end.Month(), end.Year())
	case months > 1 && start.Day() == 1:
		return fmt.Sprintf("%.3s %d – %.3s %d", start.Month(), start.Year(), end.Month(), end.Year())
	}
	return l.between(start, end, l.ShortDate, " – ")
}

// between returns a period as its first and last day. The year is not repeated.
func (l Locale) between(start, end calendar.Date, write func(calendar.Date) string, to string) string {
	first := write(start)
	if start.Year() == end.Year() {
		first = strings.TrimSuffix(strings.TrimSuffix(first, strconv.Itoa(start.Year())), " ")
		first = strings.TrimSuffix(first, ",")
	}
	return first + to + write(end)
}

// wholeMonths returns the number of months of a period that ends the day before the day of the
// month on which it starts, or 0 if it does not consist of whole months.
func wholeMonths(start, end calendar.Date) int {
	if start.After(end) {
		return 0
	}
	next := end.AddDays(1)
	if next.Day() != start.Day() {
		return 0
	}
	return (next.Year()-start.Year())*12 + int(next.Month()) - int(start.Month())
}

// spelledNumber spells out a number up to twelve.
func spelledNumber(n int) string {
	words := strings.Fields("Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve")
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}
