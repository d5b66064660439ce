package bankfile

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/sheet"
)

// isMT940 reports whether a file is a SWIFT customer statement, by its first fields. They may
// follow a SWIFT envelope.
func isMT940(head string) bool {
	return mt940Start.MatchString(head) && strings.Contains(head, ":25")
}

var (
	mt940Start   = regexp.MustCompile(`(?m)^(\{4:\s*)?:20:`)
	mt940Balance = regexp.MustCompile(`^([DC])(\d{6})([A-Z]{3})([0-9,]+)`)
)

func readMT940(ctx context.Context, content []byte, options Options) (statement.File, error) {
	text, err := sheet.Decode(content, "")
	if err != nil {
		return statement.File{}, err
	}
	r := mt940Reader{file: statement.File{Format: statement.MT940}, currency: options.CurrencyCode}
	if err := walkFields(ctx, text, r.readField); err != nil {
		return statement.File{}, err
	}
	switch err := r.endStatement(); {
	case err != nil:
		return statement.File{}, err
	case len(r.file.Statements) == 0:
		return statement.File{}, statement.ErrNoStatement
	}
	return r.file, nil
}

// mt940Reader builds statements from fields.
type mt940Reader struct {
	file       statement.File
	current    *statement.Statement
	currency   string // of the bank account, for a statement whose balances cannot be read
	hasOpening bool
	hasClosing bool
	booking    *mt940Booking // the last one, to which fields may be added; nil if there is none
	lineNumber int
}

func (r *mt940Reader) readField(f mt940Field) error {
	if r.lineNumber > statement.MaxLines {
		return statement.TooManyLines()
	}
	if err := r.file.CheckLimits(); err != nil {
		return err
	}
	switch f.tag {
	case "20":
		if err := r.endStatement(); err != nil {
			return err
		}
		r.current, r.hasOpening, r.hasClosing = &statement.Statement{}, false, false
	case "25", "25P":
		if r.current != nil {
			r.readAccount(f)
		}
	case "28", "28C":
		if r.current != nil {
			r.current.Number = sheet.CleanText(f.value)
		}
	case "60F", "60M":
		r.readOpeningBalance(f)
	case "61":
		r.beginBooking(f)
	case "86", "NS":
		return r.describeBooking(f)
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
	r.endBooking()
	if !r.hasClosing {
		return fmt.Errorf("%w: a statement has no closing balance", statement.ErrCorrupt)
	}
	s := *r.current
	r.current = nil
	if s.CurrencyCode == "" {
		s.CurrencyCode = r.currency
	}
	return r.file.Add(s)
}

// readAccount reads the account of a statement. A second account within a statement is a problem:
// the file is damaged, and another field may be lost.
func (r *mt940Reader) readAccount(f mt940Field) {
	value := sheet.CleanText(strings.Split(f.value, "\n")[0])
	bank, account, ok := strings.Cut(value, "/")
	if !ok {
		bank, account = "", value
	}
	account = strings.TrimSpace(statement.TrimAccountCurrency(account))
	switch {
	case r.current.AccountNumber == "":
		r.current.BankCode, r.current.AccountNumber = bank, account
	case r.current.AccountNumber != account:
		r.addProblem(f, 0, "is a second account of one statement; the file is damaged")
	}
}

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
	r.endBooking()
	r.hasClosing = true
	if r.current.LedgerBalance = r.parseBalance(f); r.current.LedgerBalance != nil {
		r.current.To = r.current.LedgerBalance.Date
	}
}

// parseBalance parses a balance. It returns nil and warns if the balance cannot be read, since the
// lines are complete without it. The first balance sets the statement's currency. A balance in
// another currency is left out with a warning.
func (r *mt940Reader) parseBalance(f mt940Field) *statement.Balance {
	m := mt940Balance.FindStringSubmatch(strings.TrimSpace(f.value))
	if m == nil {
		r.warnOfBalance(f, "is not a balance")
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
		r.warnOfBalance(f, err.Error())
		return nil
	}
	date, err := parseSwiftDate(m[2])
	if err != nil {
		r.warnOfBalance(f, "its date "+err.Error())
	}
	if m[1] == "D" {
		amount = -amount
	}
	return &statement.Balance{Amount: amount, Date: date}
}

func (r *mt940Reader) warnOfBalance(f mt940Field, message string) {
	r.file.WarnOfBalance(":"+f.tag+":", f.value, f.line, message)
}

// beginBooking begins the line of field 61. A field that cannot be read becomes a problem.
func (r *mt940Reader) beginBooking(f mt940Field) {
	r.endBooking()
	if r.current == nil {
		return
	}
	r.lineNumber++
	booking, err := parseBooking(f.value, cmp.Or(r.current.CurrencyCode, r.currency))
	if err != nil {
		r.addProblem(f, r.lineNumber, err.Error())
		return
	}
	booking.line.Number = r.lineNumber
	r.booking = booking
}

// describeBooking adds a field to the booking before it. After the closing balance, it is about the
// statement as a whole. It ignores fields of a booking that became a problem.
func (r *mt940Reader) describeBooking(f mt940Field) error {
	switch {
	case r.booking != nil:
		return r.booking.addField(f)
	case r.current != nil && r.hasClosing:
		r.current.AddInformation(f.value)
	}
	return nil
}

// endBooking adds the line of the current booking to its statement.
func (r *mt940Reader) endBooking() {
	if r.booking != nil {
		r.current.Lines = append(r.current.Lines, r.booking.finish())
		r.booking = nil
	}
}

func (r *mt940Reader) addProblem(f mt940Field, line int, message string) {
	r.file.Problems = append(r.file.Problems, statement.Problem{
		Line: line, TextLine: f.line, Field: ":" + f.tag + ":",
		Value: sheet.Excerpt(sheet.CleanText(f.value)), Message: message,
	})
}
