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
		Number:              r.number,
		BankReference:       valueOf(r.elements, i, "FITID"),
		Kind:                strings.ToUpper(valueOf(r.elements, i, "TRNTYPE")),
		CounterpartyName:    r.readName(i),
		CounterpartyAccount: r.readOther(i),
		Description:         valueOf(r.elements, i, "MEMO"),
		CheckNumber:         valueOf(r.elements, i, "CHECKNUM"),
	}
	// Some banks fill the field in every line; there is no check number 0.
	if strings.Trim(line.CheckNumber, "0") == "" {
		line.CheckNumber = ""
	}
	r.readBooking(&line, i)
	r.readAmount(&line, i, currency)
	r.readCurrencies(&line, i, currency)
	r.checkSingle(i)
	return line, len(r.file.Problems) == before
}

// readName finds the counterparty in one of the places that OFX has for it, or as the bare text of PAYEE, which it has not.
func (r *ofxReader) readName(i int) string {
	if name := valueOf(r.elements, i, "NAME"); name != "" {
		return name
	}
	if payee := find(r.elements, i, "PAYEE"); payee >= 0 {
		if name := valueOf(r.elements, payee, "NAME") + sheet.Clean(r.elements[payee].value); name != "" {
			return name
		}
	}
	return valueOf(r.elements, i, "EXTDNAME")
}

// readOther finds the other account of a transfer, which is a bank's or a card's.
func (r *ofxReader) readOther(i int) string {
	for _, name := range []string{"BANKACCTTO", "CCACCTTO"} {
		if to := find(r.elements, i, name); to >= 0 {
			return valueOf(r.elements, to, "ACCTID")
		}
	}
	return ""
}

func (r *ofxReader) readBooking(line *Line, i int) {
	field := find(r.elements, i, "DTPOSTED")
	if field < 0 {
		r.missing(i, r.number, "DTPOSTED", "the transaction has no date")
		return
	}
	date, err := parseOFXDate(sheet.Clean(r.elements[field].value))
	if err != nil {
		r.problem(field, r.number, err.Error())
	}
	line.Date = date
}

func (r *ofxReader) readAmount(line *Line, i int, currency string) {
	field := find(r.elements, i, "TRNAMT")
	if field < 0 {
		r.missing(i, r.number, "TRNAMT", "the transaction has no amount")
		return
	}
	amount, err := sheet.ParseAmount(sheet.Clean(r.elements[field].value), currency)
	if err != nil {
		r.problem(field, r.number, err.Error())
	}
	line.Amount = amount
}

// readCurrencies: in CURRENCY the amount itself is in another currency (OFX 2.2, 5.2), and to convert it would be to
// guess what the bank booked; in ORIGCURRENCY the bank has converted it.
func (r *ofxReader) readCurrencies(line *Line, i int, currency string) {
	if foreign := find(r.elements, i, "CURRENCY"); foreign >= 0 {
		if symbol := find(r.elements, foreign, "CURSYM"); symbol >= 0 {
			foreign = symbol
		}
		if !strings.EqualFold(sheet.Clean(r.elements[foreign].value), currency) {
			r.problem(foreign, r.number, "the amount is in another currency than the statement")
		}
	}
	if original := find(r.elements, i, "ORIGCURRENCY"); original >= 0 {
		line.OriginalCurrencyCode = strings.ToUpper(valueOf(r.elements, original, "CURSYM"))
		line.OriginalRate = valueOf(r.elements, original, "CURRATE")
	}
}

// checkSingle reports a transaction that has a field twice, as one does when the end of a transaction and the beginning
// of the next were lost together.
func (r *ofxReader) checkSingle(i int) {
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
			r.problem(j, r.number, "the transaction has this field twice; two transactions may have run together")
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
	return plausible(date)
}
