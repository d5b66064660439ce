package openitems

import (
	"slices"

	"backoffice/internal/platform/sheet"
)

// columns are the indexes of the columns in a row, -1 for missing ones.
type columns struct {
	number, customer, date, due, currency, open, base, rate int
	unknown                                                 []string
}

// isComplete reports whether the columns that every file needs are there.
func (c columns) isComplete() bool {
	return c.number >= 0 && c.customer >= 0 && c.date >= 0 && c.open >= 0
}

// names are the column names that programs use, normalized by sheet.NormalizeName, in English,
// German, French, Spanish and Dutch. The first one in the header is used. An open amount precedes
// the total of the document.
var names = struct{ number, customer, date, due, currency, open, base, rate []string }{
	number: []string{
		"invoicenumber", "documentnumber", "invoiceno", "docnumber", "invoice", "num", "number", "no", "reference",
		"rechnungsnummer", "belegnummer", "rechnungsnr", "belegnr", "nummer", "numerodefacture", "numero", "facture",
		"numerodefactura", "factura", "factuurnummer",
	},
	customer: []string{
		"customername", "contactname", "customer", "contact", "client", "clientname", "companyname", "name", "kunde",
		"kundenname", "debitor", "nomduclient", "nom", "cliente", "nombre", "klant", "klantnaam", "relatie",
	},
	date: []string{
		"invoicedate", "documentdate", "issuedate", "transactiondate", "txndate", "date", "rechnungsdatum", "belegdatum",
		"datum", "datedefacture", "dateemission", "fechadefactura", "fecha", "factuurdatum",
	},
	due: []string{
		"duedate", "due", "paymentdue", "falligkeitsdatum", "falligkeit", "falligam", "dateecheance", "echeance",
		"fechadevencimiento", "vencimiento", "vervaldatum",
	},
	currency: []string{"currency", "currencycode", "invoicecurrency", "wahrung", "devise", "moneda", "valuta"},
	open: []string{
		"openamount", "openbalance", "amountdue", "balancedue", "invoiceamountdue", "outstanding", "amountoutstanding",
		"remaining", "unpaid", "open", "balance", "offenerbetrag", "offen", "restbetrag", "saldo", "montantdu",
		"resteadu", "solde", "importependiente", "pendiente", "openstaand", "openstaandbedrag", "amount", "betrag",
		"montant", "importe", "bedrag", "total",
	},
	base: []string{
		"baseamount", "openbaseamount", "homeamount", "homecurrencyamount", "baseopenamount", "amountinbasecurrency",
		"betragineigenwahrung", "hauswahrung",
	},
	rate: []string{"exchangerate", "rate", "currencyrate", "kurs", "wechselkurs", "tauxdechange", "tipodecambio", "koers"},
}

// findColumns finds the columns in a header.
func findColumns(header sheet.Row) columns {
	plain, taken := make([]string, len(header.Cells)), make([]bool, len(header.Cells))
	for i := range header.Cells {
		plain[i] = sheet.NormalizeName(header.Cell(i))
	}
	find := func(known []string) int {
		for _, name := range known {
			if at := slices.Index(plain, name); at >= 0 && !taken[at] {
				taken[at] = true
				return at
			}
		}
		return -1
	}
	c := columns{number: find(names.number), customer: find(names.customer), due: find(names.due),
		date: find(names.date), currency: find(names.currency), base: find(names.base), open: find(names.open),
		rate: find(names.rate)}
	for i, name := range plain {
		if name != "" && !taken[i] {
			c.unknown = append(c.unknown, header.Cell(i))
		}
	}
	return c
}
