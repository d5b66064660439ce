package bankfile

import "strings"

// camtMessage returns a message with one statement in euros with the entries. The root is an
// element such as `Document xmlns="…"`.
func camtMessage(root string, entries ...string) string {
	name, _, _ := strings.Cut(root, " ")
	return "<" + root + "><BkToCstmrStmt><Stmt><ElctrncSeqNb>7</ElctrncSeqNb>" +
		"<Acct><Id><IBAN>DE1</IBAN></Id><Ccy>EUR</Ccy></Acct>" +
		strings.Join(entries, "") + "</Stmt></BkToCstmrStmt></" + name + ">"
}

// camtEntryOf returns a booked entry with the XML of more before its status and details after its
// date.
func camtEntryOf(amount, indicator, more, details string) string {
	return `<Ntry><Amt Ccy="EUR">` + amount + "</Amt><CdtDbtInd>" + indicator + "</CdtDbtInd>" + more +
		"<Sts>BOOK</Sts><BookgDt><Dt>2026-01-05</Dt></BookgDt>" + details + "</Ntry>"
}
