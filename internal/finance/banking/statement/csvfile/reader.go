// Package csvfile reads account statements from CSV files, of which every bank has its own kind.
//
// A file is read by one layout: which column is read as what, and the conventions of dates, amounts
// and signs that all rows share. A caller tells the layout, or it is known from the bank's header
// (bank_layouts.jsonl), or the cells show it; FoundLayout reports which. The package never guesses:
// what the file does not settle is an assumption that FoundLayout names, a problem of a row, or
// refuses the file. It leaves the other formats to package bankfile, and dates to package datetext.
package csvfile

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// Options configure Read. The zero value detects everything from the file.
type Options struct {
	// CurrencyCode is the account's currency. Files rarely contain it.
	CurrencyCode string
	// DateOrder is the order of dates. "" detects it from the dates in the file.
	DateOrder datetext.Order
	// Today tells plausible dates. The zero Date accepts all.
	Today calendar.Date
	// Card is true for the account of a card, whose charges may be positive.
	Card bool
	// Layout describes the file. The zero value detects the layout from the file.
	Layout Layout
}

// reader reads a table of lines. Such a file rarely names the account or the currency.
//
// It reads in three steps: it finds the header, completes the layout from the cells below it, and
// applies the layout to each row. What it finds is in found.
type reader struct {
	options Options
	layout  Layout // as told or known, and completed from the file
	file    statement.File
	found   *FoundLayout
	header  *header
	rows    []sheet.Row // the rows below the header, without blank ones
	columns indexes
	// currency is that of the amounts, from the column's name or else the account.
	currency    string
	decimalMark byte
	direction   vocabulary // true is money out
	status      vocabulary // true is booked
	signs       signs
	accounts    []*account
	byNumber    map[string]*account // by their compact numbers
	leftOut     map[string]int      // rows left out, by reason
}

// maxRows is the largest number of rows in a file. maxPreamble is the number of rows in which to
// look for the header, which has at most maxColumns columns.
const (
	maxRows     = statement.MaxLines + 1000
	maxPreamble = 30
	maxColumns  = 500
)

// File is the content of a CSV file, and how it was read.
type File struct {
	statement.File
	Layout *FoundLayout
}

// Read reads a CSV file. An error refuses the whole file and wraps one of the errors of package
// statement. A row that is not fully understood is a problem in File.Problems.
func Read(ctx context.Context, content []byte, options Options) (File, error) {
	charset, err := sheet.DetectCharset(content, options.Layout.Charset)
	if err != nil {
		return File{}, err
	}
	text, err := charset.Decode(content)
	if err != nil {
		return File{}, err
	}
	layout, err := options.Layout.withBank()
	if err != nil {
		return File{}, err
	}
	r := reader{
		options: options, layout: layout, currency: options.CurrencyCode, leftOut: map[string]int{},
		byNumber: map[string]*account{},
		found:    &FoundLayout{Charset: charset.Name, CharsetBasis: charsetBasis(charset.Name, options.Layout.Charset)},
	}
	if r.rows, r.found.Delimiter, err = sheet.SplitCSV(ctx, text, r.layout.Delimiter, maxRows); err != nil {
		return File{}, err
	}
	r.file = statement.File{Format: statement.CSV}
	for _, step := range []func(context.Context) error{r.findHeader, r.findContent, r.findConventions, r.readRows} {
		if err := ctx.Err(); err != nil {
			return File{}, err
		}
		if err := step(ctx); err != nil {
			return File{}, err
		}
	}
	r.describeColumns()
	return File{r.file, r.found}, nil
}

// charsetBasis says how sure a charset is. Any bytes are valid in the charsets with one byte a
// letter.
func charsetBasis(name, told string) Basis {
	switch {
	case strings.HasPrefix(name, "UTF"):
		return Shown
	case name == told:
		return Told
	}
	return Assumed
}

// findHeader finds the header and its columns, and keeps only the rows after the header.
func (r *reader) findHeader(context.Context) error {
	if len(r.rows) <= r.layout.SkipRows {
		return statement.ErrNoStatement
	}
	r.rows = r.rows[r.layout.SkipRows:]
	if r.layout.NoHeader {
		return r.useNumbers()
	}
	var missing []string
	for i, row := range r.rows[:min(len(r.rows), maxPreamble)] {
		layout, ok := r.layoutOf(row.Cells)
		if !ok {
			continue
		}
		places, lacks := layout.locate(row.Cells)
		if places.isUsable() && len(lacks) == 0 {
			r.layout, r.columns, r.header, r.found.Bank = layout, places, newHeader(row.Cells), layout.Bank
			r.found.HeaderLine = row.Line
			r.keepRows(i + 1)
			return nil
		}
		if missing == nil || len(lacks) < len(missing) {
			missing = lacks
		}
	}
	switch {
	case len(missing) > 0:
		return fmt.Errorf("%w: it has no column %s", statement.ErrFormat, sheet.Excerpt(strings.Join(missing, ", ")))
	case r.layout.Bank != "":
		return fmt.Errorf("%w: it has no header of %s", statement.ErrFormat, r.layout.Bank)
	}
	return fmt.Errorf("%w: no header with a date and an amount was found; describe the columns in a profile, or name the bank",
		statement.ErrFormat)
}

// useNumbers finds the columns by their numbers in a file without a header.
func (r *reader) useNumbers() error {
	names := make([]string, len(r.rows[0].Cells))
	if len(names) > maxColumns {
		return fmt.Errorf("%w: it has more than %d columns", statement.ErrFormat, maxColumns)
	}
	r.header, r.found.Bank = newHeader(names), r.layout.Bank
	var missing []string
	if r.columns, missing = r.layout.locate(names); len(missing) > 0 || !r.columns.isUsable() {
		const message = "%w: without a header, columns are numbers from 1 to %d; set the columns of the date and the amount"
		return fmt.Errorf(message, statement.ErrFormat, len(names))
	}
	r.keepRows(0)
	return r.checkColumnCount()
}

// checkColumnCount refuses a file that has more columns than those of its layout. Only their number
// shows that a file without a header is in another layout.
func (r *reader) checkColumnCount() error {
	most := r.layout.columnCount
	for _, row := range r.rows {
		if most > 0 && strings.Join(row.Cells[min(most, len(row.Cells)):], "") != "" {
			return fmt.Errorf("%w: line %d has %d columns, but files of %s have %d",
				statement.ErrFormat, row.Line, len(row.Cells), r.layout.Bank, most)
		}
	}
	return nil
}

// layoutOf returns the layout of a file with a header: the one that was told, or else that of the
// bank with this header. It returns false if the row is not the header of the bank that was told,
// or has too many columns.
func (r *reader) layoutOf(header []string) (Layout, bool) {
	bank, isKnown := findBankLayout(header)
	switch {
	case len(header) > maxColumns || r.layout.Bank != "" && bank.Bank != r.layout.Bank:
		return Layout{}, false
	case isKnown && r.layout.Bank != "":
		return r.layout.over(bank.layout()), true
	case isKnown && !r.layout.IsTold:
		return bank.layout(), true
	}
	return r.layout, true
}

// keepRows keeps the rows from an index that are not blank.
func (r *reader) keepRows(from int) {
	r.rows = slices.DeleteFunc(r.rows[from:], sheet.Row.IsBlank)
}

// readRows turns the rows into the lines of one statement for each account.
func (r *reader) readRows(ctx context.Context) error {
	lines := 0
	for i, row := range r.rows {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(r.file.Problems) > statement.MaxProblems {
			return statement.TooManyProblems(r.file.Problems)
		}
		if reason := r.reasonToLeaveOut(row); reason != "" {
			r.leftOut[reason]++
			r.found.LeftOutRows++
			continue
		}
		a := r.accountOf(row)
		line, ok := r.readRow(i+1, row, &a.statement)
		if !ok {
			continue
		}
		lines++
		a.statement.Lines = append(a.statement.Lines, line)
		r.addBalance(a, i, row, line.Amount)
	}
	if lines == 0 && len(r.file.Problems) == 0 && r.found.LeftOutRows == 0 {
		return statement.ErrNoStatement
	}
	if len(r.accounts) == 0 {
		r.accounts = []*account{{statement: statement.Statement{CurrencyCode: r.currency}}} // no row is a line
	}
	for _, a := range r.accounts {
		a.statement.From, a.statement.To = statement.DateRange(a.statement.Lines)
		r.checkBalances(a)
		if err := r.file.Add(a.statement); err != nil {
			return err
		}
	}
	r.warnOfLeftOutRows()
	return nil
}

// describeColumns lists the columns with what they were read as.
func (r *reader) describeColumns() {
	for i, name := range r.header.names {
		name = sheet.Excerpt(sheet.CleanText(name))
		r.found.Columns = append(r.found.Columns, FoundColumn{Name: name, Uses: r.columns.uses(i)})
	}
}
