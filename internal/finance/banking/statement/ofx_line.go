package statement

import (
	"errors"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// readLine reads one transaction. All that is wrong with it is reported, and then it is no line.
func (r *ofxReader) readLine(i int, currency string) (Line, bool) {
	before := len(r.file.Problems)
	line := Line{
		Number:              r.lineNumber,
		BankReference:       childText(r.elements, i, "FITID"),
		Kind:                strings.ToUpper(childText(r.elements, i, "TRNTYPE")),
		CounterpartyName:    r.readCounterpartyName(i),
		CounterpartyAccount: r.readCounterpartyAccount(i),
		Description:         childText(r.elements, i, "MEMO"),
		CheckNumber:         childText(r.elements, i, "CHECKNUM"),
	}
	// Some banks fill the field in every line; there is no check number 0.
	if strings.Trim(line.CheckNumber, "0") == "" {
		line.CheckNumber = ""
	}
	r.readPostingDate(&line, i)
	r.readAmount(&line, i, currency)
	r.readCurrencies(&line, i, currency)
	r.checkRepeatedFields(i)
	return line, len(r.file.Problems) == before
}

// readCounterpartyName finds the counterparty in one of the places that OFX has for it, or as the bare text of PAYEE, which it has not.
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

// readCounterpartyAccount finds the other account of a transfer, which is a bank's or a card's.
func (r *ofxReader) readCounterpartyAccount(i int) string {
	for _, name := range []string{"BANKACCTTO", "CCACCTTO"} {
		if to := findChild(r.elements, i, name); to >= 0 {
			return childText(r.elements, to, "ACCTID")
		}
	}
	return ""
}

func (r *ofxReader) readPostingDate(line *Line, i int) {
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

func (r *ofxReader) readAmount(line *Line, i int, currency string) {
	field := findChild(r.elements, i, "TRNAMT")
	if field < 0 {
		r.addMissingField(i, r.lineNumber, "TRNAMT", "the transaction has no amount")
		return
	}
	amount, err := sheet.ParseAmount(sheet.CleanText(r.elements[field].value), currency)
	if err != nil {
		r.addProblem(field, r.lineNumber, err.Error())
	}
	line.Amount = amount
}

// readCurrencies: in CURRENCY the amount itself is in another currency (OFX 2.2, 5.2), and to convert it would be to
// guess what the bank booked; in ORIGCURRENCY the bank has converted it.
func (r *ofxReader) readCurrencies(line *Line, i int, currency string) {
	if foreign := findChild(r.elements, i, "CURRENCY"); foreign >= 0 {
		if symbol := findChild(r.elements, foreign, "CURSYM"); symbol >= 0 {
			foreign = symbol
		}
		if !strings.EqualFold(sheet.CleanText(r.elements[foreign].value), currency) {
			r.addProblem(foreign, r.lineNumber, "the amount is in another currency than the statement")
		}
	}
	if original := findChild(r.elements, i, "ORIGCURRENCY"); original >= 0 {
		line.OriginalCurrencyCode = strings.ToUpper(childText(r.elements, original, "CURSYM"))
		line.OriginalRate = childText(r.elements, original, "CURRATE")
	}
}

// checkRepeatedFields reports a transaction that has a field twice, as one does when the end of a transaction and the beginning
// of the next were lost together.
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
			r.addProblem(j, r.lineNumber, "the transaction has this field twice; two transactions may have run together")
		}
		seen[at] = true
	}
}

// parseOFXDate reads the day from YYYYMMDD[HHMMSS[.XXX]][[offset:zone]]. The hour and the zone are left aside: the day is
// the one that the bank shows its customer, and moving it to another zone would move midnight bookings to the day before.
func parseOFXDate(value string) (calendar.Date, error) {
	const longest = 40
	if len(value) < 8 || len(value) > longest {
		return calendar.Date{}, errors.New("the date is not of the form 20261121")
	}
	if strings.Trim(value[8:], "0123456789.,:+-[] /ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
		return calendar.Date{}, errors.New("the date is followed by something that is no time")
	}
	date, err := calendar.ParseCompactDate(value[:8])
	if err != nil {
		return calendar.Date{}, err
	}
	return checkPlausible(date)
}
