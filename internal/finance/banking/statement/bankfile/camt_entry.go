package bankfile

import (
	"cmp"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
)

// readEntry turns an entry into a line. A batch becomes a line for each transaction if the amounts
// of its transactions add up to the amount of the batch.
func (r *camtReader) readEntry(e camtEntry, line int) {
	if e.get("Sts/Cd", "Sts") != "BOOK" {
		r.skippedPending++
		return
	}
	r.lineNumber++
	amount := e.amount("Amt")
	whole, err := parseCAMTAmount(amount, e.get("CdtDbtInd"))
	if err == nil && r.current.CurrencyCode == "" {
		r.current.CurrencyCode = amount.Currency
	}
	switch {
	case err != nil:
		r.addProblem(r.lineNumber, line, "Amt", amount.Text, err.Error())
		return
	case amount.Currency != r.current.CurrencyCode:
		r.addProblem(r.lineNumber, line, "Amt", amount.Currency, "the amount is not in the currency of the statement")
		return
	}
	date, ok := r.readEntryDate(e, line)
	if !ok {
		return
	}
	r.addLines(e, statement.Line{
		Number: r.lineNumber, BankReference: e.get("AcctSvcrRef"), Date: date, Amount: whole,
		Kind: e.get("BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd"), Description: e.get("AddtlNtryInf"),
	})
}

// readEntryDate returns the booking date of an entry, or its value date if it has no booking date.
func (r *camtReader) readEntryDate(e camtEntry, line int) (date calendar.Date, ok bool) {
	for _, field := range []string{"BookgDt", "ValDt"} {
		written := camtDate{Date: e.get(field + "/Dt"), DateTime: e.get(field + "/DtTm")}
		date, err := written.parse()
		if err != nil {
			r.addProblem(r.lineNumber, line, field, cmp.Or(written.Date, written.DateTime), err.Error())
			return date, false
		}
		if !date.IsZero() {
			return date, true
		}
	}
	r.addProblem(r.lineNumber, line, "BookgDt", "", "the entry has no date")
	return date, false
}

// addLines adds a line for the whole entry or for each of its transactions.
func (r *camtReader) addLines(e camtEntry, first statement.Line) {
	if parts := e.transactionAmounts(first.Amount); len(parts) > 1 {
		for i, minor := range parts {
			l := first
			if i > 0 {
				r.lineNumber++
				l.Number = r.lineNumber
			}
			l.Amount = minor
			r.addLine(e.transactions[i].applyTo(l), e.camtLeaves, e.transactions[i])
		}
		return
	}
	switch len(e.transactions) {
	case 0:
	case 1:
		first = e.transactions[0].applyTo(first)
	default:
		first.Description = cmp.Or(first.Description, joinTexts(e.transactions))
	}
	r.addLine(first, append(e.transactions, e.camtLeaves)...)
}

// addLine adds a line with the texts that are not in one of its fields.
func (r *camtReader) addLine(l statement.Line, details ...camtLeaves) {
	for _, d := range details {
		d.addDetails(&l)
	}
	r.current.Lines = append(r.current.Lines, l)
}

// maxJoinedTexts is how many texts of a batch describe it. The others are in the details of the
// line.
const maxJoinedTexts = 10

// joinTexts returns the texts of a batch's first transactions.
func joinTexts(transactions []camtLeaves) string {
	var texts []string
	for _, t := range transactions[:min(len(transactions), maxJoinedTexts)] {
		if text := t.applyTo(statement.Line{}).Description; text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

// transactionAmounts returns the amounts of a batch's transactions, or nil if they do not add up to
// the entry's amount.
func (e camtEntry) transactionAmounts(whole int64) (parts []int64) {
	var sum int64
	currency := e.amount("Amt").Currency
	for _, d := range e.transactions {
		amount := d.amount("Amt", "AmtDtls/TxAmt/Amt")
		minor, err := parseCAMTAmount(amount, cmp.Or(d.get("CdtDbtInd"), e.get("CdtDbtInd")))
		if err != nil || amount.Currency != currency {
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

// applyTo returns the line with the counterparty, the references and the description of the
// transaction.
func (c camtLeaves) applyTo(l statement.Line) statement.Line {
	side := "Cdtr"
	if l.Amount > 0 {
		side = "Dbtr"
	}
	parties := "RltdPties/"
	l.CounterpartyName = c.get(
		parties+side+"/Nm", parties+side+"/Pty/Nm", parties+"Ultmt"+side+"/Nm", parties+"Ultmt"+side+"/Pty/Nm")
	l.CounterpartyAccount = c.get(parties+side+"Acct/Id/IBAN", parties+side+"Acct/Id/Othr/Id")
	l.BankReference = cmp.Or(c.get("Refs/AcctSvcrRef"), l.BankReference)
	l.CheckNumber = c.get("Refs/ChqNb")
	l.Description = cmp.Or(strings.Join(c.all("RmtInf/Ustrd"), " "), c.structuredText(),
		c.get("AddtlTxInf"), l.Description, c.get("Refs/EndToEndId"))
	return l
}

// structuredText returns the creditor's references and what is written beside them.
func (c camtLeaves) structuredText() string {
	texts := append(c.all("RmtInf/Strd/CdtrRefInf/Ref"), c.all("RmtInf/Strd/AddtlRmtInf")...)
	return strings.Join(texts, " ")
}

// addDetails adds all texts that are not in a field of the line.
func (c camtLeaves) addDetails(l *statement.Line) {
	for _, leaf := range c {
		first, _, _ := strings.Cut(strings.TrimPrefix(leaf.path, camtDetailsPath), "/")
		switch first {
		case "Amt", "CdtDbtInd", "Sts", "BookgDt", "ValDt", "BkTxCd":
			continue
		}
		l.AddDetail(leaf.path, strings.TrimSpace(leaf.text+" "+leaf.currency))
	}
}
