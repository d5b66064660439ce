package statement

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/sheet"
)

// isCAMT recognises an ISO 20022 bank-to-customer message by its namespace or root.
func isCAMT(head string) bool {
	return strings.Contains(head, "CAMT.05") || strings.Contains(head, "<BKTOCSTMR")
}

// The parts of a camt.053 message that are read, of version 2 to 8: names are the same, and what became deeper is read in
// both places (ISO 20022, Bank-to-Customer Cash Management).
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
	camtCode struct {
		Domain      string `xml:"Domn>Fmly>SubFmlyCd"`
		Proprietary string `xml:"Prtry>Cd"`
	}
	camtStatus struct {
		Text string `xml:",chardata"`
		Code string `xml:"Cd"`
	}
	camtEntry struct {
		Amount    camtAmount        `xml:"Amt"`
		Indicator string            `xml:"CdtDbtInd"`
		Status    camtStatus        `xml:"Sts"`
		Booked    camtDate          `xml:"BookgDt"`
		Value     camtDate          `xml:"ValDt"`
		Reference string            `xml:"AcctSvcrRef"`
		Code      camtCode          `xml:"BkTxCd"`
		More      string            `xml:"AddtlNtryInf"`
		Details   []camtTransaction `xml:"NtryDtls>TxDtls"`
	}
	camtTransaction struct {
		Reference    string     `xml:"Refs>AcctSvcrRef"`
		EndToEnd     string     `xml:"Refs>EndToEndId"`
		Check        string     `xml:"Refs>ChqNb"`
		Amount       camtAmount `xml:"Amt"`
		InDetails    camtAmount `xml:"AmtDtls>TxAmt>Amt"`
		Indicator    string     `xml:"CdtDbtInd"`
		Debtor       camtParty  `xml:"RltdPties>Dbtr"`
		Creditor     camtParty  `xml:"RltdPties>Cdtr"`
		Unstructured []string   `xml:"RmtInf>Ustrd"`
		Structured   []string   `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
		More         string     `xml:"AddtlTxInf"`
	}
)

// camtReader reads a message token by token, so that a problem knows its line and no more than one entry is held.
type camtReader struct {
	decoder *xml.Decoder
	file    File
	current *Statement
	number  int
	pending int
}

func readCAMT(content []byte) (File, error) {
	text, err := sheet.Decode(content, xmlCharset(content))
	if err != nil {
		return File{}, err
	}
	r := camtReader{decoder: xml.NewDecoder(strings.NewReader(text)), file: File{Format: CAMT053}}
	// The text is UTF-8 by now, whatever it says of itself.
	r.decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	if err := r.readAll(); err != nil {
		return File{}, err
	}
	if r.pending > 0 {
		r.file.Warnings = append(r.file.Warnings, fmt.Sprintf("%d entries that are not booked yet were left out.", r.pending))
	}
	if len(r.file.Statements) == 0 {
		return File{}, ErrNoStatement
	}
	return r.file, nil
}

// xmlCharset is the encoding that an XML declaration names.
func xmlCharset(content []byte) string {
	declaration, _, ok := strings.Cut(head(content), "?>")
	if !ok {
		return ""
	}
	_, after, ok := strings.Cut(declaration, "encoding=")
	if !ok || len(after) < 2 {
		return ""
	}
	name, _, _ := strings.Cut(after[1:], after[:1])
	return name
}

func (r *camtReader) readAll() error {
	closed := false
	for {
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) {
			if !closed {
				return fmt.Errorf("%w: the message does not end", ErrMutilated)
			}
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return fmt.Errorf("%w: a markup declaration", ErrUnsupported)
		case xml.StartElement:
			if err := r.start(t); err != nil {
				return err
			}
		case xml.EndElement:
			if t.Name.Local == "Stmt" {
				r.end()
			}
			closed = t.Name.Local == "Document" || t.Name.Local == "BkToCstmrStmt"
		}
		if len(r.file.Problems) > maxProblems {
			return tooManyProblems(r.file.Problems)
		}
	}
}

func damaged(err error) error { return fmt.Errorf("%w: %s", ErrMutilated, sheet.Excerpt(err.Error())) }

// start reads an element of a statement, and refuses messages of other kinds.
func (r *camtReader) start(t xml.StartElement) error {
	line, _ := r.decoder.InputPos()
	switch name := t.Name.Local; {
	case name == "BkToCstmrAcctRpt" || name == "BkToCstmrDbtCdtNtfctn":
		return fmt.Errorf("%w: an intraday report or notification (camt.052, camt.054); export the statement, camt.053", ErrUnsupported)
	case name == "Stmt":
		r.current = &Statement{}
	case r.current == nil:
	case name == "ElctrncSeqNb" || name == "LglSeqNb" && r.current.Number == "":
		var number string
		if err := r.decoder.DecodeElement(&number, &t); err != nil {
			return damaged(err)
		}
		r.current.Number = sheet.Clean(number)
	case name == "Acct":
		var a camtAccount
		if err := r.decoder.DecodeElement(&a, &t); err != nil {
			return damaged(err)
		}
		r.current.AccountNumber = sheet.Clean(cmp.Or(a.IBAN, a.Other))
		r.current.BankCode = sheet.Clean(cmp.Or(a.BIC, a.BICFI))
		r.current.CurrencyCode = sheet.Clean(a.Currency)
	case name == "FrToDt":
		var p struct {
			From string `xml:"FrDtTm"`
			To   string `xml:"ToDtTm"`
		}
		if err := r.decoder.DecodeElement(&p, &t); err != nil {
			return damaged(err)
		}
		r.current.From, _ = parseDate(p.From, YearMonthDay)
		r.current.To, _ = parseDate(p.To, YearMonthDay)
	case name == "Bal":
		var b camtBalance
		if err := r.decoder.DecodeElement(&b, &t); err != nil {
			return damaged(err)
		}
		r.readBalance(b, line)
	case name == "Ntry":
		var e camtEntry
		if err := r.decoder.DecodeElement(&e, &t); err != nil {
			return damaged(err)
		}
		r.readEntry(e, line)
	}
	return nil
}

func (r *camtReader) end() {
	if r.current != nil {
		r.file.Statements = append(r.file.Statements, *r.current)
		r.current = nil
	}
}

func (r *camtReader) readBalance(b camtBalance, line int) {
	kind := strings.TrimSpace(b.Kind)
	if kind != "OPBD" && kind != "PRCD" && kind != "CLBD" && kind != "CLAV" {
		return
	}
	if r.current.CurrencyCode == "" {
		r.current.CurrencyCode = b.Amount.Currency
	}
	if b.Amount.Currency != r.current.CurrencyCode {
		r.file.Warnings = append(r.file.Warnings, fmt.Sprintf("A balance in %s was left out of a statement in %s.", sheet.Excerpt(b.Amount.Currency), r.current.CurrencyCode))
		return
	}
	amount, err := camtMinor(b.Amount, b.Indicator)
	if err != nil {
		r.problem(0, line, "Bal", b.Amount.Text, err.Error())
		return
	}
	balance := &Balance{Amount: amount, Date: b.Date.date()}
	switch kind {
	case "CLBD":
		r.current.LedgerBalance = balance
	case "CLAV":
		r.current.AvailableBalance = balance
	case "OPBD":
		r.current.OpeningBalance = balance
	case "PRCD":
		if r.current.OpeningBalance == nil {
			r.current.OpeningBalance = balance
		}
	}
}

// readEntry makes a line of an entry, or of each transaction of a batch where all say their own amount.
func (r *camtReader) readEntry(e camtEntry, line int) {
	if status := strings.TrimSpace(cmp.Or(e.Status.Code, e.Status.Text)); status != "BOOK" {
		r.pending++
		return
	}
	r.number++
	whole, err := camtMinor(e.Amount, e.Indicator)
	if err == nil && r.current.CurrencyCode == "" {
		r.current.CurrencyCode = e.Amount.Currency
	}
	switch {
	case err != nil:
		r.problem(r.number, line, "Amt", e.Amount.Text, err.Error())
		return
	case e.Amount.Currency != r.current.CurrencyCode:
		r.problem(r.number, line, "Amt", e.Amount.Currency, "the amount is in another currency than the statement")
		return
	}
	date := e.Booked.date()
	if date.IsZero() {
		date = e.Value.date()
	}
	if date.IsZero() {
		r.problem(r.number, line, "BookgDt", "", "the entry has no date")
		return
	}
	first := Line{
		Number: r.number, BankReference: sheet.Clean(e.Reference), Date: date, Amount: whole,
		Kind: sheet.Clean(cmp.Or(e.Code.Domain, e.Code.Proprietary)), Description: sheet.Clean(e.More),
	}
	if parts := e.parts(whole); len(parts) > 1 {
		for i, minor := range parts {
			l := first
			if i > 0 {
				r.number++
				l.Number = r.number
			}
			l.Amount = minor
			r.current.Lines = append(r.current.Lines, e.Details[i].describe(l))
		}
		return
	}
	if len(e.Details) == 1 {
		first = e.Details[0].describe(first)
	}
	r.current.Lines = append(r.current.Lines, first)
}

// parts are the amounts of a batch's transactions if they add up to it, or nil.
func (e camtEntry) parts(whole int64) (parts []int64) {
	var sum int64
	for _, d := range e.Details {
		amount := d.Amount
		if amount.Text == "" {
			amount = d.InDetails
		}
		minor, err := camtMinor(amount, cmp.Or(d.Indicator, e.Indicator))
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

// describe adds what a transaction says of itself: with whom, and for what.
func (d camtTransaction) describe(l Line) Line {
	party := d.Creditor
	if l.Amount > 0 {
		party = d.Debtor
	}
	l.CounterpartyName = sheet.Clean(cmp.Or(party.Name, party.Inner))
	l.BankReference = sheet.Clean(cmp.Or(d.Reference, l.BankReference))
	l.CheckNumber = sheet.Clean(d.Check)
	l.Description = sheet.Clean(cmp.Or(strings.Join(d.Unstructured, " "), strings.Join(d.Structured, " "), d.More, l.Description, d.EndToEnd))
	return l
}

// camtMinor is an amount with its sign: CRDT is money in, also on a reversal.
func camtMinor(a camtAmount, indicator string) (int64, error) {
	text := strings.TrimSpace(a.Text)
	if whole, fraction, ok := strings.Cut(text, "."); ok {
		text = whole + "." + sheet.Unmistaken(fraction)
	}
	if strings.ContainsAny(text, ",+-") {
		return 0, errors.New("is no amount")
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

func (d camtDate) date() calendar.Date {
	date, err := parseDate(cmp.Or(d.Date, d.DateTime), YearMonthDay)
	if err != nil {
		return calendar.Date{}
	}
	return date
}

func (r *camtReader) problem(number, line int, field, value, message string) {
	r.file.Problems = append(r.file.Problems, Problem{Line: number, TextLine: line, Field: field, Value: sheet.Excerpt(sheet.Clean(value)), Message: message})
}
