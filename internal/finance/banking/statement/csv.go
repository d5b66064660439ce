package statement

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// csvReader reads a table of lines. Such a file rarely names the account or the currency.
//
// It reads in three steps: it finds the header, completes the layout from the cells below it, and
// applies the layout to each row. What it found is in file.Layout.
type csvReader struct {
	options Options
	layout  CSVLayout // as told or known, and completed from the file
	file    File
	found   *FoundLayout
	header  *csvHeader
	rows    []sheet.Row // the rows below the header, without blank ones
	columns csvIndexes
	// currency is that of the amounts, from the column's name or else the account.
	currency    string
	decimalMark byte
	direction   vocabulary // true is money out
	status      vocabulary // true is booked
	signs       signs
	accounts    []*csvAccount
	byNumber    map[string]*csvAccount // by their compact numbers
	leftOut     map[string]int         // rows left out, by reason
}

// maxCSVRows is the largest number of rows in a file. maxPreamble is the number of rows in which to
// look for the header, which has at most maxColumns columns.
const (
	maxCSVRows  = MaxLines + 1000
	maxPreamble = 30
	maxColumns  = 500
)

func readCSV(ctx context.Context, content []byte, options Options) (File, error) {
	charset, err := sheet.DetectCharset(content, options.Layout.Charset)
	if err != nil {
		return File{}, err
	}
	text, err := charset.Decode(content)
	if err != nil {
		return File{}, err
	}
	r := csvReader{
		options: options, layout: options.Layout, currency: options.CurrencyCode, leftOut: map[string]int{},
		byNumber: map[string]*csvAccount{},
		found:    &FoundLayout{Charset: charset.Name, CharsetBasis: charsetBasis(charset.Name, options.Layout.Charset)},
	}
	if r.rows, r.found.Delimiter, err = sheet.SplitCSV(ctx, text, r.layout.Delimiter, maxCSVRows); err != nil {
		return File{}, err
	}
	r.file = File{Format: CSV, Layout: r.found}
	for _, step := range []func(context.Context) error{r.findHeader, r.findContent, r.findConventions, r.readRows} {
		if err := ctx.Err(); err != nil {
			return File{}, err
		}
		if err := step(ctx); err != nil {
			return File{}, err
		}
	}
	r.describeColumns()
	return r.file, nil
}

// charsetBasis says how sure a charset is. Any bytes are valid in the charsets with one byte a
// letter.
func charsetBasis(name, told string) Basis {
	switch {
	case strings.HasPrefix(name, "UTF"):
		return Shown
	case told != "" && name == told:
		return Told
	}
	return Assumed
}

// findHeader finds the header and its columns, and keeps only the rows after the header.
func (r *csvReader) findHeader(context.Context) error {
	if len(r.rows) <= r.layout.SkipRows {
		return ErrNoStatement
	}
	r.rows = r.rows[r.layout.SkipRows:]
	if r.layout.NoHeader && len(r.rows[0].Cells) <= maxColumns {
		names := make([]string, len(r.rows[0].Cells))
		r.header = newCSVHeader(names)
		var missing []string
		if r.columns, missing = r.layout.locate(names); len(missing) > 0 || !r.columns.isUsable() {
			const message = "%w: without a header, columns are numbers from 1 to %d; set the columns of the date and the amount"
			return fmt.Errorf(message, ErrFormat, len(names))
		}
		return r.keepRows(0)
	}
	var missing []string
	for i, row := range r.rows[:min(len(r.rows), maxPreamble)] {
		if len(row.Cells) > maxColumns {
			continue
		}
		layout := r.layoutOf(row.Cells)
		places, lacks := layout.locate(row.Cells)
		if places.isUsable() && len(lacks) == 0 {
			r.layout, r.columns, r.header = layout, places, newCSVHeader(row.Cells)
			r.found.HeaderLine = row.Line
			return r.keepRows(i + 1)
		}
		if missing == nil || len(lacks) < len(missing) {
			missing = lacks
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: it has no column %s", ErrFormat, sheet.Excerpt(strings.Join(missing, ", ")))
	}
	return fmt.Errorf("%w: no header with a date and an amount was found; describe the columns in a profile", ErrFormat)
}

// layoutOf returns the layout of a file with a header: the one that was told, or else that of the
// bank with this header.
func (r *csvReader) layoutOf(header []string) CSVLayout {
	bank, known := findBankLayout(header)
	if r.layout.IsTold || !known {
		return r.layout
	}
	r.found.Bank = bank.Bank
	return bank.layout()
}

// keepRows keeps the rows from an index that are not blank.
func (r *csvReader) keepRows(from int) error {
	r.rows = slices.DeleteFunc(r.rows[from:], sheet.Row.IsBlank)
	return nil
}

// readRows turns the rows into the lines of one statement for each account.
func (r *csvReader) readRows(ctx context.Context) error {
	lines := 0
	for i, row := range r.rows {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(r.file.Problems) > maxProblems {
			return tooManyProblems(r.file.Problems)
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
		return ErrNoStatement
	}
	if len(r.accounts) == 0 {
		r.accounts = []*csvAccount{{statement: Statement{CurrencyCode: r.currency}}} // no row is a line
	}
	for _, a := range r.accounts {
		a.statement.From, a.statement.To = dateRange(a.statement.Lines)
		r.checkBalances(a)
		if err := r.file.add(a.statement); err != nil {
			return err
		}
	}
	r.warnOfLeftOutRows()
	return nil
}

// describeColumns lists the columns with what they were read as.
func (r *csvReader) describeColumns() {
	for i, name := range r.header.names {
		name = sheet.Excerpt(sheet.CleanText(name))
		r.found.Columns = append(r.found.Columns, FoundColumn{Name: name, Uses: r.columns.uses(i)})
	}
}

// dateRange returns the first and the last day of the lines.
func dateRange(lines []Line) (from, to calendar.Date) {
	for i, l := range lines {
		if i == 0 || l.Date.Before(from) {
			from = l.Date
		}
		if i == 0 || l.Date.After(to) {
			to = l.Date
		}
	}
	return from, to
}
