package csvfile

import (
	"slices"
	"strconv"
	"strings"

	"backoffice/internal/platform/money"
	"backoffice/internal/platform/sheet"
)

// knownColumnNames are names that banks give their columns in English, German, French, Spanish and
// Dutch, normalized by sheet.NormalizeName. The first known name in a header wins.
var knownColumnNames = [columnUses][]string{
	DateColumn: {
		"bookingdate", "dateofbooking", "buchungstag", "buchungsdatum", "datedeloperation", "dateoperation",
		"fechaoperacion", "fechadeoperacion", "boekingsdatum", "boekdatum", "posteddate", "postingdate", "postingdatum",
		"postdate", "datebooked", "transactiondate", "completeddate", "datecompleted", "datecompta", "date",
		"datum", "fecha", "valutadatum", "valuedate",
	},
	AmountColumn: {
		"amount", "transactionamount", "betrag", "umsatz", "montant", "importe", "bedrag",
		"paidinout", "value", "montanteneuros",
		"net", "netamount", "importo", "valor", "belopp", "kwota", "buchungsbetrag", "transaktionsbetrag",
	},
	DebitColumn: {
		"debit", "debits", "debitamount", "withdrawal", "withdrawals", "moneyout", "paidout", "soll",
		"lastschrift", "cargo", "cargos", "af", "out",
	},
	CreditColumn: {
		"credit", "credits", "creditamount", "deposit", "deposits", "moneyin", "paidin", "haben",
		"gutschrift", "abono", "abonos", "bij", "in",
	},
	CounterpartyColumn: {
		"counterparty", "counterpartyname", "payee", "payer", "name", "beguenstigterzahlungspflichtiger",
		"begunstigterzahlungspflichtiger", "auftraggeberempfanger", "empfanger", "namezahlungsbeteiligter",
		"tiers", "beneficiario", "tegenpartij", "naamtegenpartij", "naamomschrijving", "merchant",
		"merchantname",
	},
	// A plain "IBAN" column is excluded: it may be the account itself or the other account.
	CounterpartyAccountColumn: {
		"counterpartyaccount", "counterpartyaccountnumber", "counterpartyiban", "payeeaccount",
		"payeeaccountnumber", "recipientaccount", "beneficiaryaccount", "kontonummeriban",
		"ibanzahlungsbeteiligter", "tegenrekening", "tegenrekeningibanbban", "comptecontrepartie",
		"cuentabeneficiario",
	},
	ReferenceColumn: {
		"transactionid", "id", "reference", "bankreference", "fitid", "referenz", "transactionreference",
		"referencia", "referentie", "volgnr",
	},
	BalanceColumn: {
		"balance", "runningbalance", "runningbal", "saldo", "solde", "saldonabuchung", "balanceafter",
		"saldonatrn", "closingbalance",
	},
	CurrencyColumn: {
		"currency", "currencycode", "wahrung", "waehrung", "devise", "divisa", "moneda", "munt", "valuta",
	},
	CheckColumn: {
		"checknumber", "checkno", "check", "chequenumber", "checkorslipnumber", "slip", "checkorslip",
	},
	KindColumn: {
		"type", "transactiontype", "buchungstext", "mutatiesoort", "umsatztyp", "code",
	},
	DescriptionColumn: {
		"description", "memo", "verwendungszweck", "libelle", "libelledeloperation", "concepto",
		"descripcion", "omschrijving", "mededelingen", "narrative", "details", "transaction",
		"transactiondescription", "text", "purpose", "particulars", "label", "notes", "note",
	},
	// The names of these columns are only a hint: their words must be known.
	DirectionColumn: {
		"afbij", "debitcredit", "creditdebit", "debitorcredit", "creditordebit", "drcr", "crdr", "dc", "cd", "dk", "sh",
		"sollhaben", "sollhabenkennzeichen", "shkennzeichen", "direction", "sens", "creditdebitindicator", "cdtdbtind",
		"transactiontype", "debetcredit", "debitkredit", "plusminus", "kennzeichen", "inout",
	},
	StatusColumn: {"status", "transactionstatus", "bookingstatus", "buchungsstatus", "statut", "estado"},
}

// indexes are the indexes of the columns in a row, by their use.
type indexes [columnUses][]int

// at returns the index of the first column with a use, or -1.
func (p *indexes) at(use ColumnUse) int {
	if len(p[use]) == 0 {
		return -1
	}
	return p[use][0]
}

// has reports whether there is a column with a use.
func (p *indexes) has(use ColumnUse) bool { return len(p[use]) > 0 }

// uses returns the uses of the column with an index.
func (p *indexes) uses(index int) (uses []ColumnUse) {
	for use := range columnUses {
		if slices.Contains(p[use], index) {
			uses = append(uses, use)
		}
	}
	return uses
}

// isUsable reports whether the columns suffice to read lines: a date and an amount.
func (p *indexes) isUsable() bool {
	return p.has(DateColumn) && (p.has(AmountColumn) || p.has(DebitColumn) || p.has(CreditColumn))
}

// header is a header row in which columns are looked up.
type header struct {
	names   []string
	plain   []string // the names, normalized and without a currency
	missing []string // requested columns that were not found
}

func newHeader(names []string) *header {
	h := &header{names: names, plain: make([]string, len(names))}
	for i, name := range names {
		bare, _ := splitCurrency(name)
		h.plain[i] = sheet.NormalizeName(bare)
	}
	return h
}

// splitCurrency splits the currency from a column's name, such as "Amount (USD)". The currency is
// "" if the name has none.
func splitCurrency(name string) (bare, currency string) {
	name = strings.TrimSpace(name)
	if before, inside, ok := strings.Cut(strings.TrimSuffix(name, ")"), "("); ok && sheet.IsCurrency(inside) {
		return before, strings.ToUpper(strings.TrimSpace(inside))
	}
	if at := strings.LastIndexAny(name, " _"); at > 0 {
		if _, known := money.Digits(strings.ToUpper(name[at+1:])); known && len(name)-at == len(" USD") {
			return name[:at], strings.ToUpper(name[at+1:])
		}
	}
	return name, ""
}

// find returns the index of a requested column, which is a name or a number from 1, or -1.
func (h *header) find(requested string) int {
	if n, err := strconv.Atoi(requested); err == nil && n >= 1 && n <= len(h.names) {
		return n - 1
	}
	at := slices.IndexFunc(h.names, func(name string) bool {
		return strings.EqualFold(sheet.CleanText(name), sheet.CleanText(requested))
	})
	if at < 0 {
		h.missing = append(h.missing, requested)
	}
	return at
}

// findKnown returns the indexes of the columns with the first known name of a use. Only
// descriptions may be in several columns: those with the same name and a number, such as "Text 1"
// and "Text 2".
func (h *header) findKnown(use ColumnUse) []int {
	for _, name := range knownColumnNames[use] {
		at := slices.IndexFunc(h.plain, func(plain string) bool {
			return plain == name || use == DescriptionColumn && isNumbered(plain, name)
		})
		if at < 0 {
			continue
		}
		found := []int{at}
		for i := at + 1; i < len(h.plain) && use == DescriptionColumn; i++ {
			if isNumbered(h.plain[i], name) {
				found = append(found, i)
			}
		}
		return found
	}
	return nil
}

// isNumbered reports whether a column's name is a known name with a number after it.
func isNumbered(plain, name string) bool {
	number, ok := strings.CutPrefix(plain, name)
	return ok && number != "" && sheet.IsDigits(number)
}

// locate finds the columns in a header: the requested ones and, unless the layout is complete, by
// their names those of uses that are not requested. It also returns the requested columns that are
// missing.
func (l Layout) locate(header []string) (p indexes, missing []string) {
	h := newHeader(header)
	for use := range columnUses {
		for _, requested := range l.Columns[use] {
			if requested == "" {
				continue
			}
			if at := h.find(requested); at >= 0 {
				p[use] = append(p[use], at)
			}
		}
	}
	hasAmount := p.has(AmountColumn) || p.has(DebitColumn) || p.has(CreditColumn)
	for use := range columnUses {
		if l.isComplete || p.has(use) || hasAmount && (use == AmountColumn || use == DebitColumn || use == CreditColumn) {
			continue
		}
		p[use] = h.findKnown(use)
	}
	return p, h.missing
}

// duplicates returns the other columns with the same name as the column that was found.
func (h *header) duplicates(at int) (others []int) {
	for i := range h.names {
		if at >= 0 && i != at && strings.EqualFold(strings.TrimSpace(h.names[i]), strings.TrimSpace(h.names[at])) {
			others = append(others, i)
		}
	}
	return others
}
