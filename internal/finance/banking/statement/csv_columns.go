package statement

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"backoffice/internal/platform/sheet"
)

// CSVColumns assign columns to the fields of a line. The amount is in Amount, or in Debit and Credit.
type CSVColumns struct {
	Date, Amount, Debit, Credit, Counterparty, CounterpartyAccount, Reference, Balance, Currency, Check, Kind string
	// Description may have several columns, whose values are joined.
	Description []string
}

// knownColumnNames are names that banks give their columns in English, German, French, Spanish and Dutch,
// normalized by sheet.NormalizeName. The first known name in a header wins.
var knownColumnNames = struct {
	date, amount, debit, credit, counterparty, counterpartyAccount, reference, balance, currency, check, kind,
	description []string
}{
	date: []string{
		"bookingdate", "buchungstag", "buchungsdatum", "datedeloperation", "dateoperation",
		"fechaoperacion", "fechadeoperacion", "boekingsdatum", "boekdatum", "posteddate", "postingdate",
		"postdate", "datebooked", "transactiondate", "completeddate", "datecompleted", "datecompta", "date",
		"datum", "fecha", "valutadatum", "valuedate",
	},
	amount: []string{
		"amount", "transactionamount", "betrag", "umsatz", "montant", "importe", "bedrag", "bedrageur",
		"amounteur", "amountusd", "amountgbp", "paidinout", "value", "betrageur", "montanteneuros",
	},
	debit: []string{
		"debit", "debits", "debitamount", "withdrawal", "withdrawals", "moneyout", "paidout", "soll",
		"lastschrift", "cargo", "cargos", "af", "out",
	},
	credit: []string{
		"credit", "credits", "creditamount", "deposit", "deposits", "moneyin", "paidin", "haben",
		"gutschrift", "abono", "abonos", "bij", "in",
	},
	counterparty: []string{
		"counterparty", "counterpartyname", "payee", "payer", "name", "beguenstigterzahlungspflichtiger",
		"begunstigterzahlungspflichtiger", "auftraggeberempfanger", "empfanger", "namezahlungsbeteiligter",
		"tiers", "beneficiario", "tegenpartij", "naamtegenpartij", "naamomschrijving", "merchant",
		"merchantname",
	},
	// A plain "IBAN" column is excluded: it may be the account itself or the other account.
	counterpartyAccount: []string{
		"counterpartyaccount", "counterpartyaccountnumber", "counterpartyiban", "payeeaccount",
		"payeeaccountnumber", "recipientaccount", "beneficiaryaccount", "kontonummeriban",
		"ibanzahlungsbeteiligter", "tegenrekening", "tegenrekeningibanbban", "comptecontrepartie",
		"cuentabeneficiario",
	},
	reference: []string{
		"transactionid", "id", "reference", "bankreference", "fitid", "referenz", "transactionreference",
		"referencia", "referentie", "volgnr",
	},
	balance: []string{
		"balance", "runningbalance", "runningbal", "saldo", "solde", "saldonabuchung", "balanceafter",
		"saldonatrn", "closingbalance",
	},
	currency: []string{
		"currency", "currencycode", "wahrung", "waehrung", "devise", "divisa", "moneda", "munt", "valuta",
	},
	check: []string{
		"checknumber", "checkno", "check", "chequenumber", "checkorslipnumber", "slip",
	},
	kind: []string{
		"type", "transactiontype", "buchungstext", "details", "mutatiesoort", "code",
	},
	description: []string{
		"description", "memo", "verwendungszweck", "libelle", "libelledeloperation", "concepto",
		"descripcion", "omschrijving", "mededelingen", "narrative", "details", "transaction",
		"transactiondescription", "notes", "text", "purpose", "particulars",
	},
}

// csvIndexes are the indexes of the columns in a row, -1 for a missing column.
type csvIndexes struct {
	date, amount, debit, credit, counterparty, counterpartyAccount, reference, balance, currency, check, kind int
	description                                                                                               []int
}

// csvHeader is a header row in which columns are looked up.
type csvHeader struct {
	names   []string
	plain   []string // the names, normalized
	missing []string // requested columns that were not found
}

// find returns the index of a requested column, which is a name or a number from 1. Without a request
// it returns the first column with a known name. It returns -1 if there is no such column.
func (h *csvHeader) find(requested string, known []string) int {
	if requested == "" {
		for _, name := range known {
			if at := slices.Index(h.plain, name); at >= 0 {
				return at
			}
		}
		return -1
	}
	if n, err := strconv.Atoi(requested); err == nil && n >= 1 && n <= len(h.names) {
		return n - 1
	}
	at := slices.IndexFunc(h.names, func(name string) bool {
		return strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(requested))
	})
	if at < 0 {
		h.missing = append(h.missing, requested)
	}
	return at
}

// locate finds the columns in a header. It also returns the requested columns that are missing.
func (c CSVColumns) locate(header []string) (p csvIndexes, missing []string) {
	h := csvHeader{names: header, plain: make([]string, len(header))}
	for i, name := range header {
		h.plain[i] = sheet.NormalizeName(name)
	}
	p = csvIndexes{
		date:                h.find(c.Date, knownColumnNames.date),
		amount:              h.find(c.Amount, nil),
		debit:               h.find(c.Debit, knownColumnNames.debit),
		credit:              h.find(c.Credit, knownColumnNames.credit),
		counterparty:        h.find(c.Counterparty, knownColumnNames.counterparty),
		reference:           h.find(c.Reference, knownColumnNames.reference),
		balance:             h.find(c.Balance, knownColumnNames.balance),
		counterpartyAccount: h.find(c.CounterpartyAccount, knownColumnNames.counterpartyAccount),
		currency:            h.find(c.Currency, knownColumnNames.currency),
		check:               h.find(c.Check, knownColumnNames.check),
		kind:                h.find(c.Kind, knownColumnNames.kind),
	}
	if c.Amount == "" && c.Debit == "" && c.Credit == "" {
		p.amount = h.find("", knownColumnNames.amount)
	}
	for _, name := range c.Description {
		p.description = append(p.description, h.find(name, nil))
	}
	if len(c.Description) == 0 {
		if at := h.find("", knownColumnNames.description); at >= 0 {
			p.description = []int{at}
		}
	}
	return p, h.missing
}

// isUsable reports whether the columns suffice to read lines: a date and an amount.
func (p csvIndexes) isUsable() bool {
	return p.date >= 0 && (p.amount >= 0 || p.debit >= 0 || p.credit >= 0)
}

// firstNonEmptyCell returns the first text in the given columns that is not empty.
func firstNonEmptyCell(row sheet.Row, places ...int) string {
	var text string
	for _, at := range places {
		text = cmp.Or(text, row.Cell(at))
	}
	return text
}
