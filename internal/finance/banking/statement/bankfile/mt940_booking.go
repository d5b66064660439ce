package bankfile

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// A booking has a value date, an optional booking date, and D or C. An R before D or C marks a
// reversal. The third letter of the currency may follow, then the amount, the kind, the customer's
// reference and, after //, the bank's reference. Some banks write blanks in place of the booking
// date.
var mt940Line = regexp.MustCompile(
	`^(\d{6})(\d{4}| {4})?(R?[DC])([A-Z])?([0-9,]+)([NFS][A-Z0-9 ]{3})?([^\n]*)`)

// mt940Booking is a line with the fields 86 and NS that follow it.
type mt940Booking struct {
	line       statement.Line
	reference  string // of the customer (subfield 7)
	supplement string // supplementary details (subfield 9)
	texts      []string
	more       []mt940Detail
	fields     int
}

// parseBooking parses field 61, whose amount is in the given currency.
func parseBooking(value, currency string) (*mt940Booking, error) {
	m := mt940Line.FindStringSubmatch(value)
	if m == nil {
		return nil, errors.New("is not a booking")
	}
	valueDate, err := parseSwiftDate(m[1])
	if err != nil {
		return nil, err
	}
	amount, err := parseSwiftAmount(m[5], currency)
	if err != nil {
		return nil, err
	}
	if m[3] == "D" || m[3] == "RC" {
		amount = -amount
	}
	customer, bank, _ := strings.Cut(m[7], "//")
	_, supplement, _ := strings.Cut(value, "\n")
	return &mt940Booking{
		line: statement.Line{
			Date: bookingDate(valueDate, strings.TrimSpace(m[2])), Amount: amount, Kind: strings.TrimSpace(m[6]),
			BankReference: sheet.CleanText(bank),
		},
		reference: sheet.CleanText(customer), supplement: sheet.CleanText(supplement),
	}, nil
}

// addField adds a field that describes the booking: "information to account owner" (86), which some
// banks split into several fields, or the bank's own (NS).
func (b *mt940Booking) addField(f mt940Field) error {
	if b.fields++; b.fields > maxFieldLines {
		return fmt.Errorf("%w: a booking has more than %d fields in line %d", statement.ErrLimit, maxFieldLines, f.line)
	}
	details := parseMT940Details(f.value)
	if f.tag == "NS" {
		details = parseMultiCashDetails(f.value)
	}
	if details.text != "" {
		b.texts = append(b.texts, details.text)
	}
	b.more = append(b.more, details.more...)
	b.line.CounterpartyName = b.choose("Name", b.line.CounterpartyName, details.name)
	b.line.CounterpartyAccount = b.choose("Account", b.line.CounterpartyAccount, details.account)
	return nil
}

// choose returns the first of two values that is set. It keeps the second as a detail if both are.
func (b *mt940Booking) choose(label, first, second string) string {
	if first == "" {
		return second
	}
	b.more = append(b.more, mt940Detail{label, second})
	return first
}

// finish returns the line with all texts and references of its fields.
func (b *mt940Booking) finish() statement.Line {
	l := b.line
	l.Description = strings.Join(b.texts, " ")
	for _, text := range []string{b.supplement, b.reference} {
		if l.Description == "" && !statement.IsPlaceholder(text) {
			l.Description = text
		}
	}
	l.AddDetail("Customer reference", b.reference)
	l.AddDetail("Supplementary details", b.supplement)
	for _, d := range b.more {
		l.AddDetail(d.label, d.value)
	}
	return l
}

// bookingDate returns the booking date of a line. The file gives it without a year, so bookingDate
// picks the year that is nearest to the value date.
func bookingDate(value calendar.Date, entry string) calendar.Date {
	if entry == "" {
		return value
	}
	best := value
	closest := 400
	for year := value.Year() - 1; year <= value.Year()+1; year++ {
		d, err := calendar.NewDate(year, time.Month(parseDigits(entry[:2])), parseDigits(entry[2:]))
		if err != nil {
			continue
		}
		if days := max(value.DaysUntil(d), d.DaysUntil(value)); days < closest {
			best, closest = d, days
		}
	}
	return best
}

// parseSwiftDate parses YYMMDD. Banks that count 30 days in each month write 30 February, which
// becomes the last day of February.
func parseSwiftDate(text string) (calendar.Date, error) {
	day := parseDigits(text[4:6])
	first, err := calendar.NewDate(datetext.FullYear(parseDigits(text[:2])), time.Month(parseDigits(text[2:4])), 1)
	if err != nil || day < 1 || day > 31 {
		return calendar.Date{}, errors.New("is not a date")
	}
	return first.AddDays(min(day, first.LastOfMonth().Day()) - 1), nil
}

// parseSwiftAmount parses an amount with a decimal comma. Whole numbers end in a comma too.
func parseSwiftAmount(text, currency string) (int64, error) {
	if strings.Count(text, ",") > 1 {
		return 0, errors.New("the amount has more than one comma")
	}
	whole, fraction, _ := strings.Cut(text, ",")
	whole = strings.TrimLeft(whole, "0")
	plain := "0" + whole
	if whole != "" {
		plain = whole
	}
	if fraction != "" {
		plain += "." + sheet.PadThreeDecimals(fraction)
	}
	return sheet.ParseAmount(plain, currency)
}

// parseDigits returns the number that digits stand for.
func parseDigits(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
