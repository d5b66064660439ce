package statement

import (
	"cmp"
	"errors"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// The parts of a camt.053 message that are needed, for versions 2 to 8 (ISO 20022, Bank-to-Customer Cash
// Management). All versions use the same names. Elements that newer versions nest more deeply are read
// in both places.
type (
	camtAmount struct {
		Currency string `xml:"Ccy,attr"`
		Text     string `xml:",chardata"`
	}
	camtDate struct {
		Date     string `xml:"Dt"`
		DateTime string `xml:"DtTm"`
	}
	camtAccount struct {
		IBAN     string `xml:"Id>IBAN"`
		Other    string `xml:"Id>Othr>Id"`
		Currency string `xml:"Ccy"`
		BIC      string `xml:"Svcr>FinInstnId>BIC"`
		BICFI    string `xml:"Svcr>FinInstnId>BICFI"`
	}
	camtBalance struct {
		Kind      string     `xml:"Tp>CdOrPrtry>Cd"`
		Amount    camtAmount `xml:"Amt"`
		Indicator string     `xml:"CdtDbtInd"`
		Date      camtDate   `xml:"Dt"`
	}
)

// parseCAMTAmount returns an amount with its sign: CRDT is money in, even for a reversal.
func parseCAMTAmount(a camtAmount, indicator string) (int64, error) {
	text := strings.TrimSpace(a.Text)
	if whole, fraction, ok := strings.Cut(text, "."); ok {
		text = whole + "." + sheet.PadThreeDecimals(fraction)
	}
	if strings.ContainsAny(text, ",+-") {
		return 0, errors.New("is not an amount")
	}
	minor, err := sheet.ParseAmount(text, a.Currency)
	switch strings.TrimSpace(indicator) {
	case "CRDT":
		return minor, err
	case "DBIT":
		return -minor, err
	}
	return 0, errors.New("the amount is neither credit nor debit")
}

// parse returns the date as the bank wrote it, without the time and the zone: a conversion could move a
// booking to another day. It returns the zero Date if there is none.
func (d camtDate) parse() (calendar.Date, error) {
	text := strings.TrimSpace(cmp.Or(d.Date, d.DateTime))
	if text == "" {
		return calendar.Date{}, nil
	}
	// Such as 2026-01-05, 2026-01-05+01:00, 2026-01-05Z and 2026-01-05T00:00:00 (XML Schema part 2, 3.2.9).
	if len(text) > len("2026-01-05") && strings.ContainsAny(text[10:11], "TZ+-") {
		text = text[:10]
	}
	return parseDate(text, YearMonthDay)
}
