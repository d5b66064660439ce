package demo

import (
	"encoding/csv"
	"strings"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// csvProfile describes how the bank writes its CSV files.
func csvProfile() *financev1.CsvProfile {
	return &financev1.CsvProfile{
		DisplayName: "Harbour Bank, export of movements", Delimiter: ";", SkipRowCount: 1,
		DateOrder: financev1.DateOrder_DMY, DecimalMark: ",",
		DateColumn: "Date", DebitColumn: "Out", CreditColumn: "In", DescriptionColumns: []string{"Details"},
		CounterpartyColumn: "Payee", CounterpartyAccountColumn: "Payee account", ReferenceColumn: "No.",
		BalanceColumn: "Balance",
	}
}

// csv returns the statement as a table, with decimal commas and separate columns for money in
// and out.
func (s statement) csv() string {
	var b strings.Builder
	b.WriteString("Harbour Bank;Account " + s.account + "\n\n")
	w := csv.NewWriter(&b)
	w.Comma = ';'
	rows := [][]string{{"No.", "Date", "Payee", "Payee account", "Details", "Out", "In", "Balance"}}
	balance := s.opening
	for n, l := range s.movements {
		balance += l.cents
		out, in := "", withDecimalComma(unsigned(l.cents))
		if l.cents < 0 {
			out, in = in, out
		}
		d := s.date(l).String()
		rows = append(rows, []string{
			s.reference(n), d[8:] + "/" + d[5:7] + "/" + d[:4], l.with.name, l.with.account, l.text, out, in,
			withDecimalComma(decimal(balance)),
		})
	}
	_ = w.WriteAll(rows) // to memory
	return b.String()
}

// withDecimalComma replaces the decimal point with a comma.
func withDecimalComma(amount string) string { return strings.Replace(amount, ".", ",", 1) }
