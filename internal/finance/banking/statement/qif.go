package statement

import (
	"cmp"
	"fmt"
	"strings"

	"backoffice/internal/platform/sheet"
)

// isQIF recognises the Quicken Interchange Format by its first line.
func isQIF(head string) bool {
	return strings.HasPrefix(head, "!TYPE:") || strings.HasPrefix(head, "!ACCOUNT") || strings.HasPrefix(head, "!OPTION:") || strings.HasPrefix(head, "!CLEAR:")
}

// qifRecord is what stands between two carets: its fields by their letters.
type qifRecord struct {
	line   int
	fields map[byte]string
}

// qifReader reads a QIF file, which names neither its account's number nor its currency.
type qifReader struct {
	file     File
	currency string
	records  []qifRecord
}

func readQIF(content []byte, options Options) (File, error) {
	text, err := sheet.Decode(content, "")
	if err != nil {
		return File{}, err
	}
	r := qifReader{file: File{Format: QIF}, currency: options.CurrencyCode}
	if err := r.split(text); err != nil {
		return File{}, err
	}
	return r.read(options.DateOrder)
}

// split gathers the records of bank, cash and card accounts. Lists of categories, securities and accounts are passed over.
func (r *qifReader) split(text string) error {
	booked := false
	sections := 0
	record := qifRecord{fields: map[byte]string{}}
	for n, line := range strings.Split(text, "\n") {
		line = strings.Trim(line, blanks)
		switch {
		case line == "":
		case strings.HasPrefix(line, "!"):
			kind := strings.ToUpper(line)
			booked = isBookedQIF(kind)
			if strings.HasPrefix(kind, "!TYPE:INVST") {
				return fmt.Errorf("%w: investment accounts are not read", ErrUnsupported)
			}
			if booked {
				sections++
			}
			record = qifRecord{fields: map[byte]string{}}
		case line == "^":
			if booked && len(record.fields) > 0 {
				r.records = append(r.records, record)
			}
			record = qifRecord{fields: map[byte]string{}}
		case booked:
			if record.line == 0 {
				record.line = n + 1
			}
			if value := sheet.Clean(line[1:]); record.fields[line[0]] == "" {
				record.fields[line[0]] = value
			} else if line[0] != 'S' && line[0] != 'E' && line[0] != '$' && line[0] != 'A' {
				return fmt.Errorf("%w: a record has %q twice in line %d; a ^ is missing", ErrMutilated, line[:1], n+1)
			}
		}
	}
	switch {
	case booked && len(record.fields) > 0:
		return fmt.Errorf("%w: the last record does not end", ErrMutilated)
	case sections > 1:
		return fmt.Errorf("%w: it holds %d accounts; export one at a time", ErrUnsupported, sections)
	case sections == 0:
		return ErrNoStatement
	}
	return nil
}

func isBookedQIF(kind string) bool {
	switch strings.TrimSpace(strings.TrimPrefix(kind, "!TYPE:")) {
	case "BANK", "CASH", "CCARD", "OTH A", "OTH L":
		return true
	}
	return false
}

// read makes lines of the records, once the order of their dates is known.
func (r *qifReader) read(order DateOrder) (File, error) {
	var dates []string
	for _, record := range r.records {
		dates = append(dates, record.fields['D'])
	}
	if order == "" && len(dates) > 0 {
		var err error
		if order, err = detectOrder(dates); err != nil {
			return File{}, fmt.Errorf("%w: %w", ErrAmbiguous, err)
		}
	}
	s := Statement{CurrencyCode: r.currency}
	for _, record := range r.records {
		if len(r.file.Problems) > maxProblems {
			return File{}, tooManyProblems(r.file.Problems)
		}
		r.readRecord(&s, record, order)
	}
	s.From, s.To = span(s.Lines)
	r.file.Statements = []Statement{s}
	return r.file, nil
}

func (r *qifReader) readRecord(s *Statement, record qifRecord, order DateOrder) {
	number := len(s.Lines) + len(r.file.Problems) + 1
	problem := func(field, value, message string) {
		r.file.Problems = append(r.file.Problems, Problem{Line: number, TextLine: record.line, Field: field, Value: sheet.Excerpt(value), Message: message})
	}
	date, err := parseDate(record.fields['D'], order)
	if err != nil {
		problem("D", record.fields['D'], err.Error())
		return
	}
	text := cmp.Or(record.fields['T'], record.fields['U'])
	amount, err := sheet.ParseLooseAmount(text, r.currency, sheet.DecimalMark([]string{text}))
	if err != nil {
		problem("T", text, err.Error())
		return
	}
	payee := record.fields['P']
	// Quicken begins a file with the account's balance, as a record of its own.
	if strings.EqualFold(payee, "Opening Balance") && strings.HasPrefix(record.fields['L'], "[") && len(s.Lines) == 0 {
		s.OpeningBalance = &Balance{Amount: amount, Date: date}
		return
	}
	check := record.fields['N']
	if !isDigits(check) {
		check = ""
	}
	s.Lines = append(s.Lines, Line{
		Number: number, Date: date, Amount: amount, CounterpartyName: payee, Description: cmp.Or(record.fields['M'], payee), CheckNumber: check,
	})
}
