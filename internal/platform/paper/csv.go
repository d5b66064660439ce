package paper

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// byteOrderMark begins a CSV file. Without it, Excel reads the file in the code page of the
// computer and not as UTF-8.
const byteOrderMark = "\ufeff"

// CSV returns the table as comma-separated values in UTF-8. As in a workbook, the organization, the
// title, the period, the notes and an empty row precede the column labels. All rows have the same
// number of fields (RFC 4180, section 2.4).
func (t Table) CSV() ([]byte, error) {
	out := bytes.NewBufferString(byteOrderMark)
	w := csv.NewWriter(out)
	for _, text := range t.head() {
		cells := make([]string, len(t.Columns))
		cells[0] = escapeFormula(text)
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	labels := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		labels[i] = escapeFormula(c.Label)
	}
	if err := w.Write(labels); err != nil {
		return nil, err
	}
	for _, r := range t.Rows {
		cells := make([]string, len(r.Cells))
		for i, cell := range r.Cells {
			cells[i] = cell
			if t.Columns[i].Kind != Amount {
				cells[i] = escapeFormula(cell)
			}
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// head returns the rows above the column labels: the organization, the title, the period, the notes
// in one row, and an empty row.
func (t Table) head() []string {
	return []string{t.Issuer.Name, t.Title, t.Period, strings.Join(t.Notes, " "), ""}
}

// escapeFormula prevents a spreadsheet from running text as a formula (OWASP, CSV injection).
func escapeFormula(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
