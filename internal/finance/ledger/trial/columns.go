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
	plain := make([]string, len(header.Cells))
	for i := range header.Cells {
		plain[i] = sheet.NormalizeName(header.Cell(i))
	}
	taken := map[int]bool{}
	find := func(usual []string) int {
		for _, name := range usual {
			if at := slices.Index(plain, name); at >= 0 && !taken[at] {
				taken[at] = true
				return at
			}
		}
		return -1
	}
	c := columns{dimensions: map[string]int{}}
	for _, d := range dimensions {
		if at := slices.Index(plain, sheet.NormalizeName(d)); at >= 0 && plain[at] != "" {
			c.dimensions[d], taken[at] = at, true
		}
	}
	c.debit, c.credit = find(names.debit), find(names.credit)
	c.foreign, c.currency, c.kind = find(names.foreign), find(names.currency), find(names.kind)
	c.balance = -1
	if c.debit < 0 && c.credit < 0 {
		c.balance = find(names.balance)
	}
	c.code, c.name = find(names.code), find(names.name)
	if c.name >= 0 && c.code < 0 {
		c.code = find([]string{"account"})
	}
	if c.name < 0 && c.code < 0 && len(plain) > 0 && plain[0] == "" {
		// QuickBooks leaves the header of the account column empty.
		c.name = 0
	}
	for i := range plain {
		if !taken[i] && plain[i] != "" {
			c.unknown = append(c.unknown, sheet.Excerpt(header.Cell(i)))
		}
	}
	return c
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
