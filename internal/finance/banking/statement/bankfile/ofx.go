package bankfile

import (
	"context"
	"fmt"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// ofxReader builds statements from the elements of an OFX file. It skips pending transactions
// (BANKTRANLISTP), because they are not booked.
type ofxReader struct {
	elements   []element
	marks      amountMarks // of the amounts of all elements
	file       statement.File
	lineNumber int    // number of the last line read
	currency   string // of the bank account, for a statement that names none
}

func readOFX(ctx context.Context, content []byte, options Options) (statement.File, error) {
	text, start, err := ofxText(content)
	if err != nil {
		return statement.File{}, err
	}
	elements, err := parseMarkup(ctx, text, start, isOFXContainer)
	if err != nil {
		return statement.File{}, err
	}
	if elements[0].name != "OFX" {
		return statement.File{}, fmt.Errorf("%w: the outermost element is <%s>, not <OFX>",
			statement.ErrFormat, sheet.Excerpt(elements[0].name))
	}
	r := ofxReader{
		elements: elements, marks: findAmountMarks(elements), currency: options.CurrencyCode,
		file: statement.File{Format: statement.OFX},
	}
	return r.readAll()
}

// isOFXContainer reports whether an element contains a statement or its parts. SGML files close
// these elements too, so a file with an unclosed one is corrupt.
func isOFXContainer(name string) bool {
	switch name {
	case "OFX", "SIGNONMSGSRSV1", "SONRS", "STATUS", "BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "STMTTRNRS", "CCSTMTTRNRS",
		"STMTRS", "CCSTMTRS", "BANKACCTFROM", "CCACCTFROM", "BANKTRANLIST", "STMTTRN", "LEDGERBAL", "AVAILBAL",
		"INVSTMTMSGSRSV1", "INVSTMTTRNRS", "INVSTMTRS":
		return true
	}
	return false
}

// readAll reads all statements. It refuses a file with a transaction outside of a statement.
func (r *ofxReader) readAll() (statement.File, error) {
	transactions, investments := 0, 0
	for i := 0; i < len(r.elements) && len(r.file.Problems) <= statement.MaxProblems; i++ {
		switch r.elements[i].name {
		case "STMTRS", "CCSTMTRS":
			if err := r.readStatement(i); err != nil {
				return statement.File{}, err
			}
		case "STMTTRNRS", "CCSTMTTRNRS", "SONRS":
			r.readStatus(i)
		case "STMTTRN":
			if transactions++; transactions > statement.MaxLines {
				return statement.File{}, statement.TooManyLines()
			}
		case "INVSTMTRS":
			r.file.Warnings = append(r.file.Warnings, "An investment statement was left out.")
			investments++
			i = r.elements[i].end - 1
		}
	}
	if err := r.file.CheckLimits(); err != nil {
		return statement.File{}, err
	}
	switch {
	case transactions != r.lineNumber:
		const message = "%w: %d of its %d transactions are outside of a statement"
		return statement.File{}, fmt.Errorf(message, statement.ErrCorrupt, transactions-r.lineNumber, transactions)
	case len(r.file.Statements) > 0:
		return r.file, nil
	case investments > 0:
		return statement.File{}, fmt.Errorf("%w: it contains only investment statements", statement.ErrUnsupported)
	case len(r.file.Problems) > 0:
		return statement.File{}, fmt.Errorf("%w: %s", statement.ErrNoStatement, r.file.Problems[0].Message)
	}
	return statement.File{}, statement.ErrNoStatement
}

// readStatus adds a problem if the response has the status ERROR. A bank sends such a status in
// place of a statement.
func (r *ofxReader) readStatus(response int) {
	status := findChild(r.elements, response, "STATUS")
	if status < 0 || childText(r.elements, status, "SEVERITY") != "ERROR" {
		return
	}
	reason := childText(r.elements, status, "MESSAGE")
	if code := findChild(r.elements, status, "CODE"); code >= 0 {
		r.addProblem(code, 0, strings.TrimSpace("the bank returned an error: "+sheet.Excerpt(reason)))
	}
}

func (r *ofxReader) readStatement(i int) error {
	s := statement.Statement{CurrencyCode: r.readCurrency(i)}
	r.readAccount(&s, i)
	for child := range children(r.elements, i) {
		switch r.elements[child].name {
		case "BANKTRANLIST":
			r.readTransactionList(&s, child)
		case "LEDGERBAL":
			s.LedgerBalance = r.readBalance(child, s.CurrencyCode)
		case "AVAILBAL":
			s.AvailableBalance = r.readBalance(child, s.CurrencyCode)
		}
	}
	return r.file.Add(s)
}

func (r *ofxReader) readAccount(s *statement.Statement, i int) {
	account := findChild(r.elements, i, "BANKACCTFROM")
	if account < 0 {
		if account = findChild(r.elements, i, "CCACCTFROM"); account >= 0 {
			s.AccountKind = "CREDITCARD"
		}
	}
	if account >= 0 {
		s.AccountNumber = childText(r.elements, account, "ACCTID")
		s.BankCode = childText(r.elements, account, "BANKID")
		if kind := childText(r.elements, account, "ACCTTYPE"); kind != "" {
			s.AccountKind = kind
		}
	}
	if s.AccountNumber == "" {
		r.file.Warn("A statement does not name its account (ACCTID).")
	}
}

func (r *ofxReader) readTransactionList(s *statement.Statement, list int) {
	for i := range children(r.elements, list) {
		if len(r.file.Problems) > statement.MaxProblems {
			return
		}
		switch r.elements[i].name {
		case "DTSTART":
			s.From = r.readPeriodDate(i)
		case "DTEND":
			s.To = r.readPeriodDate(i)
		case "STMTTRN":
			r.lineNumber++
			if line, ok := r.readLine(i, s.CurrencyCode); ok {
				s.Lines = append(s.Lines, line)
			}
		case "TRNAMT", "FITID":
			r.addProblem(i, 0, "a transaction's field is outside of a transaction; a transaction may be missing")
		}
	}
}

// readPeriodDate returns the date of element i. A date of zeros is the zero Date: banks write it
// for a period without transactions.
func (r *ofxReader) readPeriodDate(i int) calendar.Date {
	value := sheet.CleanText(r.elements[i].value)
	if strings.Trim(value, "0") == "" {
		return calendar.Date{}
	}
	date, err := parseOFXDate(value)
	if err != nil {
		r.addProblem(i, 0, err.Error())
	}
	return date
}

// readBalance reads a balance. It returns nil and warns if the balance has no readable amount,
// since the lines are complete without it.
func (r *ofxReader) readBalance(i int, currency string) *statement.Balance {
	value := childText(r.elements, i, "BALAMT")
	amount, err := r.marks.parse(value, currency)
	switch {
	case value == "":
		r.warnOfBalance(i, value, "it has no amount (BALAMT)")
		return nil
	case err != nil:
		r.warnOfBalance(i, value, err.Error())
		return nil
	}
	balance := &statement.Balance{Amount: amount}
	if day := childText(r.elements, i, "DTASOF"); strings.Trim(day, "0") != "" {
		if balance.Date, err = parseOFXDate(day); err != nil {
			r.warnOfBalance(i, day, "its date (DTASOF): "+err.Error())
		}
	}
	return balance
}

func (r *ofxReader) warnOfBalance(i int, value, message string) {
	r.file.WarnOfBalance(r.elements[i].name, value, r.elements[i].line, message)
}

// readCurrency returns the currency of the statement in element i. A statement that names none is
// in the currency of the bank account, with a warning. An unknown currency is a problem.
func (r *ofxReader) readCurrency(i int) string {
	currency := strings.ToUpper(childText(r.elements, i, "CURDEF"))
	if currency == "" && r.currency != "" {
		r.file.Warn("A statement does not name its currency (CURDEF). It is read as %s.", r.currency)
		currency = r.currency
	}
	if _, err := sheet.ParseAmount("0", currency); err == nil {
		return currency
	}
	if field := findChild(r.elements, i, "CURDEF"); field >= 0 {
		r.addProblem(field, 0, "the currency is unknown, so the statement's amounts cannot be read")
	} else {
		r.addMissingField(i, 0, "CURDEF", "the statement has no currency, so its amounts cannot be read")
	}
	return currency
}

// addProblem reports a problem with the value of element i.
func (r *ofxReader) addProblem(i, line int, message string) {
	e := r.elements[i]
	r.file.Problems = append(r.file.Problems, statement.Problem{
		Line: line, TextLine: e.line, Field: sheet.Excerpt(e.name),
		Value: sheet.Excerpt(sheet.CleanText(e.value)), Message: message,
	})
}

// addMissingField reports a field that is missing from element i.
func (r *ofxReader) addMissingField(i, line int, field, message string) {
	r.file.Problems = append(r.file.Problems, statement.Problem{
		Line: line, TextLine: r.elements[i].line, Field: field, Message: message,
	})
}

// ofxText decodes the file. The markup begins at start, after the header of OFX 1, which is not
// markup. The header of OFX 2 is markup.
func ofxText(content []byte) (text string, start int, err error) {
	beginning := fileHead(content)
	if compression := ofxHeader(beginning, "COMPRESSION", "OLDFILEUID"); compression != "" && compression != "NONE" {
		return "", 0, fmt.Errorf("%w: the file is compressed with %.40q", statement.ErrUnsupported, compression)
	}
	if text, err = sheet.Decode(content, ofxCharset(beginning)); err != nil {
		return "", 0, err
	}
	if start = strings.IndexByte(text, '<'); start < 0 {
		return "", 0, fmt.Errorf("%w: it ends before <OFX>", statement.ErrCorrupt)
	}
	return text, start, nil
}

// ofxCharset returns the character set in the header of either version, or "". In OFX 1, CHARSET
// applies only to the encoding USASCII.
func ofxCharset(head string) string {
	if _, declaration, found := strings.Cut(head, "<?xml"); found {
		declaration, _, _ = strings.Cut(declaration, "?>")
		_, value, _ := strings.Cut(declaration, "encoding=")
		if value == "" {
			return ""
		}
		value, _, _ = strings.Cut(value[1:], value[:1])
		return value
	}
	if encoding := ofxHeader(head, "ENCODING", "CHARSET"); encoding != "" && encoding != "USASCII" {
		return encoding
	}
	return ofxHeader(head, "CHARSET", "COMPRESSION")
}

// ofxHeader returns the value of a key in the header of OFX 1. Each key belongs on a separate line,
// but some banks write all of them on one line, even without spaces. So a value ends at a space or
// where the next key begins.
func ofxHeader(head, key, nextKey string) string {
	header, _, _ := strings.Cut(head, "<")
	_, value, _ := strings.Cut(header, key+":")
	value = strings.TrimLeft(value, " \t")
	if end := strings.IndexAny(value, " \t\r\n"); end >= 0 {
		value = value[:end]
	}
	value, _, _ = strings.Cut(value, nextKey)
	return value
}
