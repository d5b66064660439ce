// Package statement reads the files in which banks give out account statements, as plain values.
//
// It owns the formats: their notation, their character sets and the ways banks bend them. It promises that an amount or a
// date is read exactly or not at all; that a row which cannot be read becomes a Problem and never a guess; that a file
// which breaks off or has lost a part is refused, so that no statement is ever silently shorter than its file; and that
// memory and time stay in proportion to the file, whoever wrote it. It stores nothing: accounts, imports, and what is to
// be done about problems and about lines that are stored already are left to package banking.
package statement

import (
	"fmt"

	"backoffice/internal/platform/calendar"
)

// File is all that one file says.
type File struct {
	Format     Format
	Statements []Statement
	Problems   []Problem
	// Warnings say in sentences what was left out on purpose.
	Warnings []string
}

// maxStatements is how many statements a file may have: ten years of days for three accounts.
const maxStatements = 10_000

// add adds a statement, or refuses a file that would fill the memory with empty ones.
func (f *File) add(s Statement) error {
	if len(f.Statements) == maxStatements {
		return fmt.Errorf("%w: more than %d statements", ErrLimit, maxStatements)
	}
	f.Statements = append(f.Statements, s)
	return nil
}

// Statement is what a file says of one account.
type Statement struct {
	AccountNumber    string
	BankCode         string        // routing number, sort code or bank identifier; "" for a card
	Number           string        // the bank's number of the statement; "" where it gave none
	AccountKind      string        // as the bank wrote it: CHECKING, SAVINGS, CREDITLINE …; CREDITCARD for a card
	CurrencyCode     string        // ISO 4217; all amounts of the statement are in it
	From, To         calendar.Date // the days covered; the zero Date if the file does not say
	OpeningBalance   *Balance      // inRecords balance before the lines; nil if the file does not say
	LedgerBalance    *Balance      // booked balance; nil if the file does not say
	AvailableBalance *Balance      // what can be drawn; nil if the file does not say
	Lines            []Line        // in the order of the file, without those that became problems
}

// Balance is what an account holds at the end of a day.
type Balance struct {
	Amount int64         // minor units of the statement's currency
	Date   calendar.Date // the zero Date if the file does not say
}

// Line is one booked movement on an account.
type Line struct {
	Number               int           // ordinal in the file, from 1 over all its statements, counting unreadable lines too
	BankReference        string        // the bank's own id of the line (FITID); "" if it gave none
	Date                 calendar.Date // the day of booking as the bank wrote it, whatever time zone it added
	Amount               int64         // minor units of the statement's currency; negative is money out
	Kind                 string        // as the bank wrote it: CREDIT, DEBIT, FEE, CHECK, POS …
	CounterpartyName     string
	CounterpartyAccount  string // IBAN or number of the other account, as the bank wrote it; "" if it gave none
	Description          string
	CheckNumber          string
	OriginalCurrencyCode string // the currency in which the movement was made, if the bank converted it; else ""
	OriginalRate         string // the bank's rate for that, a decimal string as written; else ""
}

// maxProblems is how many problems a file may have; with more it is refused, because nobody would go through them.
const maxProblems = 1000

// Problem is something in a file that could not be read. A problem with a line means that the line was left out.
type Problem struct {
	Line     int    // Number of the line; 0 if the problem is not with a line
	TextLine int    // line of the file's text, from 1
	Field    string // the format's own name of the field, such as TRNAMT
	Value    string // what stands there, cut to 100 characters
	Message  string // what is wrong with it, in a sentence
}
