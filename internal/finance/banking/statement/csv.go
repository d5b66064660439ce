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

// csvReader reads a table of lines. It names neither the account nor, mostly, the currency.
type csvReader struct {
	layout   CSVLayout
	currency string
	file     File
	rows     []sheet.Row
	places   csvPlaces
	order    DateOrder
	mark     byte
}

// maxCSVRows bounds a file; maxPreamble is how many rows may stand before the header.
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
	if err := r.find(); err != nil {
		return File{}, err
	}
	if err := r.measure(ctx); err != nil {
		return File{}, err
	}
	return r.read(ctx)
}

// find looks for the header and its columns, and leaves the rows behind it.
func (r *csvReader) find() error {
	if len(r.rows) <= r.layout.SkipRows {
		return ErrNoStatement
	}
	r.rows = r.rows[r.layout.SkipRows:]
	if r.layout.NoHeader {
		places, missing := r.layout.Columns.placesIn(make([]string, len(r.rows[0].Cells)))
		if len(missing) > 0 || !places.usable() {
			return fmt.Errorf("%w: columns without names are numbers from 1 to %d: say where the date and the amount are", ErrFormat, len(r.rows[0].Cells))
		}
		r.places = places
		return nil
	}
	var missing []string
	for i, row := range r.rows[:min(len(r.rows), maxPreamble)] {
		places, lacks := r.layout.Columns.placesIn(row.Cells)
		if places.usable() && len(lacks) == 0 {
			r.places, r.rows = places, r.rows[i+1:]
			return nil
		}
		if missing == nil || len(lacks) < len(missing) {
			missing = lacks
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: it has no column %s", ErrFormat, sheet.Excerpt(strings.Join(missing, ", ")))
	}
	return fmt.Errorf("%w: no row names a column of dates and one of amounts; describe the file by a profile", ErrFormat)
}

// measure finds the order of dates and the mark of decimals that all rows share.
func (r *csvReader) measure(ctx context.Context) error {
	var dates, amounts []string
	for row, err := range sheet.Until(ctx, slices.Values(r.rows)) {
		if err != nil {
			return err
		}
		dates = append(dates, row.Cell(r.places.date))
		for _, at := range []int{r.places.amount, r.places.debit, r.places.credit, r.places.balance} {
			if text := row.Cell(at); text != "" {
				amounts = append(amounts, text)
			}
		}
	}
	if r.order = r.layout.DateOrder; r.order == "" && len(dates) > 0 {
		var err error
		if r.order, err = detectOrder(dates); err != nil {
			return fmt.Errorf("%w: %w", ErrAmbiguous, err)
		}
	}
	if r.mark = sheet.DecimalMark(amounts); r.layout.DecimalMark != "" {
		r.mark = r.layout.DecimalMark[0]
	}
	return nil
}

func (r *csvReader) read(ctx context.Context) (File, error) {
	s := Statement{CurrencyCode: r.currency}
	number := 0
	var balances []int64
	for row, err := range sheet.Until(ctx, slices.Values(r.rows)) {
		if err != nil {
			return File{}, err
		}
		if row.Blank() {
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
		if minor, err := sheet.ParseLooseAmount(row.Cell(r.places.balance), s.CurrencyCode, r.mark); err == nil {
			balances = append(balances, minor)
		}
	}
	if len(s.Lines) == 0 && len(r.file.Problems) == 0 {
		return File{}, ErrNoStatement
	}
	s.From, s.To = span(s.Lines)
	if len(s.Lines) > 0 && len(balances) == len(s.Lines) {
		s.frame(balances)
	}
	r.file.Statements = []Statement{s}
	return r.file, nil
}

// readRow reads one line. All that is wrong with it is reported, and then it is no line.
func (r *csvReader) readRow(number int, row sheet.Row, s *Statement) (Line, bool) {
	before := len(r.file.Problems)
	problem := func(at int, field, message string) {
		r.file.Problems = append(r.file.Problems, Problem{Line: number, TextLine: row.Line, Field: field, Value: sheet.Excerpt(row.Cell(at)), Message: message})
	}
	date, err := parseDate(row.Cell(r.places.date), r.order)
	if err != nil {
		problem(r.places.date, "date", err.Error())
	}
	if code := strings.ToUpper(row.Cell(r.places.currency)); len(code) == 3 && isUpper(code) {
		switch {
		case s.CurrencyCode == "":
			s.CurrencyCode = code
		case s.CurrencyCode != code:
			problem(r.places.currency, "currency", "the amount is in another currency than the account")
		}
	}
	amount, err := r.amount(row, s.CurrencyCode)
	if err != nil {
		problem(max(r.places.amount, r.places.debit), "amount", err.Error())
	}
	var description []string
	for _, at := range r.places.description {
		if text := row.Cell(at); text != "" {
			description = append(description, text)
		}
	}
	name := row.Cell(r.places.counterparty)
	text := strings.Join(description, " ")
	if text == "" {
		text = firstCell(row, r.places.counterparty, r.places.kind)
	}
	return Line{
		Number: number, Date: date, Amount: amount, Description: text, CounterpartyName: name, CounterpartyAccount: row.Cell(r.places.counterpartyAccount),
		Kind: row.Cell(r.places.kind), BankReference: row.Cell(r.places.reference), CheckNumber: row.Cell(r.places.check),
	}, len(r.file.Problems) == before
}

// amount reads a row's amount, from one column or from one for each direction.
func (r *csvReader) amount(row sheet.Row, currency string) (int64, error) {
	if text := row.Cell(r.places.amount); r.places.amount >= 0 && (text != "" || r.places.debit < 0 && r.places.credit < 0) {
		minor, err := sheet.ParseLooseAmount(text, currency, r.mark)
		if r.layout.MoneyOutPositive {
			minor = -minor
		}
		return minor, err
	}
	debit, credit := row.Cell(r.places.debit), row.Cell(r.places.credit)
	out, outErr := sheet.ParseLooseAmount(debit, currency, r.mark)
	in, inErr := sheet.ParseLooseAmount(credit, currency, r.mark)
	switch {
	case debit == "" && credit == "":
		return 0, errors.New("the row has no amount")
	case debit != "" && outErr != nil:
		return 0, outErr
	case credit != "" && inErr != nil:
		return 0, inErr
	case out != 0 && in != 0:
		return 0, errors.New("the row has an amount in both directions")
	}
	// Some banks write the debits with their sign, and some without.
	return in - max(out, -out), nil
}

// frame takes the opening and the closing balance from the balances behind each line, whichever way the lines are sorted.
func (s *Statement) frame(balances []int64) {
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

// span is the first and the last day of lines.
func span(lines []Line) (from, to calendar.Date) {
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
