package main

import (
	"fmt"
	"strings"
	"time"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// bookedLine is a line of a statement that is written in each format.
type bookedLine struct {
	day                      time.Time
	cents                    int64
	merchant, text, bankCode string
}

// amount returns the line's amount with a decimal point and without its sign.
func (l bookedLine) amount() string { return formatCents(max(l.cents, -l.cents)) }

// newBookedLines returns the lines of a busy year: card payments and, once in twenty lines, a
// deposit.
func newBookedLines(n, year int) []bookedLine {
	first := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
	merchants := []string{"Corner Market", "City Parking", "Office Depot", "Blue Bottle Coffee", "Shell", "Rail Tickets"}
	lines := make([]bookedLine, n)
	for i := range lines {
		lines[i] = bookedLine{
			day: first.AddDate(0, 0, i*365/n), cents: -int64(150 + i*7919%90_000),
			merchant: fmt.Sprintf("%s %03d", merchants[i%len(merchants)], i%211),
			text:     fmt.Sprintf("Card payment %06d New York", i), bankCode: fmt.Sprintf("%d%08d", year, i),
		}
		if i%20 == 19 {
			lines[i].cents, lines[i].text = 2_000_000, fmt.Sprintf("Deposit of sales %06d", i)
		}
	}
	return lines
}

// statementFile writes lines in a format.
type statementFile struct {
	format financev1.StatementImport_Format
	write  func(out *strings.Builder, lines []bookedLine)
}

// statementFiles are the formats that can be imported. Each file has balances if the format has
// them.
var statementFiles = []statementFile{
	{financev1.StatementImport_OFX, writeOFX},
	{financev1.StatementImport_MT940, writeMT940},
	{financev1.StatementImport_CAMT053, writeCAMT},
	{financev1.StatementImport_QIF, writeQIF},
	{financev1.StatementImport_CSV, writeCSV},
}

// content returns the file.
func (f statementFile) content(lines []bookedLine) []byte {
	var out strings.Builder
	f.write(&out, lines)
	return []byte(out.String())
}

func writeOFX(out *strings.Builder, lines []bookedLine) {
	out.WriteString("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\n" +
		"<BANKACCTFROM><BANKID>021000021<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM>\n<BANKTRANLIST>" +
		"\n")
	for _, l := range lines {
		kind := "DEBIT"
		if l.cents > 0 {
			kind = "CREDIT"
		}
		fmt.Fprintf(out, "<STMTTRN><TRNTYPE>%s<DTPOSTED>%s<TRNAMT>%s<FITID>%s<NAME>%s<MEMO>%s</STMTTRN>\n", kind,
			l.day.Format("20060102"), formatCents(l.cents), l.bankCode, l.merchant, l.text)
	}
	fmt.Fprintf(out, "</BANKTRANLIST><LEDGERBAL><BALAMT>%s<DTASOF>%s</LEDGERBAL></STMTRS></STMTTRNRS>"+
		"</BANKMSGSRSV1></OFX>\n", formatCents(total(lines)), lastDay(lines).Format("20060102"))
}

func writeMT940(out *strings.Builder, lines []bookedLine) {
	fmt.Fprintf(out, ":20:STATEMENT\r\n:25:12345678\r\n:28C:1/1\r\n:60F:C%sUSD0,00\r\n", lines[0].day.Format("060102"))
	comma := strings.NewReplacer(".", ",")
	for _, l := range lines {
		fmt.Fprintf(out, ":61:%s%s%sNTRFNONREF//%s\r\n:86:%s %s\r\n", l.day.Format("0601020102"),
			creditOrDebit(l.cents, "C", "D"), comma.Replace(l.amount()), l.bankCode, l.merchant, l.text)
	}
	fmt.Fprintf(out, ":62F:%s%sUSD%s\r\n-\r\n", creditOrDebit(total(lines), "C", "D"), lastDay(lines).Format("060102"),
		comma.Replace(bookedLine{cents: total(lines)}.amount()))
}

func writeCAMT(out *strings.Builder, lines []bookedLine) {
	balance := func(code string, day time.Time, cents int64) {
		fmt.Fprintf(out, `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="USD">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`+
			"<Dt><Dt>%s</Dt></Dt></Bal>\n", code, bookedLine{cents: cents}.amount(), creditOrDebit(cents, "CRDT", "DBIT"),
			day.Format(time.DateOnly))
	}
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` +
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">` +
		"<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id><ElctrncSeqNb>1</ElctrncSeqNb>" +
		"<Acct><Id><Othr><Id>12345678</Id></Othr></Id><Ccy>USD</Ccy></Acct>\n")
	balance("OPBD", lines[0].day, 0)
	balance("CLBD", lastDay(lines), total(lines))
	for _, l := range lines {
		party := creditOrDebit(l.cents, "Dbtr", "Cdtr")
		fmt.Fprintf(out, `<Ntry><Amt Ccy="USD">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts>`+
			"<BookgDt><Dt>%s</Dt></BookgDt><AcctSvcrRef>%s</AcctSvcrRef><NtryDtls><TxDtls>"+
			"<RltdPties><%s><Nm>%s</Nm></%s></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n",
			l.amount(), creditOrDebit(l.cents, "CRDT", "DBIT"), l.day.Format(time.DateOnly), l.bankCode, party, l.merchant,
			party, l.text)
	}
	out.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
}

func writeQIF(out *strings.Builder, lines []bookedLine) {
	out.WriteString("!Type:Bank\n")
	for _, l := range lines {
		fmt.Fprintf(out, "D%s\nT%s\nP%s\nM%s\n^\n", l.day.Format("01/02/2006"), formatCents(l.cents), l.merchant, l.text)
	}
}

func writeCSV(out *strings.Builder, lines []bookedLine) {
	out.WriteString("Date,Payee,Description,Amount,Balance,Reference\n")
	var balance int64
	for _, l := range lines {
		balance += l.cents
		fmt.Fprintf(out, "%s,%s,%s,%s,%s,%s\n", l.day.Format(time.DateOnly), l.merchant, l.text, formatCents(l.cents),
			formatCents(balance), l.bankCode)
	}
}

// total returns the sum of the lines.
func total(lines []bookedLine) (sum int64) {
	for _, l := range lines {
		sum += l.cents
	}
	return sum
}

// lastDay returns the day of the last line.
func lastDay(lines []bookedLine) time.Time { return lines[len(lines)-1].day }

// creditOrDebit returns the code of a format for money in or money out.
func creditOrDebit(cents int64, credit, debit string) string {
	if cents < 0 {
		return debit
	}
	return credit
}

// formatCents returns cents as a decimal number.
func formatCents(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}
