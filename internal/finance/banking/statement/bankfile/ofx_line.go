package bankfile

import (
	"cmp"
	"errors"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// readLine reads a transaction. It adds all problems of the transaction to the file, and returns
// false if there are any.
func (r *ofxReader) readLine(i int, currency string) (statement.Line, bool) {
	before := len(r.file.Problems)
	line := statement.Line{
		Number:              r.lineNumber,
		BankReference:       childText(r.elements, i, "FITID"),
		Kind:                strings.ToUpper(childText(r.elements, i, "TRNTYPE")),
		CounterpartyName:    r.readCounterpartyName(i),
		CounterpartyAccount: r.readCounterpartyAccount(i),
		Description:         childText(r.elements, i, "MEMO"),
		CheckNumber:         childText(r.elements, i, "CHECKNUM"),
		CorrectedReference:  childText(r.elements, i, "CORRECTFITID"),
	}
	// Some banks write the text of the line as the name.
	line.Description = cmp.Or(line.Description, line.CounterpartyName)
	// Some banks fill the field in every line with zeros; check number 0 does not exist.
	if strings.Trim(line.CheckNumber, "0") == "" {
		line.CheckNumber = ""
	}
	r.readPostingDate(&line, i)
	r.readAmount(&line, i, currency)
	r.readCurrencies(&line, i, currency)
	r.checkRepeatedFields(i)
	r.addDetails(&line, i)
	return line, len(r.file.Problems) == before
}

// readCounterpartyName returns the counterparty from one of the fields for it. Some banks write the
// name directly into PAYEE, which the standard does not allow.
func (r *ofxReader) readCounterpartyName(i int) string {
	if name := childText(r.elements, i, "NAME"); name != "" {
		return name
	}
	if payee := findChild(r.elements, i, "PAYEE"); payee >= 0 {
		if name := childText(r.elements, payee, "NAME") + sheet.CleanText(r.elements[payee].value); name != "" {
			return name
		}
	}
	return childText(r.elements, i, "EXTDNAME")
}

// readCounterpartyAccount returns the other account of a transfer, a bank account or a card.
func (r *ofxReader) readCounterpartyAccount(i int) string {
	for _, name := range []string{"BANKACCTTO", "CCACCTTO"} {
		if to := findChild(r.elements, i, name); to >= 0 {
			return childText(r.elements, to, "ACCTID")
		}
	}
	return ""
}

func (r *ofxReader) readPostingDate(line *statement.Line, i int) {
	field := findChild(r.elements, i, "DTPOSTED")
	if field < 0 {
		r.addMissingField(i, r.lineNumber, "DTPOSTED", "the transaction has no date")
		return
	}
	date, err := parseOFXDate(sheet.CleanText(r.elements[field].value))
	if err != nil {
		r.addProblem(field, r.lineNumber, err.Error())
	}
	line.Date = date
}

func (r *ofxReader) readAmount(line *statement.Line, i int, currency string) {
	field := findChild(r.elements, i, "TRNAMT")
	if field < 0 {
		r.addMissingField(i, r.lineNumber, "TRNAMT", "the transaction has no amount")
		return
	}
	amount, err := r.marks.parse(sheet.CleanText(r.elements[field].value), currency)
	if err != nil {
		r.addProblem(field, r.lineNumber, err.Error())
	}
	line.Amount = amount
}

// readCurrencies reads CURRENCY and ORIGCURRENCY (OFX 2.2, 5.2). With CURRENCY the amount itself is
// in another currency. That is a problem, because a conversion would only guess what the bank
// booked. With ORIGCURRENCY the bank has converted the amount.
func (r *ofxReader) readCurrencies(line *statement.Line, i int, currency string) {
	if foreign := findChild(r.elements, i, "CURRENCY"); foreign >= 0 {
		if symbol := findChild(r.elements, foreign, "CURSYM"); symbol >= 0 {
			foreign = symbol
		}
		if !strings.EqualFold(sheet.CleanText(r.elements[foreign].value), currency) {
			r.addProblem(foreign, r.lineNumber, "the amount is not in the currency of the statement")
		}
	}
	if original := findChild(r.elements, i, "ORIGCURRENCY"); original >= 0 {
		line.OriginalCurrencyCode = strings.ToUpper(childText(r.elements, original, "CURSYM"))
		line.OriginalRate = childText(r.elements, original, "CURRATE")
	}
}

// checkRepeatedFields reports a transaction that has a field twice. This happens if a file lost the
// end of a transaction together with the beginning of the next one.
func (r *ofxReader) checkRepeatedFields(i int) {
	var seen [3]bool
	for j := range children(r.elements, i) {
		at := -1
		switch r.elements[j].name {
		case "DTPOSTED":
			at = 0
		case "TRNAMT":
			at = 1
		case "FITID":
			at = 2
		}
		if at < 0 {
			continue
		}
		if seen[at] {
			r.addProblem(j, r.lineNumber, "the transaction has this field twice; it may be two transactions")
		}
		seen[at] = true
	}
}

// addDetails adds all fields of the transaction that are not in a field of the line.
func (r *ofxReader) addDetails(line *statement.Line, i int) {
	for j := i + 1; j < r.elements[i].end; j++ {
		switch e := r.elements[j]; e.name {
		case "TRNTYPE", "DTPOSTED", "TRNAMT", "FITID", "CORRECTFITID", "CHECKNUM":
		case "CURRENCY", "ORIGCURRENCY":
			j = e.end - 1
		default:
			line.AddDetail(sheet.Excerpt(e.name), e.value)
		}
	}
}

// parseOFXDate returns the day of YYYYMMDD[HHMMSS[.XXX]][[offset:zone]]. It ignores the time and
// the zone: the day is the one that the bank shows to its customer. A conversion to another zone
// could move a booking at midnight to the day before.
func parseOFXDate(value string) (calendar.Date, error) {
	const longest = 40
	if len(value) < 8 || len(value) > longest {
		return calendar.Date{}, errors.New("the date is not of the form 20261121")
	}
	if strings.Trim(value[8:], "0123456789.,:+-[] /ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
		return calendar.Date{}, errors.New("the date is not followed by a valid time")
	}
	date, err := calendar.ParseCompactDate(value[:8])
	if err != nil {
		return calendar.Date{}, err
	}
	return datetext.CheckPlausible(date)
}
