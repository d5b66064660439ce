package statement

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// isMT940 reports whether a file is a SWIFT customer statement, by its first fields. They may follow a
// SWIFT envelope.
func isMT940(head string) bool {
	return mt940Start.MatchString(head) && strings.Contains(head, ":25")
}

var (
	mt940Start = regexp.MustCompile(`(?m)^(\{4:\s*)?:20:`)
	mt940Tag   = regexp.MustCompile(`^:([0-9]{2}[A-Z]?|NS|940):`)
	// A line has a value date, an optional booking date, and D or C. An R before D or C marks a reversal.
	// The third letter of the currency may follow, then the amount, the kind, the customer's reference
	// and, after //, the bank's reference.
	mt940Line    = regexp.MustCompile(`^(\d{6})(\d{4})?(R?[DC])([A-Z])?([0-9,]+)([NFS][A-Z0-9]{3})?([^\n]*)`)
	mt940Balance = regexp.MustCompile(`^([DC])(\d{6})([A-Z]{3})([0-9,]+)`)
)

// mt940Field is a tagged field with its continuation lines.
type mt940Field struct {
	tag, value string
	line       int
}

func readMT940(ctx context.Context, content []byte) (File, error) {
	text, err := sheet.Decode(content, "")
	if err != nil {
		return File{}, err
	}
	r := mt940Reader{file: File{Format: MT940}}
	if err := walkFields(ctx, text, r.readField); err != nil {
		return File{}, err
	}
	switch err := r.endStatement(); {
	case err != nil:
		return File{}, err
	case len(r.file.Statements) == 0:
		return File{}, ErrNoStatement
	}
	return r.file, nil
}

// maxFieldLines is the largest number of lines in a field. SWIFT allows six.
const maxFieldLines = 100

// walkFields splits a file into fields and calls read for each complete field. A line without a tag
// continues the field before it.
func walkFields(ctx context.Context, text string, read func(mt940Field) error) error {
	field := mt940Field{tag: "-"}
	var more []string
	flush := func() error {
		field.value = strings.Join(append([]string{field.value}, more...), "\n")
		more = more[:0]
		return read(field)
	}
	n := 0
	for line, err := range sheet.WithContext(ctx, strings.SplitSeq(text, "\n")) {
		if err != nil {
			return err
		}
		n++
		line = strings.TrimPrefix(strings.TrimRight(line, " \x00\x1a"), "{4:")
		next := mt940Field{tag: "-", line: n}
		isEnd := strings.HasPrefix(line, "-") && (strings.TrimLeft(line, "-}X0123456789{:AZ") == "" || len(line) <= 2)
		if tag := mt940Tag.FindStringSubmatch(line); tag != nil && !isEnd {
			next.tag, next.value = tag[1], line[len(tag[0]):]
		} else if !isEnd {
			if field.tag == "-" {
				continue // a part of the envelope
			}
			if more = append(more, line); len(more) > maxFieldLines {
				const message = "%w: the field :%s: in line %d has more than %d lines"
				return fmt.Errorf(message, ErrLimit, field.tag, field.line, maxFieldLines)
			}
			continue
		}
		if err := flush(); err != nil {
			return err
		}
		field = next
	}
	return flush()
}

// mt940Reader builds statements from fields.
type mt940Reader struct {
	file       File
	current    *Statement
	hasOpening bool
	hasClosing bool
	lineNumber int
}

func (r *mt940Reader) readField(f mt940Field) error {
	switch {
	case len(r.file.Problems) > maxProblems:
		return tooManyProblems(r.file.Problems)
	case r.lineNumber > MaxLines:
		return tooManyLines()
	}
	switch f.tag {
	case "20":
		if err := r.endStatement(); err != nil {
			return err
		}
		r.current, r.hasOpening, r.hasClosing = &Statement{}, false, false
	case "25", "25P":
		if r.current != nil {
			r.readAccount(f.value)
		}
	case "28", "28C":
		if r.current != nil {
			r.current.Number = sheet.CleanText(f.value)
		}
	case "60F", "60M":
		r.readOpeningBalance(f)
	case "61":
		r.readLine(f)
	case "86":
		r.readDetails(f)
	case "62F", "62M":
		r.readClosingBalance(f)
	case "64":
		if r.current != nil {
			r.current.AvailableBalance = r.parseBalance(f)
		}
	}
	return nil
}

// endStatement adds the current statement to the file. A statement without a closing balance is
// truncated and refuses the file.
func (r *mt940Reader) endStatement() error {
	if r.current == nil {
		return nil
	}
	if !r.hasClosing {
		return fmt.Errorf("%w: a statement has no closing balance", ErrCorrupt)
	}
	s := *r.current
	r.current = nil
	return r.file.add(s)
}

func (r *mt940Reader) readAccount(value string) {
	value = sheet.CleanText(strings.Split(value, "\n")[0])
	if bank, account, ok := strings.Cut(value, "/"); ok {
		r.current.BankCode, value = bank, account
	}
	// The currency may follow an IBAN.
	if len(value) > 18 && isUpper(value[len(value)-3:]) && isDigits(value[len(value)-4:len(value)-3]) {
		value = value[:len(value)-3]
	}
	r.current.AccountNumber = strings.TrimSpace(value)
}

func isUpper(text string) bool { return strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" }

// readOpeningBalance sets the opening balance and ignores later ones of the same statement.
func (r *mt940Reader) readOpeningBalance(f mt940Field) {
	if r.current == nil || r.hasOpening {
		return
	}
	r.current.OpeningBalance = r.parseBalance(f)
	r.hasOpening = true
	if b := r.current.OpeningBalance; b != nil {
		r.current.From = b.Date
	}
}

// readClosingBalance sets the closing balance. The last one of a statement wins.
func (r *mt940Reader) readClosingBalance(f mt940Field) {
	if r.current == nil {
		return
	}
	r.hasClosing = true
	if r.current.LedgerBalance = r.parseBalance(f); r.current.LedgerBalance != nil {
		r.current.To = r.current.LedgerBalance.Date
	}
}

// parseBalance parses a balance, or returns nil and reports a problem. The first balance sets the
// statement's currency. A balance in another currency is left out with a warning.
func (r *mt940Reader) parseBalance(f mt940Field) *Balance {
	m := mt940Balance.FindStringSubmatch(strings.TrimSpace(f.value))
	if m == nil {
		r.addProblem(f, 0, "is not a balance")
		return nil
	}
	if r.current.CurrencyCode == "" {
		r.current.CurrencyCode = m[3]
	}
	if m[3] != r.current.CurrencyCode {
		warning := fmt.Sprintf("A balance in %s was left out of a statement in %s.", m[3], r.current.CurrencyCode)
		r.file.Warnings = append(r.file.Warnings, warning)
		return nil
	}
	amount, err := parseSwiftAmount(m[4], m[3])
	if err != nil {
		r.addProblem(f, 0, err.Error())
		return nil
	}
	date, err := parseSwiftDate(m[2])
	if err != nil {
		r.addProblem(f, 0, err.Error())
		return nil
	}
	if m[1] == "D" {
		amount = -amount
	}
	return &Balance{Amount: amount, Date: date}
}

func (r *mt940Reader) readLine(f mt940Field) {
	if r.current == nil {
		return
	}
	r.lineNumber++
	m := mt940Line.FindStringSubmatch(f.value)
	if m == nil {
		r.addProblem(f, r.lineNumber, "is not a booking")
		return
	}
	value, err := parseSwiftDate(m[1])
	if err != nil {
		r.addProblem(f, r.lineNumber, err.Error())
		return
	}
	amount, err := parseSwiftAmount(m[5], r.current.CurrencyCode)
	if err != nil {
		r.addProblem(f, r.lineNumber, err.Error())
		return
	}
	if m[3] == "D" || m[3] == "RC" {
		amount = -amount
	}
	_, reference, _ := strings.Cut(m[7], "//")
	line := Line{
		Number: r.lineNumber, Date: bookingDate(value, m[2]), Amount: amount, Kind: strings.TrimSpace(m[6]),
		BankReference: sheet.CleanText(reference),
	}
	if _, more, ok := strings.Cut(f.value, "\n"); ok {
		line.Description = sheet.CleanText(more)
	}
	r.current.Lines = append(r.current.Lines, line)
}

// readDetails adds the field "information to account owner" (86) to the line before it.
func (r *mt940Reader) readDetails(f mt940Field) {
	if r.current == nil || len(r.current.Lines) == 0 || r.hasClosing {
		return
	}
	l := &r.current.Lines[len(r.current.Lines)-1]
	if l.Number != r.lineNumber {
		return // the details of a line that became a problem
	}
	details := parseMT940Details(f.value)
	if details.text != "" {
		l.Description = details.text
	}
	l.CounterpartyName, l.CounterpartyAccount = details.name, details.account
}

func (r *mt940Reader) addProblem(f mt940Field, line int, message string) {
	r.file.Problems = append(r.file.Problems, Problem{
		Line: line, TextLine: f.line, Field: ":" + f.tag + ":",
		Value: sheet.Excerpt(sheet.CleanText(f.value)), Message: message,
	})
}

// bookingDate returns the booking date of a line. The file gives it without a year, so bookingDate picks
// the year that is nearest to the value date.
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

// parseSwiftDate parses YYMMDD. Banks that count 30 days in each month write 30 February, which becomes
// the last day of February.
func parseSwiftDate(text string) (calendar.Date, error) {
	year, month, day := 2000+parseDigits(text[:2]), time.Month(parseDigits(text[2:4])), parseDigits(text[4:6])
	if year >= 2000+pivotYear {
		year -= 100
	}
	first, err := calendar.NewDate(year, month, 1)
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
