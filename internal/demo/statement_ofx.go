package demo

import (
	"fmt"
	"html"
	"strings"

	"backoffice/internal/platform/calendar"
)

const ofxHeader = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\n" +
	"ENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"

// ofx returns the statement as an OFX (Open Financial Exchange) file in SGML.
func (s statement) ofx() string {
	var b strings.Builder
	fmt.Fprintf(&b,
		ofxHeader+"<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"+
			"<DTSERVER>%s<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\n",
		compactDate(s.last))
	fmt.Fprintf(&b, "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>%s\n",
		currency)
	fmt.Fprintf(&b, "<BANKACCTFROM><BANKID>160000100<ACCTID>%s<ACCTTYPE>CHECKING</BANKACCTFROM>\n", s.account)
	fmt.Fprintf(&b, "<BANKTRANLIST><DTSTART>%s<DTEND>%s\n", compactDate(s.first), compactDate(s.last))
	for n, l := range s.movements {
		fmt.Fprintf(&b, "<STMTTRN><TRNTYPE>%s<DTPOSTED>%s<TRNAMT>%s<FITID>%s", byDirection(l.cents, "CREDIT", "DEBIT"),
			compactDate(s.date(l)), decimal(l.cents), s.reference(n))
		if l.with.name != "" {
			fmt.Fprintf(&b, "<NAME>%s", html.EscapeString(l.with.name))
		}
		if l.with.account != "" {
			fmt.Fprintf(&b, "<BANKACCTTO><BANKID>0<ACCTID>%s<ACCTTYPE>CHECKING</BANKACCTTO>", l.with.account)
		}
		fmt.Fprintf(&b, "<MEMO>%s</STMTTRN>\n", html.EscapeString(l.text))
	}
	fmt.Fprintf(&b,
		"</BANKTRANLIST><LEDGERBAL><BALAMT>%s<DTASOF>%s</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n",
		decimal(s.closing()), compactDate(s.last))
	return b.String()
}

// compactDate formats a date without hyphens.
func compactDate(d calendar.Date) string { return strings.ReplaceAll(d.String(), "-", "") }
