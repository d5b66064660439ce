package demo

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// table is a statement in plain text: labels on the left, amounts on the right.
type table struct {
	title, currency string
	rows            []tableRow
}

type tableRow struct{ label, amount string }

// addRows adds rows and those under them, each level further in.
func (t *table) addRows(rows []*financev1.ReportRow, level int) {
	for _, r := range rows {
		amount := ""
		if len(r.GetAmounts()) > 0 {
			amount = grouped(r.GetAmounts()[0].GetAmount())
		}
		t.rows = append(t.rows, tableRow{strings.Repeat("  ", level) + r.GetLabel(), amount})
		t.addRows(r.GetRows(), level+1)
	}
}

func (t *table) text() string {
	rows := append([]tableRow{{t.title, t.currency}, {}}, t.rows...)
	labels, amounts := 0, 0
	for _, r := range rows {
		labels = max(labels, utf8.RuneCountInString(r.label))
		amounts = max(amounts, len(r.amount))
	}
	rows[1] = tableRow{strings.Repeat("-", labels), strings.Repeat("-", amounts)}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("%-*s  %*s", labels, r.label, amounts, r.amount), " "))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// grouped puts commas between the thousands of a decimal amount.
func grouped(amount string) string {
	unsigned, negative := strings.CutPrefix(amount, "-")
	whole, fraction, pointed := strings.Cut(unsigned, ".")
	digits := []byte(whole)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = slices.Insert(digits, at, ',')
	}
	text := string(digits)
	if pointed {
		text += "." + fraction
	}
	if negative {
		text = "-" + text
	}
	return text
}
