package bankfile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// isQIF reports whether a file is in the Quicken Interchange Format, by its first line.
func isQIF(head string) bool {
	return strings.HasPrefix(head, "!TYPE:") || strings.HasPrefix(head, "!ACCOUNT") ||
		strings.HasPrefix(head, "!OPTION:") || strings.HasPrefix(head, "!CLEAR:")
}

// qifLetters lists the letters of the fields that are read: date (D), amount (T or U), payee (P),
// memo (M), category (L) and number (N).
const qifLetters = "DTUPMLN"

// qifRecord is one record of a file. A caret ends each record.
type qifRecord struct {
	account int                     // index of its account
	line    int                     // line of its first field; 0 for an empty record
	fields  [len(qifLetters)]string // values by position in qifLetters
	seen    [2]uint64               // a bit for each letter that had a value
}

// field returns the value of the field with one of the qifLetters.
func (r *qifRecord) field(letter byte) string { return r.fields[strings.IndexByte(qifLetters, letter)] }

// setField sets a field. It returns false if the record already has the field. Only the fields of
// splits and addresses may be repeated.
func (r *qifRecord) setField(letter byte, value string, line int) bool {
	if r.line == 0 {
		r.line = line
	}
	if letter < 128 && strings.IndexByte("SE$A%X", letter) < 0 {
		bit := uint64(1) << (letter % 64)
		if value != "" && r.seen[letter/64]&bit != 0 {
			return false
		}
		if value != "" {
			r.seen[letter/64] |= bit
		}
	}
	if at := strings.IndexByte(qifLetters, letter); at >= 0 && value != "" {
		r.fields[at] = value
	}
	return true
}

// qifReader reads a QIF file. Such a file identifies accounts only by name, if at all, and never
// contains their currency.
type qifReader struct {
	file       statement.File
	currency   string
	accounts   []string // names; "" for an account without a name
	records    []qifRecord
	lineNumber int
}

func readQIF(ctx context.Context, content []byte, options Options) (statement.File, error) {
	text, err := sheet.Decode(content, "")
	if err != nil {
		return statement.File{}, err
	}
	r := qifReader{file: statement.File{Format: statement.QIF}, currency: options.CurrencyCode}
	if err := r.splitRecords(ctx, text); err != nil {
		return statement.File{}, err
	}
	return r.readRecords(ctx, options.DateOrder)
}

// qifSection is the section of a file that is being read: records of an account, a list of
// accounts, or a section to skip.
type qifSection struct {
	inRecords, inAccountList bool
	account                  string // name of the last account in a list
	accountIndex             int    // index of the account with these records
}

// splitRecords collects the records of bank, cash and card accounts. It skips lists of categories
// and securities. The last account in a list of accounts is the account of the records after the
// list.
func (r *qifReader) splitRecords(ctx context.Context, text string) error {
	var in qifSection
	var record qifRecord
	n := 0
	for line, err := range sheet.WithContext(ctx, strings.SplitSeq(text, "\n")) {
		if err != nil {
			return err
		}
		n++
		line = strings.Trim(line, whiteSpace)
		switch {
		case line == "":
		case strings.HasPrefix(line, "!"):
			if in.inRecords && record.line > 0 {
				return fmt.Errorf("%w: the record before line %d is not closed with ^", statement.ErrCorrupt, n)
			}
			if err := r.enterSection(&in, strings.ToUpper(line)); err != nil {
				return err
			}
			record = qifRecord{account: in.accountIndex}
		case line == "^":
			if in.inRecords && record.line > 0 {
				if r.records = append(r.records, record); len(r.records) > statement.MaxLines {
					return statement.TooManyLines()
				}
			}
			record = qifRecord{account: in.accountIndex}
		case in.inAccountList && line[0] == 'N':
			in.account = sheet.CleanText(line[1:])
		case in.inRecords:
			if !record.setField(line[0], sheet.CleanText(line[1:]), n) {
				return fmt.Errorf("%w: the record has the field %q again in line %d; a ^ is missing",
					statement.ErrCorrupt, line[:1], n)
			}
		}
	}
	switch {
	case in.inRecords && record.line > 0:
		return fmt.Errorf("%w: the last record is not closed with ^", statement.ErrCorrupt)
	case len(r.accounts) == 0:
		return statement.ErrNoStatement
	}
	return nil
}

// enterSection begins a section. The heading is in upper case.
func (r *qifReader) enterSection(in *qifSection, heading string) error {
	if strings.HasPrefix(heading, "!TYPE:INVST") {
		return fmt.Errorf("%w: investment accounts cannot be read; export only the other accounts", statement.ErrUnsupported)
	}
	if strings.HasPrefix(heading, "!OPTION") || strings.HasPrefix(heading, "!CLEAR") {
		return nil
	}
	in.inRecords, in.inAccountList = isRecordSection(heading), heading == "!ACCOUNT"
	if !in.inRecords {
		return nil
	}
	if in.account == "" && len(r.accounts) > 0 {
		return fmt.Errorf("%w: it contains several accounts without names; export one account at a time",
			statement.ErrUnsupported)
	}
	if in.accountIndex = r.accountIndex(in.account); in.accountIndex == maxQIFAccounts {
		return fmt.Errorf("%w: more than %d accounts", statement.ErrLimit, maxQIFAccounts)
	}
	return nil
}

// maxQIFAccounts is the largest number of accounts in a file.
const maxQIFAccounts = 1000

// accountIndex returns the index of an account. It adds the account if it is new.
func (r *qifReader) accountIndex(name string) int {
	at := slices.Index(r.accounts, name)
	if at < 0 {
		at = len(r.accounts)
		r.accounts = append(r.accounts, name)
	}
	return at
}

// isRecordSection reports whether a heading begins records of a bank, cash or card account.
func isRecordSection(kind string) bool {
	switch strings.TrimSpace(strings.TrimPrefix(kind, "!TYPE:")) {
	case "BANK", "CASH", "CCARD", "OTH A", "OTH L":
		return true
	}
	return false
}

// readRecords turns the records into lines. It first detects the order of dates if it is not given.
// If the file has a single account, it ignores the account's name: the caller knows the account
// better.
func (r *qifReader) readRecords(ctx context.Context, order datetext.Order) (statement.File, error) {
	if order == "" && len(r.records) > 0 {
		dates := make([]string, len(r.records))
		for i := range r.records {
			dates[i] = r.records[i].field('D')
		}
		var err error
		if order, _, err = datetext.DetectOrder(dates, calendar.Date{}); err != nil {
			return statement.File{}, fmt.Errorf("%w: %w", statement.ErrAmbiguous, err)
		}
	}
	statements := make([]statement.Statement, len(r.accounts))
	for i, name := range r.accounts {
		statements[i].CurrencyCode = r.currency
		if len(r.accounts) > 1 {
			statements[i].AccountNumber = name
		}
	}
	for record, err := range sheet.WithContext(ctx, slices.Values(r.records)) {
		if err != nil {
			return statement.File{}, err
		}
		if len(r.file.Problems) > statement.MaxProblems {
			return statement.File{}, statement.TooManyProblems(r.file.Problems)
		}
		r.readRecord(&statements[record.account], &record, order)
	}
	for i := range statements {
		statements[i].From, statements[i].To = statement.DateRange(statements[i].Lines)
	}
	r.file.Statements = statements
	return r.file, nil
}

// readRecord adds a record to the statement as a line or as its opening balance.
func (r *qifReader) readRecord(s *statement.Statement, record *qifRecord, order datetext.Order) {
	addProblem := func(field, value, message string) {
		r.file.Problems = append(r.file.Problems, statement.Problem{
			Line: r.lineNumber, TextLine: record.line, Field: field, Value: sheet.Excerpt(value), Message: message,
		})
	}
	r.lineNumber++
	date, err := datetext.Parse(record.field('D'), order)
	if err != nil {
		addProblem("D", record.field('D'), err.Error())
		return
	}
	text := cmp.Or(record.field('T'), record.field('U'))
	amount, err := sheet.ParseLenientAmount(text, r.currency, sheet.DetectDecimalMark([]string{text}))
	if err != nil {
		addProblem("T", text, err.Error())
		return
	}
	payee := record.field('P')
	// Quicken writes the opening balance of an account as its first record.
	isOpening := strings.EqualFold(payee, "Opening Balance") && strings.HasPrefix(record.field('L'), "[")
	if isOpening && len(s.Lines) == 0 {
		s.OpeningBalance = &statement.Balance{Amount: amount, Date: date}
		r.lineNumber--
		return
	}
	check := record.field('N')
	if !sheet.IsDigits(check) {
		check = ""
	}
	s.Lines = append(s.Lines, statement.Line{
		Number: r.lineNumber, Date: date, Amount: amount, CounterpartyName: payee,
		Description: cmp.Or(record.field('M'), payee), CheckNumber: check,
	})
}
