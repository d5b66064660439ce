package statement

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"backoffice/internal/platform/sheet"
)

// CSVLayout says how a bank writes its CSV files. What is left empty is found in the file.
type CSVLayout struct {
	// Delimiter stands between the cells: one of `,`, `;`, a tab or `|`.
	Delimiter string
	// Charset is that of the file, such as `windows-1252`.
	Charset string
	// SkipRows are rows before the header, or before the first line where there is none.
	SkipRows int
	// NoHeader says that columns have no names, so that they are numbers.
	NoHeader bool
	// DateOrder is the order of year, month and day.
	DateOrder DateOrder
	// DecimalMark is `.` or `,`.
	DecimalMark string
	// Columns are names from the header, whatever their case, or numbers from 1.
	Columns CSVColumns
	// MoneyOutPositive says that the amount column counts money out, as card statements do.
	MoneyOutPositive bool
}

// CSVColumns say which columns hold what. Either Amount, or Debit and Credit, hold the amount.
type CSVColumns struct {
	Date, Amount, Debit, Credit, Counterparty, CounterpartyAccount, Reference, Balance, Currency, Check, Kind string
	// Description may be several columns, which are joined.
	Description []string
}

// knownColumnNames are the names that banks give their columns, in lower case without blanks and signs, in English, German, French,
// Spanish and Dutch; the first that a header has is taken.
var knownColumnNames = struct {
	date, amount, debit, credit, counterparty, counterpartyAccount, reference, balance, currency, check, kind, description []string
}{
	date: []string{"bookingdate", "buchungstag", "buchungsdatum", "datedeloperation", "dateoperation", "fechaoperacion", "fechadeoperacion", "boekingsdatum",
		"boekdatum", "posteddate", "postingdate", "postdate", "datebooked", "transactiondate", "completeddate", "datecompleted", "datecompta", "date", "datum", "fecha", "valutadatum", "valuedate"},
	amount:       []string{"amount", "transactionamount", "betrag", "umsatz", "montant", "importe", "bedrag", "bedrageur", "amounteur", "amountusd", "amountgbp", "paidinout", "value", "betrageur", "montanteneuros"},
	debit:        []string{"debit", "debits", "debitamount", "withdrawal", "withdrawals", "moneyout", "paidout", "soll", "lastschrift", "cargo", "cargos", "af", "out"},
	credit:       []string{"credit", "credits", "creditamount", "deposit", "deposits", "moneyin", "paidin", "haben", "gutschrift", "abono", "abonos", "bij", "in"},
	counterparty: []string{"counterparty", "counterpartyname", "payee", "payer", "name", "beguenstigterzahlungspflichtiger", "begunstigterzahlungspflichtiger", "auftraggeberempfanger", "empfanger", "namezahlungsbeteiligter", "tiers", "beneficiario", "tegenpartij", "naamtegenpartij", "naamomschrijving", "merchant", "merchantname"},
	// A plain "IBAN" is the account's own as often as the other's.
	counterpartyAccount: []string{"counterpartyaccount", "counterpartyaccountnumber", "counterpartyiban", "payeeaccount", "payeeaccountnumber", "recipientaccount", "beneficiaryaccount", "kontonummeriban",
		"ibanzahlungsbeteiligter", "tegenrekening", "tegenrekeningibanbban", "comptecontrepartie", "cuentabeneficiario"},
	reference: []string{"transactionid", "id", "reference", "bankreference", "fitid", "referenz", "transactionreference", "referencia", "referentie", "volgnr"},
	balance:   []string{"balance", "runningbalance", "runningbal", "saldo", "solde", "saldonabuchung", "balanceafter", "saldonatrn", "closingbalance"},
	currency:  []string{"currency", "currencycode", "wahrung", "waehrung", "devise", "divisa", "moneda", "munt", "valuta"},
	check:     []string{"checknumber", "checkno", "check", "chequenumber", "checkorslipnumber", "slip"},
	kind:      []string{"type", "transactiontype", "buchungstext", "details", "mutatiesoort", "code"},
	description: []string{"description", "memo", "verwendungszweck", "libelle", "libelledeloperation", "concepto", "descripcion", "omschrijving", "mededelingen", "narrative", "details", "transaction",
		"transactiondescription", "notes", "text", "purpose", "particulars"},
}

// csvIndexes are the places of the columns in a row, -1 for what there is none of.
type csvIndexes struct {
	date, amount, debit, credit, counterparty, counterpartyAccount, reference, balance, currency, check, kind int
	description                                                                                               []int
}

// locate finds the columns in a header. missing names what was asked for and is not there.
func (c CSVColumns) locate(header []string) (p csvIndexes, missing []string) {
	plain := make([]string, len(header))
	for i, name := range header {
		plain[i] = sheet.PlainName(name)
	}
	find := func(asked string, usual []string) int {
		if asked == "" {
			for _, name := range usual {
				if at := slices.Index(plain, name); at >= 0 {
					return at
				}
			}
			return -1
		}
		if n, err := strconv.Atoi(asked); err == nil && n >= 1 && n <= len(header) {
			return n - 1
		}
		at := slices.IndexFunc(header, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(asked)) })
		if at < 0 {
			missing = append(missing, asked)
		}
		return at
	}
	p = csvIndexes{
		date: find(c.Date, knownColumnNames.date), amount: find(c.Amount, nil), debit: find(c.Debit, knownColumnNames.debit), credit: find(c.Credit, knownColumnNames.credit),
		counterparty: find(c.Counterparty, knownColumnNames.counterparty), reference: find(c.Reference, knownColumnNames.reference), balance: find(c.Balance, knownColumnNames.balance),
		counterpartyAccount: find(c.CounterpartyAccount, knownColumnNames.counterpartyAccount),
		currency:            find(c.Currency, knownColumnNames.currency), check: find(c.Check, knownColumnNames.check), kind: find(c.Kind, knownColumnNames.kind),
	}
	if c.Amount == "" && c.Debit == "" && c.Credit == "" {
		p.amount = find("", knownColumnNames.amount)
	}
	for _, name := range c.Description {
		p.description = append(p.description, find(name, nil))
	}
	if len(c.Description) == 0 {
		if at := find("", knownColumnNames.description); at >= 0 {
			p.description = []int{at}
		}
	}
	return p, missing
}

// isUsable tells whether lines can be read by them.
func (p csvIndexes) isUsable() bool {
	return p.date >= 0 && (p.amount >= 0 || p.debit >= 0 || p.credit >= 0)
}

// firstNonEmptyCell is the first of the columns' texts that is there.
func firstNonEmptyCell(row sheet.Row, places ...int) string {
	var text string
	for _, at := range places {
		text = cmp.Or(text, row.Cell(at))
	}
	return text
}
