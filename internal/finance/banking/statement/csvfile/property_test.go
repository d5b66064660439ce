package csvfile

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// trickyCells are cells in the notations that banks use, and some that cannot be understood.
var trickyCells = []string{
	"", "2026-01-05", "26-01-05", "05.01.26", "05 Jan 2026", "31.02.2026", "-1.50", "1,50", "1.234", "1'234.50", "12.-",
	"(5.00)", "$5", "5 EUR", "1\x002", "1E5", "Debit", "credit", "D", "C", "Pending", "Posted", "Vorgemerkt", "Total",
	"Beginning balance", "EUR", "USD", "Tea", "é\xff", "\"", "a;b", "99999999999999999999", "−3", "Af", "Bij", "0",
}

// trickyNames are names of columns.
var trickyNames = []string{
	"Date", "Amount", "Amount", "Debit", "Credit", "Balance", "Af Bij", "Status", "Type", "Text", "Currency", "Extra",
	"Amount (USD)", "Text 1", "Reference", "",
}

// TestEveryRowIsALineAProblemOrLeftOut reads arbitrary tables. Every row is accounted for, once.
func TestEveryRowIsALineAProblemOrLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := append([]string{"Date"}, rapid.SliceOfN(rapid.SampledFrom(trickyNames), 1, 6).Draw(t, "names")...)
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom(trickyCells), len(names), len(names)), 1, 8).Draw(t, "rows")
		count := 0
		for i := range rows {
			if rows[i][0] = rapid.SampledFrom(trickyCells[:6]).Draw(t, "date"); strings.Join(rows[i], "") != "" {
				count++
			}
		}
		options := Options{CurrencyCode: "EUR", Card: rapid.Bool().Draw(t, "card")}
		file, err := Read(t.Context(), writeTable(t, "", append([][]string{names}, rows...)...), options)
		if err != nil {
			return
		}
		problems := map[int]bool{}
		for _, p := range file.Problems {
			problems[p.Line] = true
		}
		lines := file.Statements[0].Lines
		if len(lines)+len(problems)+file.Layout.LeftOutRows != count {
			t.Fatalf("got %d lines, %d problems and %d rows left out of %d",
				len(lines), len(problems), file.Layout.LeftOutRows, count)
		}
		for _, l := range lines {
			if problems[l.Number] {
				t.Fatalf("row %d is a line and a problem", l.Number)
			}
		}
	})
}
