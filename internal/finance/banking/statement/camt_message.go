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
	camtParty struct {
		Name  string `xml:"Nm"`
		Inner string `xml:"Pty>Nm"`
	}
	camtPartyAccount struct {
		IBAN  string `xml:"Id>IBAN"`
		Other string `xml:"Id>Othr>Id"`
	}
	camtCode struct {
		Domain      string `xml:"Domn>Fmly>SubFmlyCd"`
		Proprietary string `xml:"Prtry>Cd"`
	}
	camtStatus struct {
		Text string `xml:",chardata"`
		Code string `xml:"Cd"`
	}
	camtEntry struct {
		Amount         camtAmount        `xml:"Amt"`
		Indicator      string            `xml:"CdtDbtInd"`
		Status         camtStatus        `xml:"Sts"`
		BookingDate    camtDate          `xml:"BookgDt"`
		ValueDate      camtDate          `xml:"ValDt"`
		Reference      string            `xml:"AcctSvcrRef"`
		Code           camtCode          `xml:"BkTxCd"`
		AdditionalInfo string            `xml:"AddtlNtryInf"`
		Details        []camtTransaction `xml:"NtryDtls>TxDtls"`
	}
	camtTransaction struct {
		Reference       string           `xml:"Refs>AcctSvcrRef"`
		EndToEnd        string           `xml:"Refs>EndToEndId"`
		Check           string           `xml:"Refs>ChqNb"`
		Amount          camtAmount       `xml:"Amt"`
		AmountInDetails camtAmount       `xml:"AmtDtls>TxAmt>Amt"`
		Indicator       string           `xml:"CdtDbtInd"`
		Debtor          camtParty        `xml:"RltdPties>Dbtr"`
		DebtorAccount   camtPartyAccount `xml:"RltdPties>DbtrAcct"`
		Creditor        camtParty        `xml:"RltdPties>Cdtr"`
		CreditorAccount camtPartyAccount `xml:"RltdPties>CdtrAcct"`
		Unstructured    []string         `xml:"RmtInf>Ustrd"`
		Structured      []string         `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
		AdditionalInfo  string           `xml:"AddtlTxInf"`
	}
)

// transactionAmounts returns the amounts of a batch's transactions, or nil if they do not add up to the
// entry's amount.
func (e camtEntry) transactionAmounts(whole int64) (parts []int64) {
	var sum int64
	for _, d := range e.Details {
		amount := d.Amount
		if amount.Text == "" {
			amount = d.AmountInDetails
		}
		minor, err := parseCAMTAmount(amount, cmp.Or(d.Indicator, e.Indicator))
		if err != nil || amount.Currency != e.Amount.Currency {
			return nil
		}
		parts = append(parts, minor)
		sum += minor
	}
	if sum != whole {
		return nil
	}
	return parts
}

// applyTo returns the line with the counterparty, the references and the description of the transaction.
func (d camtTransaction) applyTo(l Line) Line {
	party, account := d.Creditor, d.CreditorAccount
	if l.Amount > 0 {
		party, account = d.Debtor, d.DebtorAccount
	}
	l.CounterpartyName = sheet.CleanText(cmp.Or(party.Name, party.Inner))
	l.CounterpartyAccount = sheet.CleanText(cmp.Or(account.IBAN, account.Other))
	l.BankReference = sheet.CleanText(cmp.Or(d.Reference, l.BankReference))
	l.CheckNumber = sheet.CleanText(d.Check)
	l.Description = sheet.CleanText(cmp.Or(strings.Join(d.Unstructured, " "), strings.Join(d.Structured, " "),
		d.AdditionalInfo, l.Description, d.EndToEnd))
	return l
}

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

// parse returns the date, or the zero Date if it is missing or invalid.
func (d camtDate) parse() calendar.Date {
	date, err := parseDate(cmp.Or(d.Date, d.DateTime), YearMonthDay)
	if err != nil {
		return calendar.Date{}
	}
	return date
}
