package statement

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// csvReader reads a table of lines. Such a file does not name the account, and rarely the currency.
type csvReader struct {
	layout      CSVLayout
	currency    string
	file        File
	rows        []sheet.Row
	columns     csvIndexes
	dateOrder   DateOrder
	decimalMark byte
}

// maxCSVRows is the largest number of rows in a file. maxPreamble is the number of rows in which to look
// for the header.
const (
	maxCSVRows  = MaxLines + 1000
	maxPreamble = 30
)

func readCSV(ctx context.Context, content []byte, options Options) (File, error) {
	text, err := sheet.Decode(content, options.Layout.Charset)
	if err != nil {
		return File{}, err
	}
	r := csvReader{layout: options.Layout, currency: options.CurrencyCode, file: File{Format: CSV}}
	if r.layout.DateOrder == "" {
		r.layout.DateOrder = options.DateOrder
	}
	if r.rows, err = sheet.SplitCSV(ctx, text, r.layout.Delimiter, maxCSVRows); err != nil {
		return File{}, err
	}
	if err := r.findColumns(); err != nil {
		return File{}, err
	}
	if err := r.detectConventions(ctx); err != nil {
		return File{}, err
	}
	return r.readRows(ctx)
}

// findColumns finds the header and its columns, and keeps only the rows after the header.
func (r *csvReader) findColumns() error {
	if len(r.rows) <= r.layout.SkipRows {
		return ErrNoStatement
	}
	r.rows = r.rows[r.layout.SkipRows:]
	if r.layout.NoHeader {
		places, missing := r.layout.Columns.locate(make([]string, len(r.rows[0].Cells)))
		if len(missing) > 0 || !places.isUsable() {
			const message = "%w: without a header, columns are numbers from 1 to %d; set the columns of the date and the amount"
			return fmt.Errorf(message, ErrFormat, len(r.rows[0].Cells))
		}
		r.columns = places
		return nil
	}
	var missing []string
	for i, row := range r.rows[:min(len(r.rows), maxPreamble)] {
		places, lacks := r.layout.Columns.locate(row.Cells)
		if places.isUsable() && len(lacks) == 0 {
			r.columns, r.rows = places, r.rows[i+1:]
			return nil
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

// detectConventions finds the order of dates and the decimal mark that all rows share, unless the layout
// sets them.
func (r *csvReader) detectConventions(ctx context.Context) error {
	var dates, amounts []string
	for row, err := range sheet.WithContext(ctx, slices.Values(r.rows)) {
		if err != nil {
			return err
		}
		dates = append(dates, row.Cell(r.columns.date))
		for _, at := range []int{r.columns.amount, r.columns.debit, r.columns.credit, r.columns.balance} {
			if text := row.Cell(at); text != "" {
				amounts = append(amounts, text)
			}
		}
	}
	if r.dateOrder = r.layout.DateOrder; r.dateOrder == "" && len(dates) > 0 {
		var err error
		if r.dateOrder, err = detectDateOrder(dates); err != nil {
			return fmt.Errorf("%w: %w", ErrAmbiguous, err)
		}
	}
	if r.decimalMark = sheet.DetectDecimalMark(amounts); r.layout.DecimalMark != "" {
		r.decimalMark = r.layout.DecimalMark[0]
	}
	return nil
}

// readRows turns the rows into the lines of one statement.
func (r *csvReader) readRows(ctx context.Context) (File, error) {
	s := Statement{CurrencyCode: r.currency}
	number := 0
	var balances []int64
	for row, err := range sheet.WithContext(ctx, slices.Values(r.rows)) {
		if err != nil {
			return File{}, err
		}
		if row.IsBlank() {
			continue
		}
		if len(r.file.Problems) > maxProblems {
			return File{}, tooManyProblems(r.file.Problems)
		}
		number++
		line, ok := r.readRow(number, row, &s)
		if !ok {
			continue
		}
		s.Lines = append(s.Lines, line)
		if minor, err := sheet.ParseLenientAmount(row.Cell(r.columns.balance), s.CurrencyCode, r.decimalMark); err == nil {
			balances = append(balances, minor)
		}
	}
	if len(s.Lines) == 0 && len(r.file.Problems) == 0 {
		return File{}, ErrNoStatement
	}
	s.From, s.To = dateRange(s.Lines)
	if len(s.Lines) > 0 && len(balances) == len(s.Lines) {
		s.setBalances(balances)
	}
	r.file.Statements = []Statement{s}
	return r.file, nil
}

// readRow reads a line. It adds all problems of the row to the file, and returns false if there are any.
func (r *csvReader) readRow(number int, row sheet.Row, s *Statement) (Line, bool) {
	before := len(r.file.Problems)
	addProblem := func(at int, field, message string) {
		r.file.Problems = append(r.file.Problems, Problem{
			Line: number, TextLine: row.Line, Field: field, Value: sheet.Excerpt(row.Cell(at)), Message: message,
		})
	}
	date, err := parseDate(row.Cell(r.columns.date), r.dateOrder)
	if err != nil {
		addProblem(r.columns.date, "date", err.Error())
	}
	if code := strings.ToUpper(row.Cell(r.columns.currency)); len(code) == 3 && isUpper(code) {
		switch {
		case s.CurrencyCode == "":
			s.CurrencyCode = code
		case s.CurrencyCode != code:
			addProblem(r.columns.currency, "currency", "the amount is not in the currency of the account")
		}
	}
	amount, err := r.parseAmount(row, s.CurrencyCode)
	if err != nil {
		addProblem(max(r.columns.amount, r.columns.debit), "amount", err.Error())
	}
	var description []string
	for _, at := range r.columns.description {
		if text := row.Cell(at); text != "" {
			description = append(description, text)
		}
	}
	name := row.Cell(r.columns.counterparty)
	text := strings.Join(description, " ")
	if text == "" {
		text = firstNonEmptyCell(row, r.columns.counterparty, r.columns.kind)
	}
	return Line{
		Number: number, Date: date, Amount: amount, Description: text,
		CounterpartyName: name, CounterpartyAccount: row.Cell(r.columns.counterpartyAccount),
		Kind: row.Cell(r.columns.kind), BankReference: row.Cell(r.columns.reference), CheckNumber: row.Cell(r.columns.check),
	}, len(r.file.Problems) == before
}

// parseAmount returns a row's amount, from the amount column or from the debit and credit columns.
func (r *csvReader) parseAmount(row sheet.Row, currency string) (int64, error) {
	hasSides := r.columns.debit >= 0 || r.columns.credit >= 0
	if text := row.Cell(r.columns.amount); r.columns.amount >= 0 && (text != "" || !hasSides) {
		minor, err := sheet.ParseLenientAmount(text, currency, r.decimalMark)
		if r.layout.MoneyOutPositive {
			minor = -minor
		}
		return minor, err
	}
	debit, credit := row.Cell(r.columns.debit), row.Cell(r.columns.credit)
	out, outErr := sheet.ParseLenientAmount(debit, currency, r.decimalMark)
	in, inErr := sheet.ParseLenientAmount(credit, currency, r.decimalMark)
	switch {
	case debit == "" && credit == "":
		return 0, errors.New("the row has no amount")
	case debit != "" && outErr != nil:
		return 0, outErr
	case credit != "" && inErr != nil:
		return 0, inErr
	case out != 0 && in != 0:
		return 0, errors.New("the row has both a debit and a credit amount")
	}
	// Some banks write debits with a minus sign, others without.
	return in - max(out, -out), nil
}

// setBalances derives the opening and the closing balance from the balances after each line. The lines
// may be sorted from old to new or from new to old. Balances that contradict the lines are ignored.
func (s *Statement) setBalances(balances []int64) {
	n := len(s.Lines)
	forward, backward := true, true
	for i := 1; i < n; i++ {
		forward = forward && balances[i-1]+s.Lines[i].Amount == balances[i]
		backward = backward && balances[i]+s.Lines[i-1].Amount == balances[i-1]
	}
	first, last := 0, n-1
	if !forward && backward || forward && backward && s.Lines[n-1].Date.Before(s.Lines[0].Date) {
		first, last = last, first
	}
	if !forward && !backward {
		return
	}
	s.OpeningBalance = &Balance{Amount: balances[first] - s.Lines[first].Amount, Date: s.From}
	s.LedgerBalance = &Balance{Amount: balances[last], Date: s.To}
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
