package statement

import (
	"context"
	"fmt"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// ofxReader turns the elements of an OFX file into statements. Pending transactions (BANKTRANLISTP) are not booked and
// therefore not read.
type ofxReader struct {
	elements []element
	file     File
	lineNumber   int // of the last line read
}

func readOFX(ctx context.Context, content []byte) (File, error) {
	text, start, err := ofxText(content)
	if err != nil {
		return File{}, err
	}
	elements, err := parseMarkup(ctx, text, start, isOFXContainer)
	if err != nil {
		return File{}, err
	}
	if elements[0].name != "OFX" {
		return File{}, fmt.Errorf("%w: <%s> stands where <OFX> should", ErrFormat, sheet.Excerpt(elements[0].name))
	}
	r := ofxReader{elements: elements, file: File{Format: OFX}}
	return r.readAll()
}

// isOFXContainer names the elements on which a statement rests. SGML closes them too, so one that is not closed is damage.
func isOFXContainer(name string) bool {
	switch name {
	case "OFX", "SIGNONMSGSRSV1", "SONRS", "STATUS", "BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "STMTTRNRS", "CCSTMTTRNRS",
		"STMTRS", "CCSTMTRS", "BANKACCTFROM", "CCACCTFROM", "BANKTRANLIST", "STMTTRN", "LEDGERBAL", "AVAILBAL",
		"INVSTMTMSGSRSV1", "INVSTMTTRNRS", "INVSTMTRS":
		return true
	}
	return false
}

// readAll reads all statements, and makes sure that no transaction of the file was passed over.
func (r *ofxReader) readAll() (File, error) {
	transactions, investments := 0, 0
	for i := 0; i < len(r.elements) && len(r.file.Problems) <= maxProblems; i++ {
		switch r.elements[i].name {
		case "STMTRS", "CCSTMTRS":
			if err := r.readStatement(i); err != nil {
				return File{}, err
			}
		case "STMTTRNRS", "CCSTMTTRNRS", "SONRS":
			r.readStatus(i)
		case "STMTTRN":
			if transactions++; transactions > MaxLines {
				return File{}, tooManyLines()
			}
		case "INVSTMTRS":
			r.file.Warnings = append(r.file.Warnings, "An investment statement was left out.")
			investments++
			i = r.elements[i].end - 1
		}
	}
	switch {
	case len(r.file.Problems) > maxProblems:
		return File{}, tooManyProblems(r.file.Problems)
	case transactions != r.lineNumber:
		return File{}, fmt.Errorf("%w: %d of its %d transactions lie outside of a statement", ErrDamaged, transactions-r.lineNumber, transactions)
	case len(r.file.Statements) > 0:
		return r.file, nil
	case investments > 0:
		return File{}, fmt.Errorf("%w: it holds investment statements only", ErrUnsupported)
	case len(r.file.Problems) > 0:
		return File{}, fmt.Errorf("%w: %s", ErrNoStatement, r.file.Problems[0].Message)
	}
	return File{}, ErrNoStatement
}

// readStatus reports a refusal by the bank, which stands in place of a statement.
func (r *ofxReader) readStatus(response int) {
	status := findChild(r.elements, response, "STATUS")
	if status < 0 || childText(r.elements, status, "SEVERITY") != "ERROR" {
		return
	}
	reason := childText(r.elements, status, "MESSAGE")
	if code := findChild(r.elements, status, "CODE"); code >= 0 {
		r.addProblem(code, 0, strings.TrimSpace("the bank answered with an error: "+sheet.Excerpt(reason)))
	}
}

func (r *ofxReader) readStatement(i int) error {
	s := Statement{CurrencyCode: strings.ToUpper(childText(r.elements, i, "CURDEF"))}
	r.readAccount(&s, i)
	r.checkCurrency(i, s.CurrencyCode)
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
	return r.file.add(s)
}

func (r *ofxReader) readAccount(s *Statement, i int) {
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
		r.addMissingField(i, 0, "ACCTID", "the statement does not say which account it is of")
	}
}

func (r *ofxReader) readTransactionList(s *Statement, list int) {
	for i := range children(r.elements, list) {
		if len(r.file.Problems) > maxProblems {
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
			r.addProblem(i, 0, "a field of a transaction stands outside of one; a transaction may be missing")
		}
	}
}

// readPeriodDate takes a date of zeros for none: so do banks when a period holds no transactions.
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

func (r *ofxReader) readBalance(i int, currency string) *Balance {
	field := findChild(r.elements, i, "BALAMT")
	if field < 0 {
		r.addMissingField(i, 0, "BALAMT", "the balance has no amount")
		return nil
	}
	amount, err := sheet.ParseAmount(sheet.CleanText(r.elements[field].value), currency)
	if err != nil {
		r.addProblem(field, 0, err.Error())
		return nil
	}
	balance := &Balance{Amount: amount}
	if date := findChild(r.elements, i, "DTASOF"); date >= 0 {
		balance.Date = r.readPeriodDate(date)
	}
	return balance
}

func (r *ofxReader) checkCurrency(i int, currency string) {
	if _, err := sheet.ParseAmount("0", currency); err == nil {
		return
	}
	if field := findChild(r.elements, i, "CURDEF"); field >= 0 {
		r.addProblem(field, 0, "the currency is unknown, so no amount of the statement can be read")
		return
	}
	r.addMissingField(i, 0, "CURDEF", "the statement names no currency, so none of its amounts can be read")
}

// addProblem reports what stands in element i.
func (r *ofxReader) addProblem(i, line int, message string) {
	e := r.elements[i]
	r.file.Problems = append(r.file.Problems, Problem{
		Line: line, TextLine: e.line, Field: sheet.Excerpt(e.name), Value: sheet.Excerpt(sheet.CleanText(e.value)), Message: message,
	})
}

// addMissingField reports a field that should stand in element i.
func (r *ofxReader) addMissingField(i, line int, field, message string) {
	r.file.Problems = append(r.file.Problems, Problem{
		Line: line, TextLine: r.elements[i].line, Field: field, Message: message,
	})
}
