// Package trial reads trial balances as other programs write them, as plain values.
//
// It owns the names that programs give the columns, and the rows that are none of an
// account: titles, headings and totals. It promises that a balance is read exactly or is a
// Problem, and that a file whose own total says otherwise is one too. It stores nothing;
// which accounts the rows mean, and what becomes of them, is left to package ledger.
package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"backoffice/internal/platform/money"
	"backoffice/internal/platform/sheet"
)

// Balances is what a file says.
type Balances struct {
	Rows []Row
	// Passed are the rows that are passed over, for a reason.
	Passed   []Passed
	Problems []Problem
	// Unknown are names of columns that mean nothing here.
	Unknown []string
}

// Row is the balance of one account.
type Row struct {
	Line int
	// Code and Name are the account as the file has it, Kind what it says of its type.
	Code, Name, Kind string
	// Minor is the balance in minor units of the file's currency; debits are positive.
	Minor int64
	// Currency is that of the foreign balance, if the file says.
	Currency string
	// Values are what the row says of dimensions, by their names.
	Values  map[string]string
	foreign func(currency string) (int64, error)
}

// Foreign is the balance in the account's own currency; ok is false if the row has none.
func (r Row) Foreign(currency string) (minor int64, ok bool, err error) {
	if r.foreign == nil {
		return 0, false, nil
	}
	minor, err = r.foreign(currency)
	return minor, true, err
}

// Passed is a row without a balance to book.
type Passed struct {
	Line        int
	Name, Cause string
}

// Problem is a row that cannot be read.
type Problem struct {
	Line    int
	Message string
}

// Bounds of a file: its rows, and those with a balance, so many of which are one entry
// with a line for their difference.
const maxRows, maxBalances = 5000, 999

// ErrHeader refuses a table in which no row names the columns.
var ErrHeader = errors.New("no row names a column of accounts and one of balances, such as Account, Debit and Credit")

// Read reads a file in a currency. The names of dimensions are columns too.
func Read(ctx context.Context, content []byte, currency string, dimensions []string) (Balances, error) {
	rows, err := sheet.Read(ctx, content, maxRows)
	if err != nil {
		return Balances{}, err
	}
	r := reader{currency: currency}
	header := slices.IndexFunc(rows[:min(len(rows), maxPreamble)], func(row sheet.Row) bool {
		r.columns = columnsOf(row, dimensions)
		return r.columns.usable()
	})
	if header < 0 {
		return Balances{}, ErrHeader
	}
	r.out.Unknown = r.columns.unknown
	rows = rows[header+1:]
	r.mark = r.marks(rows)
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

// maxPreamble is how many rows of title may stand before the header.
const maxPreamble = 30

type reader struct {
	currency string
	columns  columns
	mark     byte
	out      Balances
	// debits and credits are the sums of the rows so far.
	debits, credits int64
}

// marks finds the mark of decimals that the amounts share which are text.
func (r *reader) marks(rows []sheet.Row) byte {
	var texts []string
	for _, row := range rows {
		for _, at := range []int{r.columns.debit, r.columns.credit, r.columns.balance, r.columns.foreign} {
			if at >= 0 && row.Marked(at) {
				texts = append(texts, row.Cell(at))
			}
		}
	}
	return sheet.DecimalMark(texts)
}

// read takes a row in: as a balance, or with what is wrong, or as one to be passed over.
func (r *reader) read(row sheet.Row) {
	code, name := row.Cell(r.columns.code), row.Cell(r.columns.name)
	debit, credit, blank, err := r.sides(row)
	switch {
	case row.Blank():
	case isTotal(code, name):
		r.pass(row, "it is a total")
		r.compare(row, debit, credit, blank || err != nil)
	case blank:
		r.pass(row, "it has no balance")
	case err != nil:
		r.problem(row, "%s", err)
	case code == "" && name == "":
		r.problem(row, "names no account")
	case debit == credit:
		r.pass(row, "its balance is zero")
	default:
		r.add(row, debit-credit)
	}
}

func (r *reader) add(row sheet.Row, minor int64) {
	balance := Row{
		Line: row.Line, Code: row.Cell(r.columns.code), Name: row.Cell(r.columns.name), Kind: row.Cell(r.columns.kind), Minor: minor,
		Currency: row.Cell(r.columns.currency), Values: map[string]string{},
	}
	for dimension, at := range r.columns.dimensions {
		if value := row.Cell(at); value != "" {
			balance.Values[dimension] = value
		}
	}
	if !nothing(row.Cell(r.columns.foreign)) {
		balance.foreign = func(currency string) (int64, error) { return r.signed(row, r.columns.foreign, currency) }
	}
	r.debits += max(minor, 0)
	r.credits += max(-minor, 0)
	r.out.Rows = append(r.out.Rows, balance)
}

func (r *reader) pass(row sheet.Row, cause string) {
	name := row.Cell(r.columns.name)
	if name == "" {
		name = row.Cell(r.columns.code)
	}
	r.out.Passed = append(r.out.Passed, Passed{Line: row.Line, Name: sheet.Excerpt(name), Cause: cause})
}

func (r *reader) problem(row sheet.Row, format string, args ...any) {
	r.out.Problems = append(r.out.Problems, Problem{Line: row.Line, Message: fmt.Sprintf(format, args...)})
}

// compare holds the file to its own total of all: a row that is lost shows in it.
func (r *reader) compare(row sheet.Row, debit, credit int64, unread bool) {
	if unread || !isGrandTotal(row.Cell(r.columns.code), row.Cell(r.columns.name)) {
		return
	}
	if debit-credit == r.debits-r.credits && (r.columns.balance >= 0 || debit == r.debits && credit == r.credits) {
		return
	}
	r.problem(row, "says that all is %s and %s, and the rows above it add up to %s and %s",
		money.Format(debit, r.currency), money.Format(credit, r.currency), money.Format(r.debits, r.currency), money.Format(r.credits, r.currency))
}
