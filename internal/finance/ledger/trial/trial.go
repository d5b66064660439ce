// Package trial reads trial balances and charts of accounts that other programs export, as plain
// values.
//
// It knows the column names of those programs, and recognizes rows that are not accounts:
// titles, headings and totals. Every balance is either read exactly or reported as a Problem,
// and so is a file that contradicts its own total. The package stores nothing. Package ledger
// decides which accounts the rows mean and posts them.
package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"backoffice/internal/platform/money"
	"backoffice/internal/platform/sheet"
)

// Balances is the content of a file.
type Balances struct {
	Rows []Row
	// SkippedRow are the rows that were skipped, each with the cause.
	Skipped  []SkippedRow
	Problems []Problem
	// UnknownColumns are the names of unknown columns.
	UnknownColumns []string
}

// Row is the balance of an account.
type Row struct {
	Line int
	// Code, Name and Kind are the account's code, name and type as written in the file.
	Code, Name, Kind string
	// Minor is the balance in minor units of the currency passed to Read. Debits are positive.
	Minor int64
	// Currency is the currency of the foreign balance, empty if the file does not say.
	Currency string
	// Values are the dimension values of the row, by dimension name.
	Values  map[string]string
	foreign func(currency string) (int64, error)
}

// ForeignBalance returns the balance in the account's own currency. ok is false if the row has
// none.
func (r Row) ForeignBalance(currency string) (minor int64, ok bool, err error) {
	if r.foreign == nil {
		return 0, false, nil
	}
	minor, err = r.foreign(currency)
	return minor, true, err
}

// SkippedRow is a skipped row.
type SkippedRow struct {
	Line        int
	Name, Cause string
}

// Problem is a row that cannot be read.
type Problem struct {
	Line    int
	Message string
}

// maxRows is the maximum number of rows of a file. maxBalances is the maximum number of
// balances, which fit in one entry together with a line for their difference.
const maxRows, maxBalances = 5000, 999

// ErrHeader is returned for a table without a row of column names.
var ErrHeader = errors.New("no row names a column of accounts and one of balances, such as Account, Debit and Credit")

// Read reads a file whose balances are in a currency. Columns can also have the names of
// dimensions.
func Read(ctx context.Context, content []byte, currency string, dimensions []string) (Balances, error) {
	rows, err := sheet.Read(ctx, content, maxRows)
	if err != nil {
		return Balances{}, err
	}
	r := reader{currency: currency}
	header := slices.IndexFunc(rows[:min(len(rows), maxPreamble)], func(row sheet.Row) bool {
		r.columns = findColumns(row, dimensions)
		return r.columns.isUsable()
	})
	if header < 0 {
		return Balances{}, ErrHeader
	}
	r.out.UnknownColumns = r.columns.unknown
	rows = rows[header+1:]
	r.decimalMark = r.findDecimalMark(rows)
	for _, row := range rows {
		r.read(row)
		if len(r.out.Rows) > maxBalances {
			return Balances{}, fmt.Errorf("%w: more than %d rows with a balance", sheet.ErrLimit, maxBalances)
		}
	}
	if len(r.out.Rows) == 0 && len(r.out.Problems) == 0 {
		return Balances{}, errors.New("it has no row with a balance")
	}
	return r.out, nil
}

// maxPreamble is the maximum number of title rows above the header.
const maxPreamble = 30

type reader struct {
	currency    string
	columns     columns
	decimalMark byte
	out         Balances
	// debits and credits are the sums of the rows so far.
	debits, credits int64
}

// findDecimalMark determines the decimal mark from all amounts that are text.
func (r *reader) findDecimalMark(rows []sheet.Row) byte {
	var amounts []string
	for _, row := range rows {
		for _, at := range []int{r.columns.debit, r.columns.credit, r.columns.balance, r.columns.foreign} {
			if at >= 0 && row.IsText(at) {
				amounts = append(amounts, row.Cell(at))
			}
		}
	}
	return sheet.DetectDecimalMark(amounts)
}

// read reads a row as a balance, a problem, or a skipped row.
func (r *reader) read(row sheet.Row) {
	code, name := row.Cell(r.columns.code), row.Cell(r.columns.name)
	debit, credit, blank, err := r.debitAndCredit(row)
	switch {
	case row.IsBlank():
	case isTotal(code, name):
		r.skip(row, "it is a total")
		r.checkGrandTotal(row, debit, credit, blank || err != nil)
	case blank:
		r.skip(row, "it has no balance")
	case err != nil:
		r.addProblem(row, "%s", err)
	case code == "" && name == "":
		r.addProblem(row, "has no account")
	case debit == credit:
		r.skip(row, "its balance is zero")
	default:
		r.addBalance(row, debit-credit)
	}
}

func (r *reader) addBalance(row sheet.Row, minor int64) {
	balance := Row{
		Line: row.Line, Code: row.Cell(r.columns.code), Name: row.Cell(r.columns.name), Kind: row.Cell(r.columns.kind),
		Minor:    minor,
		Currency: row.Cell(r.columns.currency), Values: map[string]string{},
	}
	for dimension, at := range r.columns.dimensions {
		if value := row.Cell(at); value != "" {
			balance.Values[dimension] = value
		}
	}
	if !isEmptyAmount(row.Cell(r.columns.foreign)) {
		balance.foreign = func(currency string) (int64, error) {
			return r.signedAmount(row, r.columns.foreign, currency)
		}
	}
	r.debits += max(minor, 0)
	r.credits += max(-minor, 0)
	r.out.Rows = append(r.out.Rows, balance)
}

func (r *reader) skip(row sheet.Row, cause string) {
	name := row.Cell(r.columns.name)
	if name == "" {
		name = row.Cell(r.columns.code)
	}
	r.out.Skipped = append(r.out.Skipped, SkippedRow{Line: row.Line, Name: sheet.Excerpt(name), Cause: cause})
}

func (r *reader) addProblem(row sheet.Row, format string, args ...any) {
	r.out.Problems = append(r.out.Problems, Problem{Line: row.Line, Message: fmt.Sprintf(format, args...)})
}

// checkGrandTotal compares the file's own grand total with the rows above it, which detects
// missing rows.
func (r *reader) checkGrandTotal(row sheet.Row, debit, credit int64, unread bool) {
	if unread || !isGrandTotal(row.Cell(r.columns.code), row.Cell(r.columns.name)) {
		return
	}
	if debit-credit == r.debits-r.credits && (r.columns.balance >= 0 || debit == r.debits && credit == r.credits) {
		return
	}
	r.addProblem(row, "has totals of %s and %s, but the rows above it add up to %s and %s",
		money.Format(debit, r.currency), money.Format(credit, r.currency), money.Format(r.debits, r.currency),
		money.Format(r.credits, r.currency))
}
