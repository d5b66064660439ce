// Package statement holds the account statements in bank files as plain values.
//
// It owns what is true of statements whatever format they come in: their lines and balances, the
// limits of a file, which account a statement is of, the period it covers, and the keys by which
// lines are recognized in other files (DedupKeys). Packages bankfile and csvfile read the formats
// into these values, and package chain finds statements that follow one another. The package stores
// nothing: package banking owns accounts and imports, and decides how to handle problems and lines
// that are already stored.
package statement

import (
	"fmt"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// Format is a file format.
type Format string

// The formats that can be read.
const (
	OFX     Format = "OFX"     // OFX and QFX, 1.x (SGML) and 2.x (XML)
	QIF     Format = "QIF"     // Quicken Interchange Format
	CAMT053 Format = "CAMT053" // ISO 20022 camt.053, versions 2 to 8
	MT940   Format = "MT940"   // SWIFT MT940
	CSV     Format = "CSV"     // comma-separated values
)

// File is the content of a file.
type File struct {
	Format     Format
	Statements []Statement
	Problems   []Problem
	// Warnings are sentences about content that was skipped on purpose.
	Warnings []string
}

// maxStatements is the largest number of statements in a file: daily statements of ten years for
// nearly three accounts.
const maxStatements = 10_000

// Add appends a statement. It refuses more than maxStatements, since empty ones could fill the
// memory.
func (f *File) Add(s Statement) error {
	if len(f.Statements) == maxStatements {
		return fmt.Errorf("%w: more than %d statements", ErrLimit, maxStatements)
	}
	f.Statements = append(f.Statements, s)
	return nil
}

// Warn adds a warning.
func (f *File) Warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

// WarnOfBalance warns of a balance that cannot be read. It does not refuse the lines, which are
// complete without it.
func (f *File) WarnOfBalance(field, value string, line int, message string) {
	value = sheet.Excerpt(sheet.CleanText(value))
	f.Warn("The balance %s %q in line %d could not be read: %s.", field, value, line, message)
}

// Statement is an account statement in a file.
type Statement struct {
	AccountNumber    string
	BankCode         string        // routing number, sort code or bank identifier; "" for a card
	Number           string        // the bank's number of the statement; "" if the file has none
	AccountKind      string        // as in the file: CHECKING, SAVINGS, CREDITLINE …; CREDITCARD for a card
	CurrencyCode     string        // ISO 4217; all amounts of the statement are in it
	From, To         calendar.Date // first and last day covered; the zero Date if not given
	OpeningBalance   *Balance      // booked balance before the lines; nil if not given
	LedgerBalance    *Balance      // booked balance after the lines; nil if not given
	AvailableBalance *Balance      // amount available to withdraw; nil if not given
	Lines            []Line        // in file order, without unreadable lines
	// Information is what the bank wrote about the statement as a whole; "" if nothing.
	Information string
}

// AddInformation adds what the bank wrote about the statement as a whole. Each line of the text is
// cleaned, and the text is cut to a length that a person reads.
func (s *Statement) AddInformation(text string) {
	for line := range strings.Lines(text) {
		line = sheet.CleanText(line)
		if IsPlaceholder(line) || len(s.Information)+len(line) > MaxDetailBytes {
			continue
		}
		if s.Information != "" {
			s.Information += "\n"
		}
		s.Information += line
	}
}

// Balance is the balance of an account at the end of a day.
type Balance struct {
	Amount int64         // minor units of the statement's currency
	Date   calendar.Date // the zero Date if not given
}

// Line is a booked transaction on an account.
type Line struct {
	Number               int           // ordinal in the file from 1, counting all statements and unreadable lines
	ExternalID           string        // guaranteed by a feed to be unique in the account; "" in files
	BankReference        string        // the bank's identifier of the line, such as FITID; "" if not given
	Date                 calendar.Date // booking date as the bank wrote it, whatever the time zone
	Amount               int64         // minor units of the statement's currency; negative is money out
	Kind                 string        // as in the file: CREDIT, DEBIT, FEE, CHECK, POS …
	CounterpartyName     string
	CounterpartyAccount  string // IBAN or number of the other account; "" if not given
	Description          string
	CheckNumber          string
	OriginalCurrencyCode string // currency before the bank's conversion; "" if not converted
	OriginalRate         string // rate of that conversion, a decimal string as in the file
	CorrectedReference   string // BankReference of the line that this one replaces or cancels; "" if none
	// Details are the references, names and texts that have no separate field, one per line, each
	// after the name that the format gives it, such as "EREF: 4711".
	Details string
}

// Problem is a part of a file that could not be read. A line with a problem is left out.
type Problem struct {
	Line     int    // Number of the line; 0 if the problem is outside of lines
	TextLine int    // text line in the file, from 1
	Field    string // name of the field in the format, such as TRNAMT
	Value    string // value in the file, cut to 100 characters
	Message  string // what is wrong, such as "is not a date"
}
