package bankfile

import (
	"errors"
	"strings"

	"backoffice/internal/platform/money"
	"backoffice/internal/platform/sheet"
)

// amountMarks are the decimal marks that the amounts of a file show.
type amountMarks struct{ point, comma bool }

// shows reports whether an amount shows a mark as its decimal mark.
func (m amountMarks) shows(mark byte) bool { return mark == '.' && m.point || mark == ',' && m.comma }

// findAmountMarks finds the decimal marks in the amounts of all transactions and balances.
func findAmountMarks(elements []element) (m amountMarks) {
	for _, e := range elements {
		if e.name == "TRNAMT" || e.name == "BALAMT" {
			mark := sheet.DetectDecimalMark([]string{e.value})
			m.point, m.comma = m.point || mark == '.', m.comma || mark == ','
		}
	}
	return m
}

// parse parses an amount. OFX allows a point or a comma as the decimal mark, and no marks of
// thousands (3.2.9.2), but some banks write them nevertheless. A mark before three digits, as in
// 20,000, is of thousands if the amounts of the file show the other mark as the decimal mark. If
// they show both marks, it is ambiguous. If they show none, a point is the decimal mark, and a
// comma is ambiguous.
func (m amountMarks) parse(text, currency string) (int64, error) {
	at := strings.IndexAny(text, ".,")
	if at < 0 || sheet.DetectDecimalMark([]string{text}) != 0 {
		return parsePointAmount(text, currency)
	}
	mark, other := text[at], byte('.')
	if mark == '.' {
		other = ','
	}
	digits, _ := money.Digits(currency)
	isRepeated := strings.IndexByte(text[at+1:], mark) >= 0
	switch {
	case isRepeated, m.shows(other) && !m.shows(mark), mark == ',' && digits == 0:
		return sheet.ParseAmount(text+string(other)+"0", currency)
	case m.shows(mark) && m.shows(other):
		return 0, errors.New("the amount is ambiguous: the file has decimals after points and after commas")
	case m.shows(mark):
		return parsePointAmount(text[:at]+"."+text[at+1:], currency)
	}
	return parsePointAmount(text, currency)
}

// parsePointAmount parses an amount whose only mark is a decimal point, or whose marks are beyond
// doubt.
func parsePointAmount(text, currency string) (int64, error) {
	if whole, fraction, ok := strings.Cut(text, "."); ok && !strings.ContainsAny(text, ",") {
		text = whole
		if fraction != "" {
			text += "." + sheet.PadThreeDecimals(fraction)
		}
	}
	return sheet.ParseAmount(text, currency)
}
