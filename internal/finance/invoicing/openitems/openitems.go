// Package openitems reads lists of open invoices and credits that other programs export, as plain
// values. It knows the column names of those programs. Every number, date and amount is read
// exactly or reported as a Problem of its row. The package stores nothing. Package invoicing
// decides whose documents they are, and takes them over.
package openitems

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/sheet"
)

// maxRows is the most rows of a file, with its header.
const maxRows = 5_001

// Options say how a file is read.
type Options struct {
	// Currency is that of rows that name none.
	Currency string
	// Order is the order of dates, or empty if the file shows it.
	Order datetext.Order
	// Today tells plausible dates.
	Today calendar.Date
}

// File is the content of a file.
type File struct {
	Rows     []Row
	Problems []Problem
	// PassedOver are the lines of totals and of documents that are paid.
	PassedOver []Problem
	// UnknownColumns are the names of columns that are not used.
	UnknownColumns []string
}

// Row is an open document.
type Row struct {
	Line             int
	Number, Customer string
	Date, DueDate    calendar.Date
	Currency         string
	// Minor is what is open in minor units of the currency. It is negative for a credit.
	Minor int64
	// Rate is the price of one unit of the currency, empty if the file does not say.
	Rate string
	// BaseText is what is open in the currency of the books, as written, empty if the file does not
	// say. Base parses it.
	BaseText string
	mark     byte
}

// Base returns what is open in the currency of the books, in minor units. Its sign is that of
// Minor.
func (r Row) Base(currency string) (int64, error) {
	minor, err := sheet.ParseLenientAmount(r.BaseText, currency, r.mark)
	if err == nil && (minor < 0) != (r.Minor < 0) {
		minor = -minor
	}
	return minor, err
}

// Problem is a line that cannot be used, and why.
type Problem struct {
	Line    int
	Message string
}

// ErrHeader is the error of a file without the columns of open documents.
var ErrHeader = errors.New(
	"no row names the columns; name at least the number, the customer, the date and the open amount")

// Read reads a file.
func Read(ctx context.Context, content []byte, o Options) (File, error) {
	rows, err := sheet.Read(ctx, content, maxRows)
	if err != nil {
		return File{}, err
	}
	r := reader{options: o}
	body, found := r.findHeader(rows)
	if !found {
		return File{}, ErrHeader
	}
	if err := r.detect(body); err != nil {
		return File{}, err
	}
	for _, row := range body {
		r.add(row)
	}
	return r.file, ctx.Err()
}

// reader reads the rows of a file.
type reader struct {
	options Options
	columns columns
	mark    byte
	order   datetext.Order
	file    File
}

// findHeader finds the header within the first rows, and returns the rows after it.
func (r *reader) findHeader(rows []sheet.Row) (body []sheet.Row, found bool) {
	const maxTitles = 20
	for i, row := range rows[:min(len(rows), maxTitles)] {
		if r.columns = findColumns(row); r.columns.isComplete() {
			r.file.UnknownColumns = r.columns.unknown
			return rows[i+1:], true
		}
	}
	return nil, false
}

// detect finds the decimal mark and the order of dates from all rows.
func (r *reader) detect(rows []sheet.Row) (err error) {
	var amounts, dates []string
	for _, row := range rows {
		for _, at := range []int{r.columns.open, r.columns.base} {
			if row.IsText(at) {
				amounts = append(amounts, row.Cell(at))
			}
		}
		dates = append(dates, row.Cell(r.columns.date), row.Cell(r.columns.due))
	}
	r.mark, r.order = sheet.DetectDecimalMark(amounts), r.options.Order
	if r.order == "" {
		var isShown bool
		if r.order, isShown, err = datetext.DetectOrder(dates, r.options.Today); err == nil && !isShown {
			err = errors.New("the order of day and month is ambiguous; set dateOrder")
		}
	}
	return err
}

// add reads a row.
func (r *reader) add(row sheet.Row) {
	switch {
	case row.IsBlank():
		return
	case row.Cell(r.columns.number) == "" && row.Cell(r.columns.date) == "":
		r.file.PassedOver = append(r.file.PassedOver, Problem{row.Line, "has neither number nor date"})
		return
	}
	out, problems := r.read(row)
	for _, p := range problems {
		r.file.Problems = append(r.file.Problems, Problem{row.Line, p})
	}
	switch {
	case len(problems) > 0:
	case out.Minor == 0:
		r.file.PassedOver = append(r.file.PassedOver, Problem{row.Line, "has no open amount"})
	default:
		r.file.Rows = append(r.file.Rows, out)
	}
}

// rate returns the exchange rate of a row with a decimal point.
func (r *reader) rate(row sheet.Row) string {
	text := row.Cell(r.columns.rate)
	if r.mark == ',' && row.IsText(r.columns.rate) {
		return strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".")
	}
	return text
}

// read returns the document of a row, and what is wrong with it.
func (r *reader) read(row sheet.Row) (out Row, problems []string) {
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	out = Row{Line: row.Line, Number: norm.NFC.String(row.Cell(r.columns.number)),
		Customer: norm.NFC.String(row.Cell(r.columns.customer)), Rate: r.rate(row),
		BaseText: row.Cell(r.columns.base), mark: r.mark}
	if out.Currency = strings.ToUpper(row.Cell(r.columns.currency)); out.Currency == "" {
		out.Currency = r.options.Currency
	}
	for name, value := range map[string]string{"number": out.Number, "customer": out.Customer} {
		if value == "" {
			wrong("has no %s", name)
		}
	}
	const longest = 100
	if len([]rune(out.Number)) > longest {
		wrong("has a number of more than %d characters", longest)
	}
	if _, known := money.Digits(out.Currency); !known {
		wrong("has the currency %s, which is no ISO 4217 code", sheet.Excerpt(out.Currency))
		return out, problems
	}
	var err error
	if out.Minor, err = row.Amount(r.columns.open, out.Currency, r.mark); err != nil {
		wrong("open amount: %s", err)
	}
	if out.Date, err = datetext.Parse(row.Cell(r.columns.date), r.order); err != nil {
		wrong("date: %s", err)
	}
	out.DueDate = out.Date
	if due := row.Cell(r.columns.due); due != "" {
		if out.DueDate, err = datetext.Parse(due, r.order); err != nil {
			wrong("due date: %s", err)
		}
	}
	return out, problems
}
