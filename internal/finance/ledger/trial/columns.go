package trial

import (
	"slices"
	"strings"

	"backoffice/internal/platform/sheet"
)

// columns are the indexes of the columns in a row, -1 for missing ones.
type columns struct {
	code, name, kind, debit, credit, balance, currency, foreign int
	dimensions                                                  map[string]int
	unknown                                                     []string
}

// names are the column names that programs use, normalized by sheet.NormalizeName, in English,
// German, French, Spanish and Dutch. The first one in the header is used. A year-to-date column
// precedes the column of the month.
var names = struct{ code, name, kind, debit, credit, balance, currency, foreign []string }{
	code: []string{
		"accountcode", "accountnumber", "accountno", "accountnum", "acctno", "acctnumber", "accountid", "glcode",
		"glaccount", "nominalcode", "ledgercode",
		"code", "number", "no", "kontonummer", "kontonr", "konto", "numerodecompte", "compte", "cuenta",
		"rekeningnummer", "grootboekrekening",
	},
	name: []string{
		"accountname", "nominalname", "ledgeraccount", "accountdescription", "account", "accounts", "name",
		"description", "kontobezeichnung", "kontoname", "bezeichnung",
		"libelle", "intitule", "nombre", "descripcion", "omschrijving",
	},
	kind: []string{"accountsubtype", "accounttype", "detailtype", "type", "subtype", "kontoart", "category"},
	debit: []string{
		"debityeartodate", "ytddebit", "debitytd", "closingdebit", "debitbalance", "debit", "debits", "debitamount",
		"dr", "sollsaldo", "saldosoll", "soll", "debe", "debet", "soldedebiteur",
	},
	credit: []string{
		"credityeartodate", "ytdcredit", "creditytd", "closingcredit", "creditbalance", "credit", "credits",
		"creditamount", "cr", "habensaldo", "saldohaben", "haben", "haber", "soldecrediteur",
	},
	balance: []string{
		"closingbalance", "endingbalance", "ytdbalance", "balanceyeartodate", "yeartodate", "ytd", "netbalance",
		"balance", "amount", "saldo", "solde", "net", "total",
	},
	currency: []string{
		"accountcurrency", "foreigncurrency", "currency", "currencycode", "wahrung", "devise", "moneda", "valuta",
	},
	foreign: []string{
		"foreignbalance", "foreignamount", "foreigncurrencybalance", "foreigncurrencyamount",
		"balanceinaccountcurrency", "accountcurrencybalance", "wahrungsbetrag",
	},
}

// findColumns finds the columns in a header.
func findColumns(header sheet.Row, dimensions []string) columns {
	h := readHeader(header)
	c := columns{dimensions: map[string]int{}}
	for _, d := range dimensions {
		if at := slices.Index(h.plain, sheet.NormalizeName(d)); at >= 0 && h.plain[at] != "" {
			c.dimensions[d], h.taken[at] = at, true
		}
	}
	c.debit, c.credit = h.find(names.debit), h.find(names.credit)
	c.foreign, c.currency, c.kind = h.find(names.foreign), h.find(names.currency), h.find(names.kind)
	c.balance = -1
	if c.debit < 0 && c.credit < 0 {
		c.balance = h.find(names.balance)
	}
	c.code, c.name = h.find(names.code), h.find(names.name)
	if c.name >= 0 && c.code < 0 {
		c.code = h.find([]string{"account"})
	}
	if c.name < 0 && c.code < 0 && len(h.plain) > 0 && h.plain[0] == "" {
		// QuickBooks leaves the header of the account column empty.
		c.name = 0
	}
	c.unknown = h.unknown(header)
	return c
}

// headerRow is a row of column names.
type headerRow struct {
	plain []string
	// taken are the columns that were found.
	taken map[int]bool
}

func readHeader(row sheet.Row) headerRow {
	h := headerRow{plain: make([]string, len(row.Cells)), taken: map[int]bool{}}
	for i := range row.Cells {
		h.plain[i] = sheet.NormalizeName(row.Cell(i))
	}
	return h
}

// find takes the column with the first of the usual names that the header has, and returns its
// index, or -1 if it has none of them.
func (h headerRow) find(usual []string) int {
	for _, name := range usual {
		if at := slices.Index(h.plain, name); at >= 0 && !h.taken[at] {
			h.taken[at] = true
			return at
		}
	}
	return -1
}

// unknown returns the names of the columns that were not found.
func (h headerRow) unknown(row sheet.Row) (names []string) {
	for i, name := range h.plain {
		if !h.taken[i] && name != "" {
			names = append(names, sheet.Excerpt(row.Cell(i)))
		}
	}
	return names
}

// isUsable reports whether balances can be read from the columns.
func (c columns) isUsable() bool {
	return (c.code >= 0 || c.name >= 0) && (c.balance >= 0 || c.debit >= 0 && c.credit >= 0)
}

var grandTotals = []string{
	"total", "totals", "grandtotal", "summe", "gesamt", "gesamtsumme", "suma", "totaal", "totalgeneral",
}

// isTotal reports whether a row is a total and not an account.
func isTotal(code, name string) bool {
	text := strings.ToLower(strings.TrimSpace(code + " " + name))
	return isGrandTotal(code, name) || (code == "" || name == "") &&
		(strings.HasPrefix(text, "total for ") || strings.HasPrefix(text, "total of "))
}

// isGrandTotal reports whether a row is the total of all rows.
func isGrandTotal(code, name string) bool {
	return slices.Contains(grandTotals, sheet.NormalizeName(code+name))
}
