package bankfile

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// isCAMT reports whether a file is an ISO 20022 bank-to-customer message, by its namespace or root.
func isCAMT(head string) bool {
	return strings.Contains(head, "CAMT.05") || strings.Contains(head, "<BKTOCSTMR")
}

// camtReader reads a message token by token. It holds only one entry in memory at a time, and knows
// the line of each problem.
type camtReader struct {
	decoder        *xml.Decoder
	file           statement.File
	current        *statement.Statement
	interim        []*statement.Balance // the first and the last interim balance of the statement
	lineNumber     int
	skippedPending int
	depth          int
	closed         bool // a message was read to its end
}

func readCAMT(ctx context.Context, content []byte) (statement.File, error) {
	text, err := sheet.Decode(content, xmlCharset(content))
	if err != nil {
		return statement.File{}, err
	}
	decoder := xml.NewDecoder(sheet.NewContextReader(ctx, strings.NewReader(text)))
	r := camtReader{decoder: decoder, file: statement.File{Format: statement.CAMT053}}
	// The text is already UTF-8, whatever the XML declaration says.
	r.decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	if err := r.readAll(); err != nil {
		return statement.File{}, err
	}
	if r.skippedPending > 0 {
		r.warn("%d entries that are not booked yet were left out.", r.skippedPending)
	}
	if len(r.file.Statements) == 0 {
		return statement.File{}, statement.ErrNoStatement
	}
	return r.file, nil
}

// xmlCharset returns the encoding of the XML declaration, or "" if there is none.
func xmlCharset(content []byte) string {
	declaration, _, ok := strings.Cut(fileHead(content), "?>")
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
	for {
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) {
			if !r.closed || r.depth > 0 {
				return fmt.Errorf("%w: the message is cut off", statement.ErrCorrupt)
			}
			return nil
		}
		if err != nil {
			return corruptError(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return fmt.Errorf("%w: a markup declaration", statement.ErrUnsupported)
		case xml.StartElement:
			// An element that startElement reads as a whole has no separate end token.
			if r.depth++; r.depth > maxDepth {
				return fmt.Errorf("%w: elements are nested more than %d deep", statement.ErrLimit, maxDepth)
			}
			read, err := r.startElement(t)
			if err != nil {
				return err
			}
			if read {
				r.depth--
			}
		case xml.EndElement:
			r.depth--
			if t.Name.Local == "Stmt" {
				if err := r.endStatement(); err != nil {
					return err
				}
			}
			// An envelope may follow, such as the business message envelope (nvlp.001).
			r.closed = r.closed || t.Name.Local == "Document" || t.Name.Local == "BkToCstmrStmt"
		}
		if err := r.file.CheckLimits(); err != nil {
			return err
		}
	}
}

func corruptError(err error) error {
	return fmt.Errorf("%w: %s", statement.ErrCorrupt, sheet.DescribeDamage(err))
}

// camtVersions matches the namespaces of the supported messages. Some banks omit the namespace.
var camtVersions = regexp.MustCompile(`^(urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.0[2-8])?$`)

// startElement handles the start of an element. It reports whether it read the element as a whole.
// It refuses messages of other kinds.
func (r *camtReader) startElement(t xml.StartElement) (read bool, err error) {
	line, _ := r.decoder.InputPos()
	switch name := t.Name.Local; {
	case name == "BkToCstmrAcctRpt" || name == "BkToCstmrDbtCdtNtfctn":
		const message = "%w: an intraday report or notification (camt.052, camt.054); export the statement (camt.053)"
		return false, fmt.Errorf(message, statement.ErrUnsupported)
	case name == "Document" && !camtVersions.MatchString(t.Name.Space):
		const message = "%w: a message of the kind %.60q; only versions 2 to 8 of camt.053 can be read"
		return false, fmt.Errorf(message, statement.ErrUnsupported, t.Name.Space)
	case name == "Stmt" && r.current != nil:
		return false, fmt.Errorf("%w: a statement begins within another", statement.ErrCorrupt)
	case name == "Stmt":
		r.current = &statement.Statement{}
		return false, nil
	case r.current == nil:
		return false, nil
	}
	return r.readPart(t, line)
}

// readPart reads a part of a statement as a whole. It reports false for parts that are not needed.
func (r *camtReader) readPart(t xml.StartElement, line int) (read bool, err error) {
	switch name := t.Name.Local; {
	case name == "ElctrncSeqNb" || name == "LglSeqNb" && r.current.Number == "":
		var number string
		err = r.decoder.DecodeElement(&number, &t)
		r.current.Number = sheet.CleanText(number)
	case name == "AddtlStmtInf":
		var text string
		err = r.decoder.DecodeElement(&text, &t)
		r.current.AddInformation(text)
	case name == "Acct":
		var a camtAccount
		err = r.decoder.DecodeElement(&a, &t)
		r.current.AccountNumber = sheet.CleanText(cmp.Or(a.IBAN, a.Other))
		r.current.BankCode = sheet.CleanText(cmp.Or(a.BIC, a.BICFI))
		r.current.CurrencyCode = sheet.CleanText(a.Currency)
	case name == "FrToDt":
		var p struct {
			From string `xml:"FrDtTm"`
			To   string `xml:"ToDtTm"`
		}
		err = r.decoder.DecodeElement(&p, &t)
		r.current.From, _ = camtDate{Date: p.From}.parse()
		r.current.To, _ = camtDate{Date: p.To}.parse()
	case name == "Bal":
		var b camtBalance
		if err = r.decoder.DecodeElement(&b, &t); err == nil {
			r.readBalance(b, line)
		}
	case name == "Ntry":
		var e camtEntry
		if err = r.decoder.DecodeElement(&e, &t); err == nil {
			r.readEntry(e, line)
		}
		if r.lineNumber > statement.MaxLines {
			return true, statement.TooManyLines()
		}
	default:
		return false, nil
	}
	if err != nil {
		return true, corruptError(err)
	}
	return true, nil
}

// endStatement adds the current statement to the file.
func (r *camtReader) endStatement() error {
	if r.current == nil {
		return nil
	}
	r.setPageBalances()
	s := *r.current
	r.current, r.interim = nil, nil
	return r.file.Add(s)
}

// readBalance sets a balance of the statement. A balance that cannot be read is a warning, since
// the lines are complete without it.
func (r *camtReader) readBalance(b camtBalance, line int) {
	kind := strings.TrimSpace(b.Kind)
	switch kind {
	case "OPBD", "PRCD", "CLBD", "CLAV", "ITBD":
	default:
		return
	}
	if r.current.CurrencyCode == "" {
		r.current.CurrencyCode = b.Amount.Currency
	}
	amount, err := parseCAMTAmount(b.Amount, b.Indicator)
	if err != nil {
		r.file.WarnOfBalance(kind, b.Amount.Text, line, err.Error())
		return
	}
	if b.Amount.Currency != r.current.CurrencyCode {
		r.warn("A balance in %s was left out of a statement in %s.", sheet.Excerpt(b.Amount.Currency), r.current.CurrencyCode)
		return
	}
	date, err := b.Date.parse()
	if err != nil {
		r.file.WarnOfBalance(kind, cmp.Or(b.Date.Date, b.Date.DateTime), line, "its date "+err.Error())
	}
	r.setBalance(kind, &statement.Balance{Amount: amount, Date: date})
}

// setBalance sets a balance by its kind. A page of a statement begins or ends with an interim
// balance (ITBD): the first is its opening balance if there is no other, and the last its closing
// balance.
func (r *camtReader) setBalance(kind string, balance *statement.Balance) {
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
	case "ITBD":
		r.interim = append(r.interim[:min(len(r.interim), 1)], balance)
	}
}

// setPageBalances sets the balances of a page that are interim balances.
func (r *camtReader) setPageBalances() {
	if len(r.interim) == 0 {
		return
	}
	s, first, last := r.current, r.interim[0], r.interim[len(r.interim)-1]
	switch {
	case s.OpeningBalance == nil && s.LedgerBalance == nil && len(r.interim) > 1:
		s.OpeningBalance, s.LedgerBalance = first, last
	case s.OpeningBalance == nil && s.LedgerBalance != nil:
		s.OpeningBalance = first
	case s.OpeningBalance != nil && s.LedgerBalance == nil:
		s.LedgerBalance = last
	}
}

func (r *camtReader) addProblem(number, line int, field, value, message string) {
	r.file.Problems = append(r.file.Problems, statement.Problem{
		Line: number, TextLine: line, Field: field, Value: sheet.Excerpt(sheet.CleanText(value)), Message: message,
	})
}

func (r *camtReader) warn(format string, args ...any) { r.file.Warn(format, args...) }

// The parts of a camt.053 message that are needed, for versions 2 to 8 (ISO 20022, Bank-to-Customer
// Cash Management). All versions use the same names. Elements that newer versions nest more deeply
// are read in both places.
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

// parse returns the date as the bank wrote it, without the time and the zone: a conversion could
// move a booking to another day. It returns the zero Date if there is none.
func (d camtDate) parse() (calendar.Date, error) {
	text := strings.TrimSpace(cmp.Or(d.Date, d.DateTime))
	if text == "" {
		return calendar.Date{}, nil
	}
	// Such as 2026-01-05, 2026-01-05+01:00, 2026-01-05Z and 2026-01-05T00:00:00 (XML Schema part 2,
	// 3.2.9).
	if len(text) > len("2026-01-05") && strings.ContainsAny(text[10:11], "TZ+-") {
		text = text[:10]
	}
	return datetext.Parse(text, datetext.YearMonthDay)
}
