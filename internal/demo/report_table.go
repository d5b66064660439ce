package demo

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// table is a financial statement in plain text: labels on the left, columns of amounts on the
// right.
type table struct {
	title   string
	columns []string
	rows    []tableRow
}

type tableRow struct {
	label string
	cells []string
}

// addRows adds rows and their children, each level indented further.
func (t *table) addRows(rows []*financev1.ReportRow, level int) {
	for _, r := range rows {
		row := tableRow{label: strings.Repeat("  ", level) + r.GetLabel()}
		for _, a := range r.GetAmounts() {
			row.cells = append(row.cells, groupThousands(a.GetAmount()))
		}
		t.rows = append(t.rows, row)
		t.addRows(r.GetRows(), level+1)
	}
}

func (t *table) text() string {
	rows := append([]tableRow{{t.title, t.columns}, {}}, t.rows...)
	labels, widths := columnWidths(rows)
	rows[1].label = strings.Repeat("-", labels)
	for _, w := range widths {
		rows[1].cells = append(rows[1].cells, strings.Repeat("-", w))
	}
	var b strings.Builder
	for _, r := range rows {
		line := fmt.Sprintf("%-*s", labels, r.label)
		for i, c := range r.cells {
			line += fmt.Sprintf("  %*s", widths[i], c)
		}
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// columnWidths returns the widths of the labels and of each column.
func columnWidths(rows []tableRow) (labels int, widths []int) {
	for _, r := range rows {
		labels = max(labels, utf8.RuneCountInString(r.label))
		for i, c := range r.cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	return labels, widths
}

// groupThousands adds thousands separators to a decimal amount.
func groupThousands(amount string) string {
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
