package demo

import (
	"fmt"
	"html"
	"strings"

	"backoffice/internal/platform/calendar"
)

// camt returns the statement as an ISO 20022 message, camt.053 version 2.
func (s statement) camt() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>` + "\n")
	fmt.Fprintf(&b, "<GrpHdr><MsgId>%s</MsgId><CreDtTm>%sT23:00:00</CreDtTm></GrpHdr>\n", s.reference(0), s.last)
	fmt.Fprintf(&b,
		"<Stmt><Id>%s</Id><ElctrncSeqNb>%d</ElctrncSeqNb>"+
			"<FrToDt><FrDtTm>%sT00:00:00</FrDtTm><ToDtTm>%sT23:59:59</ToDtTm></FrToDt>\n",
		s.reference(0), s.number, s.first, s.last)
	fmt.Fprintf(&b, "<Acct><Id><Othr><Id>%s</Id></Othr></Id><Ccy>%s</Ccy></Acct>\n", s.account, currency)
	b.WriteString(camtBalance("OPBD", s.opening, s.first) + camtBalance("CLBD", s.closing(), s.last))
	for n, l := range s.movements {
		fmt.Fprintf(&b, `<Ntry><Amt Ccy="%s">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts>`+
			`<BookgDt><Dt>%s</Dt></BookgDt><AcctSvcrRef>%s</AcctSvcrRef>`,
			currency, unsigned(l.cents), byDirection(l.cents, "CRDT", "DBIT"), s.date(l), s.reference(n))
		fmt.Fprintf(&b, "<NtryDtls><TxDtls>%s<RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n",
			camtParty(l), html.EscapeString(l.text))
	}
	b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	return b.String()
}

func camtBalance(kind string, cents int64, date calendar.Date) string {
	return fmt.Sprintf(`<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="%s">%s</Amt>`+
		`<CdtDbtInd>%s</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`+"\n",
		kind, currency, unsigned(cents), byDirection(cents, "CRDT", "DBIT"), date)
}

// camtParty returns the payer or payee.
func camtParty(l movement) string {
	if l.with.name == "" {
		return ""
	}
	side := byDirection(l.cents, "Dbtr", "Cdtr")
	out := fmt.Sprintf("<%[1]s><Nm>%[2]s</Nm></%[1]s>", side, html.EscapeString(l.with.name))
	if l.with.account != "" {
		out += fmt.Sprintf("<%[1]sAcct><Id><Othr><Id>%[2]s</Id></Othr></Id></%[1]sAcct>", side, l.with.account)
	}
	return "<RltdPties>" + out + "</RltdPties>"
}
